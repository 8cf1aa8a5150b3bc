namespace EtcdHa;

/// <summary>A member that was taken off its host. Everything it had there lies beside its place, with a time stamp.</summary>
public sealed record EtcdMemberRemoval : EtcdHostResult
{
    /// <summary>True when etcd ran before.</summary>
    public required bool WasRunning { get; init; }

    /// <summary>What it meant for the cluster, in words and numbers; empty when nothing.</summary>
    public string QuorumEffect { get; init; } = "";
}
