namespace EtcdHa;

/// <summary>How much a finding matters, in rising order: <c>Severity -ge 'Warning'</c> selects what somebody should look at.</summary>
public enum EtcdCheckSeverity
{
    /// <summary>As it should be.</summary>
    Passed,

    /// <summary>Worth knowing; nothing is wrong.</summary>
    Information,

    /// <summary>The cluster can be built; what is named may do harm later, or a later step mends it.</summary>
    Warning,

    /// <summary>The cluster cannot be built, or would lose data or availability.</summary>
    Error,
}
