namespace EtcdHa.Core.Runs;

/// <summary>
/// Told of a run around everything it changes. It may refuse: an exception of <see cref="BeginAsync"/> leaves everything as it is, one of
/// <see cref="StepStartingAsync"/> leaves that step undone. Called from several threads, for the steps of different hosts at the same time.
/// </summary>
public interface IRunJournal
{
    /// <summary>A run begins; nothing was looked at and nothing changed yet.</summary>
    /// <param name="run">The run, without results.</param>
    /// <param name="hosts">The connections, to lock the hosts.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task BeginAsync(EtcdRun run, ClusterHosts hosts, CancellationToken cancellationToken);

    /// <summary>A step is about to be taken. Steps of one batch, such as the files of one part of the procedure, are told one by one before the first is taken.</summary>
    /// <param name="planStep">The step.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task StepStartingAsync(EtcdPlanStep planStep, CancellationToken cancellationToken);

    /// <summary>A step ended, or will not be taken.</summary>
    /// <param name="result">What became of it.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task StepEndedAsync(EtcdPlanStepResult result, CancellationToken cancellationToken);

    /// <summary>The run ended, in whatever way. Called for every run that <see cref="BeginAsync"/> let pass, also when it was stopped; it has little time then.</summary>
    /// <param name="run">The run with its results.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    Task EndAsync(EtcdRun run, CancellationToken cancellationToken);
}
