namespace EtcdHa;

/// <summary>A container runtime a kubelet can use.</summary>
public enum EtcdContainerRuntime
{
    /// <summary>containerd, by its CRI plugin.</summary>
    Containerd,

    /// <summary>CRI-O.</summary>
    CriO,

    /// <summary>Docker Engine behind cri-dockerd.</summary>
    CriDockerd,

    /// <summary>Docker Engine by the kubelet's own dockershim, which kubelet 1.24 removed.</summary>
    Docker,
}
