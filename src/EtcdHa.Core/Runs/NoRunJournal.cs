namespace EtcdHa.Core.Runs;

/// <summary>Keeps nothing and lets everything pass.</summary>
public sealed class NoRunJournal : IRunJournal
{
    private NoRunJournal()
    {
    }

    /// <summary>The one instance; it has no state.</summary>
    public static NoRunJournal Instance { get; } = new();

    /// <inheritdoc/>
    public Task BeginAsync(EtcdRun run, ClusterHosts hosts, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StepStartingAsync(EtcdPlanStep planStep, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task StepEndedAsync(EtcdPlanStepResult result, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    public Task EndAsync(EtcdRun run, CancellationToken cancellationToken) => Task.CompletedTask;
}
