namespace EtcdHa;

/// <summary>A member's host as a plan found it.</summary>
public sealed record EtcdPlanHost
{
    /// <summary>The member.</summary>
    public required EtcdMember Member { get; init; }

    /// <summary>The SSH target, <c>user@host[:port]</c>.</summary>
    public required string HostName { get; init; }

    /// <summary>SHA-256 over kind, owner, mode and content hash of every path that was looked at, in lower-case hex: the same on a host that did not change.</summary>
    public required string StateSha256 { get; init; }

    /// <summary>What <c>kubelet --version</c> says; null when it did not tell.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>The generation of the page the kubelet's files are of.</summary>
    public EtcdKubeletGeneration Generation { get; init; }

    /// <summary>The container runtime; null when none was found.</summary>
    public EtcdContainerRuntime? ContainerRuntime { get; init; }

    /// <summary>The kubelet's cgroup driver.</summary>
    public string? CgroupDriver { get; init; }

    /// <summary>True when an etcd process with this cluster's data directory runs.</summary>
    public required bool IsEtcdRunning { get; init; }

    /// <summary>The member and its host, <c>infra0 (ubuntu@10.0.0.6)</c>.</summary>
    public override string ToString() => $"{Member} ({HostName})";
}
