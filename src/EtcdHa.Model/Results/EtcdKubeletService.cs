namespace EtcdHa;

/// <summary>The kubelet of one host, configured to run static pods without a control plane.</summary>
public sealed record EtcdKubeletService : EtcdHostResult
{
    /// <summary>The systemd drop-in that starts the kubelet.</summary>
    public required string DropInPath { get; init; }

    /// <summary>The KubeletConfiguration file the drop-in points to; null for a generation that has flags only.</summary>
    public required string? ConfigPath { get; init; }

    /// <summary>The folder of manifests the kubelet watches.</summary>
    public required string ManifestDirectory { get; init; }

    /// <summary>What <c>kubelet --version</c> says, such as <c>v1.33.13</c>; null when it did not tell.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>The generation of the page the files are of.</summary>
    public EtcdKubeletGeneration Generation { get; init; }

    /// <summary>The container runtime behind the endpoint; null when none was found there.</summary>
    public EtcdContainerRuntime? ContainerRuntime { get; init; }

    /// <summary>The container runtime's endpoint the kubelet was given, <c>unix://…</c>; null when it was given none (dockershim).</summary>
    public string? ContainerRuntimeEndpoint { get; init; }

    /// <summary>The kubelet's cgroup driver: <c>systemd</c> or <c>cgroupfs</c>.</summary>
    public string? CgroupDriver { get; init; }

    /// <summary>systemd's ActiveState of the unit: <c>active</c>.</summary>
    public required string ActiveState { get; init; }
}
