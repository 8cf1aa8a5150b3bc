namespace EtcdHa;

/// <summary>How a run stands, or how it ended.</summary>
public enum EtcdRunState
{
    /// <summary>It holds the lock and gave a sign of life not long ago.</summary>
    Running,

    /// <summary>It ended, and every step it began succeeded.</summary>
    Completed,

    /// <summary>It ended after a step that failed.</summary>
    Failed,

    /// <summary>It was stopped in a step, as by Ctrl+C, and ended in good order.</summary>
    Stopped,

    /// <summary>It never came to its end: its workstation was lost, or the connection, or the host restarted.</summary>
    Interrupted,
}
