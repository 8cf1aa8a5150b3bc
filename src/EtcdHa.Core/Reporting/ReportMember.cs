namespace EtcdHa.Core.Reporting;

/// <summary>One member: who it is, its host, its health.</summary>
public sealed record ReportMember
{
    /// <summary>The member's name.</summary>
    public required string Name { get; init; }

    /// <summary>The address its peers reach.</summary>
    public required string Address { get; init; }

    /// <summary>Where clients reach it.</summary>
    public required string ClientUrl { get; init; }

    /// <summary>Where its peers reach it.</summary>
    public required string PeerUrl { get; init; }

    /// <summary>Where probes and monitoring reach it.</summary>
    public required string MetricsUrl { get; init; }

    /// <summary>The ID it has when it is one of the cluster's founders, lower-case hex; null while the token is still to be made.</summary>
    public required string? FoundingMemberId { get; init; }

    /// <summary>Its host.</summary>
    public required ReportHost Host { get; init; }

    /// <summary>Its health; null when it was not asked.</summary>
    public required ReportHealth? Health { get; init; }
}

/// <summary>A member's host as it was found. What the host did not tell is null.</summary>
public sealed record ReportHost
{
    /// <summary>The SSH target, <c>user@host[:port]</c>; null when it could not even be told.</summary>
    public required string? SshTarget { get; init; }

    /// <summary>Why the host could not be looked at; null when it was.</summary>
    public string? Problem { get; init; }

    /// <summary>The host's own name.</summary>
    public string? HostName { get; init; }

    /// <summary>The operating system, as <c>/etc/os-release</c> calls it.</summary>
    public string? OperatingSystem { get; init; }

    /// <summary>The kernel's release.</summary>
    public string? Kernel { get; init; }

    /// <summary>What <c>kubelet --version</c> says, such as <c>v1.33.13</c>.</summary>
    public string? KubeletVersion { get; init; }

    /// <summary>systemd's states of the kubelet's unit, such as <c>active (running)</c>.</summary>
    public string? KubeletState { get; init; }

    /// <summary>The container runtimes whose sockets are there, with their versions where they told them, such as <c>Containerd 1.7.24</c>.</summary>
    public IReadOnlyList<string> ContainerRuntimes { get; init; } = [];

    /// <summary>The image that the manifest on the host names.</summary>
    public string? Image { get; init; }

    /// <summary>ID or digest of that image in the host's store, <c>sha256:…</c>.</summary>
    public string? ImageDigest { get; init; }

    /// <summary>The program on the host that told it.</summary>
    public string? ImageTool { get; init; }
}

/// <summary>What one endpoint answered. See <see cref="EtcdEndpointHealth"/>.</summary>
public sealed record ReportHealth
{
    /// <summary>The client URL that was asked.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The SSH target it was asked through; null: from the workstation.</summary>
    public required string? From { get; init; }

    /// <summary>True: a linearizable read succeeded and no alarm is raised.</summary>
    public required bool Healthy { get; init; }

    /// <summary>Time the read took, seconds.</summary>
    public required double TookSeconds { get; init; }

    /// <summary>Why it is not healthy; null when it is.</summary>
    public required string? Error { get; init; }

    /// <summary>Why the cluster that answers is another one than the topology founds; null when it is not.</summary>
    public required string? Warning { get; init; }

    /// <summary>etcd's version.</summary>
    public required string? Version { get; init; }

    /// <summary>The member's ID, lower-case hex.</summary>
    public required string? MemberId { get; init; }

    /// <summary>The cluster's ID, lower-case hex.</summary>
    public required string? ClusterId { get; init; }

    /// <summary>The leader's member ID, lower-case hex.</summary>
    public required string? LeaderId { get; init; }

    /// <summary>True when this member leads.</summary>
    public required bool? IsLeader { get; init; }

    /// <summary>True when it is a learner.</summary>
    public required bool? IsLearner { get; init; }

    /// <summary>Raft term.</summary>
    public required ulong? RaftTerm { get; init; }

    /// <summary>Raft index.</summary>
    public required ulong? RaftIndex { get; init; }

    /// <summary>Raft applied index.</summary>
    public required ulong? RaftAppliedIndex { get; init; }

    /// <summary>Size of the database file, bytes.</summary>
    public required long? DbSize { get; init; }

    /// <summary>Bytes of it in use.</summary>
    public required long? DbSizeInUse { get; init; }

    /// <summary>Its quota, bytes.</summary>
    public required long? DbSizeQuota { get; init; }

    /// <summary>Version of the storage's schema.</summary>
    public required string? StorageVersion { get; init; }

    /// <summary>Active alarms.</summary>
    public required IReadOnlyList<string> Alarms { get; init; }
}
