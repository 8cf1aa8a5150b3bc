using System.Collections.Concurrent;

namespace EtcdHa.Core.Runs;

/// <summary>Keeps what became of every step of a run, tells it to the journal and to whoever watches.</summary>
/// <param name="run">The run, without results.</param>
/// <param name="journal">Told of every step.</param>
/// <param name="events">Told of every step's end.</param>
/// <param name="clock">Times of the record.</param>
internal sealed class RunRecorder(EtcdRun run, IRunJournal journal, RunEvents events, TimeProvider clock)
{
    private readonly ConcurrentDictionary<int, (DateTimeOffset At, long Stamp)> _started = new();
    private readonly ConcurrentDictionary<int, EtcdPlanStepResult> _results = new();

    /// <summary>The topology, with its token as soon as that is known.</summary>
    public EtcdTopology Topology { get; set; } = run.Topology;

    /// <summary>What became of the steps so far, in the plan's order.</summary>
    public IReadOnlyList<EtcdPlanStepResult> Results => [.. _results.Values.OrderBy(r => r.Step.Number)];

    /// <summary>Whether a step has ended, in whatever way.</summary>
    public bool HasEnded(EtcdPlanStep step) => _results.ContainsKey(step.Number);

    /// <summary>A step is about to be taken.</summary>
    public async Task StartAsync(EtcdPlanStep step, CancellationToken cancellationToken)
    {
        await journal.StepStartingAsync(step, cancellationToken).ConfigureAwait(false);
        _started[step.Number] = (clock.GetUtcNow(), clock.GetTimestamp());
    }

    /// <summary>A step was done.</summary>
    public Task DoneAsync(EtcdPlanStep step, string? sha256, CancellationToken cancellationToken)
        => EndAsync(step, EtcdPlanStepOutcome.Done, sha256, null, "", cancellationToken);

    /// <summary>A step had been done before.</summary>
    public Task AlreadyDoneAsync(EtcdPlanStep step, CancellationToken cancellationToken)
        => EndAsync(step, EtcdPlanStepOutcome.AlreadyDone, step.After.Sha256, null, "", cancellationToken);

    /// <summary>Ends steps that did not come to their end: those that were begun failed, the others are skipped.</summary>
    public async Task GiveUpAsync(IEnumerable<EtcdPlanStep> steps, string? errorId, string reason, CancellationToken cancellationToken)
    {
        foreach (EtcdPlanStep step in steps.Where(s => !HasEnded(s)))
        {
            EtcdPlanStepOutcome outcome = _started.ContainsKey(step.Number) ? EtcdPlanStepOutcome.Failed : EtcdPlanStepOutcome.Skipped;
            await EndAsync(step, outcome, null, outcome == EtcdPlanStepOutcome.Failed ? errorId : null, reason, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task EndAsync(EtcdPlanStep step, EtcdPlanStepOutcome outcome, string? sha256, string? errorId, string error, CancellationToken cancellationToken)
    {
        (DateTimeOffset At, long Stamp)? start = _started.TryGetValue(step.Number, out (DateTimeOffset, long) known) ? known : null;
        var result = new EtcdPlanStepResult
        {
            RunId = run.RunId,
            Topology = Topology,
            StagingPath = run.StagingPath,
            Step = step,
            Outcome = outcome,
            StartedAt = start?.At,
            Duration = start is { } started ? clock.GetElapsedTime(started.Stamp) : TimeSpan.Zero,
            Sha256 = sha256,
            ErrorId = errorId,
            Error = error,
        };
        if (_results.TryAdd(step.Number, result))
        {
            await journal.StepEndedAsync(result, cancellationToken).ConfigureAwait(false);
            events.StepEnded(result);
        }
    }
}
