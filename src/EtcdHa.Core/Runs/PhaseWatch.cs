using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Runs;

/// <summary>Lets the single steps' code change on a host what the plan says, and nothing else, and records it.</summary>
/// <param name="steps">The plan's steps of this part on this host.</param>
/// <param name="hostName">The host, for messages.</param>
/// <param name="recorder">Where it is recorded.</param>
internal sealed class PhaseWatch(IReadOnlyList<EtcdPlanStep> steps, string hostName, RunRecorder recorder) : IStepWatch
{
    /// <inheritdoc/>
    public async Task StartingAsync(IReadOnlyList<StepChange> changes, CancellationToken cancellationToken)
    {
        if (changes.FirstOrDefault(c => StepOf(c) is null) is { } unplanned)
        {
            throw new EtcdPlanException("EtcdPlanDrifted", $"{hostName}: {unplanned.Path} was right a moment ago: {unplanned.Reason}") { Subject = hostName };
        }

        foreach (StepChange change in changes)
        {
            await recorder.StartAsync(StepOf(change)!, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <inheritdoc/>
    public async Task EndedAsync(IReadOnlyList<StepChange> changes, CancellationToken cancellationToken)
    {
        foreach (StepChange change in changes)
        {
            await recorder.DoneAsync(StepOf(change)!, (change.Step as FileStep)?.Sha256, cancellationToken).ConfigureAwait(false);
        }
    }

    private EtcdPlanStep? StepOf(StepChange change) => steps.FirstOrDefault(s => s.Target == change.Path);
}
