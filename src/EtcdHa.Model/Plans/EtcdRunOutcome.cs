namespace EtcdHa;

/// <summary>How a run ended.</summary>
public enum EtcdRunOutcome
{
    /// <summary>It has not ended.</summary>
    Running,

    /// <summary>Everything was right already.</summary>
    Unchanged,

    /// <summary>Every step was done, and what was asked for to be verified is right.</summary>
    Completed,

    /// <summary>Some hosts were finished, others not. Running it again goes on with those.</summary>
    Partial,

    /// <summary>Nothing was done, or nothing that helps.</summary>
    Failed,

    /// <summary>It was stopped at a safe point. Running it again goes on from there.</summary>
    Stopped,
}
