namespace EtcdHa.Core.Kubelet;

/// <summary>What the kubelet of one host is told, with everything decided; the defaults are the page's.</summary>
/// <param name="Generation">The page's generation, never <see cref="EtcdKubeletGeneration.Auto"/>.</param>
/// <param name="Release">The kubelet's minor version; null when it is not known.</param>
/// <param name="CgroupDriver">The cgroup driver, <c>systemd</c> or <c>cgroupfs</c>.</param>
/// <param name="ContainerRuntimeEndpoint">The container runtime's socket, <c>unix://…</c>; null: the kubelet is given none and uses dockershim, or its own default.</param>
public sealed record KubeletSettings(
    EtcdKubeletGeneration Generation = EtcdKubeletGeneration.ConfigFile,
    KubeletRelease? Release = null,
    string CgroupDriver = KubeletSettings.PageCgroupDriver,
    string? ContainerRuntimeEndpoint = KubeletSettings.PageEndpoint)
{
    /// <summary>The page's cgroup driver since 1.15; the kubelet's own default is cgroupfs.</summary>
    public const string PageCgroupDriver = "systemd";

    /// <summary>The page's endpoint since 1.23.</summary>
    public const string PageEndpoint = "unix:///var/run/containerd/containerd.sock";

    /// <summary>The runtime behind the endpoint; null when none was found.</summary>
    public EtcdContainerRuntime? Runtime { get; init; }

    /// <summary>What may surprise, in words.</summary>
    public IReadOnlyList<string> Warnings { get; init; } = [];

    /// <summary>True when a KubeletConfiguration file belongs to the drop-in.</summary>
    public bool HasConfigFile => Generation == EtcdKubeletGeneration.ConfigFile;
}
