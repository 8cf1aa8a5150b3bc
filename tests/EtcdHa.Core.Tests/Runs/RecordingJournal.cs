using EtcdHa.Core.Runs;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>Keeps what it is told, and fails where it is told to, as a workstation does that is switched off at a step.</summary>
internal sealed class RecordingJournal : IRunJournal
{
    private readonly Lock _lock = new();

    public List<string> Told { get; } = [];

    /// <summary>Thrown before the step of this number is taken.</summary>
    public Func<EtcdPlanStep, Exception?> Before { get; init; } = _ => null;

    /// <summary>Thrown after the step of this number was taken.</summary>
    public Func<EtcdPlanStep, Exception?> After { get; init; } = _ => null;

    public EtcdRun? Ended { get; private set; }

    public Task BeginAsync(EtcdRun run, ClusterHosts hosts, CancellationToken cancellationToken) => Tell($"begin {run.Outcome}", null);

    public Task StepStartingAsync(EtcdPlanStep planStep, CancellationToken cancellationToken) => Tell($"starting {planStep.Number}", Before(planStep));

    public Task StepEndedAsync(EtcdPlanStepResult result, CancellationToken cancellationToken)
        => Tell($"ended {result.Step.Number} {result.Outcome}", result.Outcome == EtcdPlanStepOutcome.Done ? After(result.Step) : null);

    public Task EndAsync(EtcdRun run, CancellationToken cancellationToken)
    {
        Ended = run;
        return Tell($"end {run.Outcome}", null);
    }

    private Task Tell(string text, Exception? error)
    {
        lock (_lock)
        {
            Told.Add(text);
        }

        return error is null ? Task.CompletedTask : Task.FromException(error);
    }
}
