namespace EtcdHa;

/// <summary>How the kubelet is told to run static pods: the documented page as it was when a Kubernetes version was new.</summary>
public enum EtcdKubeletGeneration
{
    /// <summary>The one that fits the kubelet found on the host; never in a result.</summary>
    Auto,

    /// <summary>The page of Kubernetes 1.13: flags, with <c>--allow-privileged</c>, which kubelet 1.15 removed.</summary>
    Flags113,

    /// <summary>The page of Kubernetes 1.15: flags, with <c>--cgroup-driver</c>.</summary>
    Flags115,

    /// <summary>The page of Kubernetes 1.23: flags, with <c>--container-runtime=remote</c>, which kubelet 1.27 removed, and its endpoint.</summary>
    Flags123,

    /// <summary>The page since Kubernetes 1.27: a KubeletConfiguration file.</summary>
    ConfigFile,
}
