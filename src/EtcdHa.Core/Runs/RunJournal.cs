using EtcdHa.Core.Locks;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Runs;

/// <summary>
/// Locks the staging folder and all hosts of a run before anything is changed, and writes what is done into the staging folder's journal before it is
/// done. The hosts write journals of their own. A run that was interrupted is told of, whichever journal knows of it. A plan that has nothing to do locks nothing
/// and writes nothing.
/// </summary>
/// <param name="hostRun">Who runs it.</param>
/// <param name="clock">The workstation's time.</param>
public sealed class RunJournal(HostRun hostRun, TimeProvider clock) : IRunJournal, IDisposable
{
    private StagingLock? _lock;
    private WorkstationJournal? _journal;

    private RunIdentity Identity => hostRun.Identity;

    /// <inheritdoc/>
    /// <exception cref="EtcdLockException"><c>StagingLocked</c>, <c>HostLocked</c>: another run works there; nothing was touched.</exception>
    public async Task BeginAsync(EtcdRun run, ClusterHosts hosts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        ArgumentNullException.ThrowIfNull(hosts);
        if (run.Plan.IsEmpty)
        {
            return;
        }

        bool isNew = !Directory.Exists(run.StagingPath);
        TakeFolder(run.StagingPath);
        try
        {
            await ClusterLock.AcquireAsync(hosts, [.. run.Plan.Host.Select(h => h.Member)], cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            Dispose();
            if (isNew)
            {
                StagingLock.Remove(run.StagingPath);
            }

            if (e is EtcdSshException)
            {
                // The look that comes next tells of every host that cannot be reached, and then nothing is touched.
                return;
            }

            throw;
        }

        EtcdRunJournal? earlier = WorkstationJournal.Read(run.StagingPath).FirstOrDefault(r => r.RunId != Identity.RunId);
        _journal = WorkstationJournal.Open(run.StagingPath);
        if (earlier is { State: EtcdRunState.Interrupted or EtcdRunState.Running } && !WorkstationJournal.WasNoted(run.StagingPath, earlier.RunId))
        {
            hostRun.Log.Warning(RunText.Interrupted(earlier with { State = EtcdRunState.Interrupted }));
            _journal.Add(Line("noted") with { RunId = earlier.RunId });
        }

        _journal.Add(Line("run") with
        {
            Owner = Identity.Owner,
            ProcessId = Identity.ProcessId,
            Command = Identity.Command,
            Cluster = Identity.Cluster,
            Plan = Identity.PlanHash.Length == 0 ? null : Identity.PlanHash,
        });
    }

    /// <inheritdoc/>
    public Task StepStartingAsync(EtcdPlanStep planStep, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(planStep);
        _journal?.Add(Line("step") with { Number = planStep.Number, Host = planStep.HostName, Action = $"{planStep.Action}: {planStep.Target}" });
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StepEndedAsync(EtcdPlanStepResult result, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(result);

        // What never began is not written: when a run is stopped there is little time. Nor is the disk waited for: a step whose end is lost is looked at anew.
        if (result.Outcome != EtcdPlanStepOutcome.Skipped)
        {
            _journal?.Add(Line("done") with { Number = result.Step.Number, Host = result.Step.HostName, Outcome = result.Outcome.ToString() }, wait: false);
        }

        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task EndAsync(EtcdRun run, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(run);
        _journal?.Add(Line("end") with { Outcome = run.Outcome.ToString() });
        Dispose();
        return Task.CompletedTask;
    }

    /// <summary>Closes the journal and gives the folder's lock back; the hosts' locks go with their connections.</summary>
    public void Dispose()
    {
        _journal?.Dispose();
        _journal = null;
        _lock?.Dispose();
        _lock = null;
    }

    private void TakeFolder(string stagingPath)
    {
        _lock = StagingLock.TryTake(stagingPath);
        if (_lock is null)
        {
            EtcdRunJournal? holder = WorkstationJournal.Read(stagingPath).FirstOrDefault(r => r.State == EtcdRunState.Running);
            throw new EtcdLockException("StagingLocked", stagingPath, holder is null ? "another process" : RunText.Who(holder)) { Subject = stagingPath, Holder = holder };
        }
    }

    private JournalLine Line(string kind) => new() { Kind = kind, RunId = Identity.RunId, At = clock.GetUtcNow() };
}
