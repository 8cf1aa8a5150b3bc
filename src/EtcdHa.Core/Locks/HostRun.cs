using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Locks;

/// <summary>What a connection needs to change its host: who does it, and where it says what it finds. A connection without one only looks.</summary>
/// <param name="Identity">Who.</param>
/// <param name="Log">Where an interrupted run is told of.</param>
public sealed record HostRun(RunIdentity Identity, OperationLog Log)
{
    /// <summary>When the lock expires.</summary>
    public LockTimes Times { get; init; } = LockTimes.Default;
}
