namespace EtcdHa;

/// <summary>What became of a plan's step.</summary>
public enum EtcdPlanStepOutcome
{
    /// <summary>It was done now.</summary>
    Done,

    /// <summary>It had been done since the plan was made, by an earlier run of the same plan.</summary>
    AlreadyDone,

    /// <summary>It was not begun: something it depends on failed, or the run was stopped before.</summary>
    Skipped,

    /// <summary>It failed, or was under way when something failed.</summary>
    Failed,
}
