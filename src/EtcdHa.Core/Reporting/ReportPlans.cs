namespace EtcdHa.Core.Reporting;

/// <summary>A report's record of a plan and of its run.</summary>
internal static class ReportPlans
{
    /// <summary>A plan with what became of its steps.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="results">The results of a run of it; empty: it was not run.</param>
    public static ReportPlan Of(EtcdPlan plan, IReadOnlyList<EtcdPlanStepResult> results) => new()
    {
        CreatedAt = plan.CreatedAt,
        Summary = plan.Summary,
        KeepsQuorum = plan.KeepsQuorum,
        Warnings = plan.Warning,
        Steps = [.. plan.Step.Select(step => Step(step, results.FirstOrDefault(r => r.Step.Number == step.Number)))],
    };

    /// <summary>A run.</summary>
    /// <param name="run">The run.</param>
    public static ReportRun Of(EtcdRun run) => new()
    {
        RunId = run.RunId,
        Operator = run.Operator,
        ModuleVersion = run.ModuleVersion,
        StartedAt = run.StartedAt,
        EndedAt = run.EndedAt,
        DurationSeconds = run.EndedAt is null ? null : Seconds(run.Duration),
        Outcome = run.Outcome.ToString(),
        Reason = run.Reason.Length == 0 ? null : run.Reason,
    };

    private static ReportStep Step(EtcdPlanStep step, EtcdPlanStepResult? result) => new()
    {
        Number = step.Number,
        Phase = step.Phase.ToString(),
        Member = step.Member?.Name,
        SshTarget = step.HostName,
        Action = step.Action,
        Target = step.Target,
        Change = step.Change.ToString(),
        Reason = step.Reason,
        QuorumEffect = step.QuorumEffect.Length == 0 ? null : step.QuorumEffect,
        RestartsUnit = step.RestartsUnit,
        RestartsEtcd = step.RestartsEtcd,
        Before = step.Before is null ? null : State(step.Before),
        After = State(step.After) with { Sha256 = result?.Sha256 ?? step.After.Sha256 },
        Outcome = result?.Outcome.ToString(),
        Error = result is { Error.Length: > 0 } ? result.Error : null,
        StartedAt = result?.StartedAt,
        DurationSeconds = result?.StartedAt is null ? null : Seconds(result.Duration),
    };

    private static ReportState State(EtcdPlanState state) => new(state.Owner, state.Mode, state.Sha256, state.Unit);

    private static double Seconds(TimeSpan time) => Math.Round(time.TotalSeconds, 4);
}
