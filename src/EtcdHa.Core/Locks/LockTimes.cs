namespace EtcdHa.Core.Locks;

/// <summary>How long a lock lives without a sign of life, in whole seconds of the host's own uptime: no clock that is set can end it.</summary>
/// <param name="Heartbeat">Pause between two signs of life.</param>
/// <param name="Expiry">Time after the last one at which others may take the lock over.</param>
public sealed record LockTimes(TimeSpan Heartbeat, TimeSpan Expiry)
{
    /// <summary>Three heartbeats may be lost; another workstation waits for 40 s at most.</summary>
    public static LockTimes Default { get; } = new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(40));
}
