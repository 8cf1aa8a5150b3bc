namespace EtcdHa;

/// <summary>The health of one endpoint, as <c>etcdctl endpoint health</c> and <c>endpoint status</c> judge it.</summary>
public sealed record EtcdEndpointHealth
{
    /// <summary>The client URL, such as <c>https://10.0.0.6:2379</c>.</summary>
    public required string Endpoint { get; init; }

    /// <summary>The topology, when the endpoint was asked for by one.</summary>
    public EtcdTopology? Topology { get; init; }

    /// <summary>The member, when the endpoint was asked for by a topology.</summary>
    public EtcdMember? Member { get; init; }

    /// <summary>The staging folder on the workstation, absolute: binds to the next cmdlet.</summary>
    public string? StagingPath { get; init; }

    /// <summary>The SSH target the endpoint was dialled from, <c>user@host[:port]</c>; null: the workstation.</summary>
    public string? From { get; init; }

    /// <summary>True: a linearizable read succeeded and no alarm is raised.</summary>
    public required bool Healthy { get; init; }

    /// <summary>Time the linearizable read took, or until it failed.</summary>
    public required TimeSpan Took { get; init; }

    /// <summary>Why it is not healthy; empty when it is.</summary>
    public string Error { get; init; } = "";

    /// <summary>etcd's version; null when it did not answer.</summary>
    public string? Version { get; init; }

    /// <summary>The member's ID in lower-case hex without padding, as etcdctl prints it; null when it did not answer.</summary>
    public string? MemberId { get; init; }

    /// <summary>The cluster's ID in lower-case hex without padding; null when it did not answer.</summary>
    public string? ClusterId { get; init; }

    /// <summary>True when this member leads.</summary>
    public bool? IsLeader { get; init; }

    /// <summary>True when this member is a learner.</summary>
    public bool? IsLearner { get; init; }

    /// <summary>The leader's member ID in hex; null when there is none or it did not answer.</summary>
    public string? LeaderId { get; init; }

    /// <summary>Raft term.</summary>
    public ulong? RaftTerm { get; init; }

    /// <summary>Raft index.</summary>
    public ulong? RaftIndex { get; init; }

    /// <summary>Raft applied index (etcd 3.4 and newer).</summary>
    public ulong? RaftAppliedIndex { get; init; }

    /// <summary>Size of the database file in bytes.</summary>
    public long? DbSize { get; init; }

    /// <summary>Bytes of the database file that hold data; what defragmentation would leave. Null: not told (etcd 3.3 and older).</summary>
    public long? DbSizeInUse { get; init; }

    /// <summary>The quota of the database file in bytes; null: not told (etcd 3.5 and older).</summary>
    public long? DbSizeQuota { get; init; }

    /// <summary>Version of the storage's schema, such as <c>3.6.0</c>; null: not told (etcd 3.5 and older).</summary>
    public string? StorageVersion { get; init; }

    /// <summary>Active alarms, such as <c>NOSPACE</c>; an alarm of one member makes every endpoint unhealthy.</summary>
    public IReadOnlyList<string> Alarm { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>
    /// Why the cluster that answers is not the one the topology founds, as its IDs say; empty when it is, or when that cannot be told.
    /// It does not make the endpoint unhealthy.
    /// </summary>
    public string Warning { get; init; } = "";

    /// <summary>Endpoint, and why it is not healthy.</summary>
    public override string ToString() => $"{Endpoint}: {(Healthy ? "healthy" : Error)}";
}
