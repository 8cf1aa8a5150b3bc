using System.Collections.Concurrent;
using System.Globalization;
using System.Security.Cryptography;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Runs;

/// <summary>
/// Runs plans. Before anything is touched every host is looked at again, and a plan that no longer fits is refused. Hosts are worked on
/// together where that is safe; members that run are disturbed one at a time, the leader last, the next one when the cluster is healthy
/// again. A host that fails does not stop the others, as long as what they do still helps.
/// </summary>
/// <param name="hosts">The connections; this run's only.</param>
/// <param name="hostRun">Who changes the hosts, for their locks and journals.</param>
/// <param name="journal">Told of the run around everything it changes.</param>
/// <param name="health">Asks the members, where members that run are disturbed.</param>
/// <param name="settings">Times and limits.</param>
/// <param name="clock">The time.</param>
public sealed class PlanRunner(ClusterHosts hosts, HostRun hostRun, IRunJournal journal, IClusterHealth health, RunSettings settings, TimeProvider clock)
{
    private static readonly TimeSpan EndTime = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan EndTimeWhenStopped = TimeSpan.FromSeconds(1);

    private readonly QuorumGuard _guard = new(health, new HealthReasons(hosts), settings.HealthTimeout, settings.SteadyTime, settings.Pause);

    /// <summary>Runs a plan.</summary>
    /// <param name="plan">The plan. Steps that an earlier run of it did are not done again. One that does not keep the quorum is run as it says.</param>
    /// <param name="events">Told what happens. Hosts that fail are told to <see cref="RunEvents.HostFailed"/>.</param>
    /// <param name="cancellationToken">Stops at the next safe point: never between two files of one part.</param>
    /// <returns>The run's record, also when hosts failed.</returns>
    /// <exception cref="EtcdLockException">Another run works on one of the hosts; nothing was touched.</exception>
    /// <exception cref="EtcdPlanException"><c>EtcdPlanDrifted</c>: nothing was touched.</exception>
    /// <exception cref="EtcdHaException">What is on the workstation keeps it from being run; no host was touched.</exception>
    public async Task<EtcdRun> RunAsync(EtcdPlan plan, RunEvents events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(plan);
        ArgumentNullException.ThrowIfNull(events);
        EtcdTopology topology = StagedTopology.Resolve(plan.Topology, plan.StagingPath);
        var run = new EtcdRun
        {
            RunId = hostRun.Identity.RunId,
            Topology = topology,
            StagingPath = plan.StagingPath,
            Plan = plan,
            StartedAt = clock.GetUtcNow(),
            ModuleVersion = settings.ModuleVersion,
            Operator = hostRun.Identity.Owner,
        };
        if (await UnreachableAsync(run, events, cancellationToken).ConfigureAwait(false) is { } failed)
        {
            return failed;
        }

        hosts.Begin(hostRun);
        await journal.BeginAsync(run, hosts, cancellationToken).ConfigureAwait(false);
        var recorder = new RunRecorder(run, journal, events, clock);
        try
        {
            string reason = await StepsAsync(run, recorder, events, cancellationToken).ConfigureAwait(false);
            return await EndAsync(run, recorder, OutcomeOf(plan, recorder.Results, reason), reason).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            bool isStopped = e is OperationCanceledException && cancellationToken.IsCancellationRequested;
            string reason = isStopped ? "stopped" : e.Message;
            using var limit = new CancellationTokenSource(isStopped ? EndTimeWhenStopped : EndTime);
            try
            {
                await recorder.GiveUpAsync(plan.Step, (e as EtcdHaException)?.ErrorId, reason, limit.Token).ConfigureAwait(false);
                await EndAsync(run, recorder, isStopped ? EtcdRunOutcome.Stopped : EtcdRunOutcome.Failed, reason, limit).ConfigureAwait(false);
            }
            catch (Exception late) when (late is EtcdHaException or OperationCanceledException)
            {
                // A journal that cannot be written any more must not hide why the run ended.
                events.Verbose($"The end of the run could not be recorded: {late.Message}");
            }

            throw;
        }
    }

    // All hosts are connected to before any is locked, so that all that cannot be reached are told at once.
    private async Task<EtcdRun?> UnreachableAsync(EtcdRun run, RunEvents events, CancellationToken cancellationToken)
    {
        var failures = new ConcurrentDictionary<string, Exception>(StringComparer.Ordinal);
        await ClusterLook.ForEachHostAsync(
            run.Plan.Host.Select(h => h.Member), settings.ThrottleLimit, Watched(events, failures), hosts.OpenAsync, cancellationToken).ConfigureAwait(false);
        if (failures.IsEmpty)
        {
            return null;
        }

        var recorder = new RunRecorder(run, NoRunJournal.Instance, events, clock);
        string reason = Untouched(failures);
        await recorder.GiveUpAsync(run.Plan.Step, null, reason, cancellationToken).ConfigureAwait(false);
        return run with { EndedAt = clock.GetUtcNow(), Outcome = EtcdRunOutcome.Failed, Reason = reason, Step = recorder.Results };
    }

    private static RunEvents Watched(RunEvents events, ConcurrentDictionary<string, Exception> failures) => events with
    {
        HostFailed = (member, error) =>
        {
            failures[member.Name] = error;
            events.HostFailed(member, error);
        },
    };

    private static string Untouched(ConcurrentDictionary<string, Exception> failures) => $"nothing was touched: {Reasons(failures)}";

    private async Task<EtcdRun> EndAsync(EtcdRun run, RunRecorder recorder, EtcdRunOutcome outcome, string reason, CancellationTokenSource? limit = null)
    {
        EtcdRun ended = run with
        {
            Topology = recorder.Topology,
            EndedAt = clock.GetUtcNow(),
            Outcome = outcome,
            Reason = reason,
            Step = recorder.Results,
        };
        using var own = new CancellationTokenSource(EndTime);
        await journal.EndAsync(ended, (limit ?? own).Token).ConfigureAwait(false);
        return ended;
    }

    private static EtcdRunOutcome OutcomeOf(EtcdPlan plan, IReadOnlyList<EtcdPlanStepResult> results, string reason)
    {
        bool IsRight(EtcdPlanStepResult result) => result.Outcome is EtcdPlanStepOutcome.Done or EtcdPlanStepOutcome.AlreadyDone;
        return plan.IsEmpty && reason.Length == 0 ? EtcdRunOutcome.Unchanged
            : results.All(IsRight) && reason.Length == 0 ? EtcdRunOutcome.Completed
            : results.Any(r => IsRight(r) && r.Step.HostName is not null) ? EtcdRunOutcome.Partial
            : EtcdRunOutcome.Failed;
    }

    // Returns why it did not complete; empty when it did.
    private async Task<string> StepsAsync(EtcdRun run, RunRecorder recorder, RunEvents events, CancellationToken cancellationToken)
    {
        var failures = new ConcurrentDictionary<string, Exception>(StringComparer.Ordinal);
        RunEvents watched = Watched(events, failures);
        var request = new PlanRequest(run.Topology, [.. run.Plan.Host.Select(h => run.Topology.Members.First(m => m.Name == h.Member.Name))], run.StagingPath, run.Plan.Settings);
        EtcdPlan? now = await new ClusterPlanner(hosts, settings.ThrottleLimit, clock).PlanAsync(request, watched, cancellationToken).ConfigureAwait(false);
        if (now is null)
        {
            string reason = Untouched(failures);
            await recorder.GiveUpAsync(run.Plan.Step, null, reason, cancellationToken).ConfigureAwait(false);
            return reason;
        }

        PlanDrift.Refuse(run.Plan, now);

        // From here on with the flags as they are now, and the numbers of the plan.
        EtcdPlanStep[] steps = [.. run.Plan.Step.Select(s => PlanDrift.Same(s, now.Step) is { } same ? same with { Number = s.Number } : s)];
        foreach (EtcdPlanStep step in steps.Where(s => PlanDrift.Same(s, now.Step) is null))
        {
            await recorder.AlreadyDoneAsync(step, cancellationToken).ConfigureAwait(false);
        }

        request = request with { Topology = await WorkstationAsync(request, steps, recorder, events, cancellationToken).ConfigureAwait(false) };
        var members = new MemberRunner(request, hosts, recorder, events, settings, clock);
        await TogetherAsync(now, request, steps, members, recorder, watched, failures, cancellationToken).ConfigureAwait(false);
        await OneByOneAsync(request, run.Plan.KeepsQuorum, steps, members, recorder, watched, failures, cancellationToken).ConfigureAwait(false);
        await ClusterLook.ForEachHostAsync(
            request.Members.Where(m => !failures.ContainsKey(m.Name)),
            settings.ThrottleLimit,
            watched,
            async (m, token) => await (await hosts.OpenAsync(m, token).ConfigureAwait(false)).EndEarlierRunAsync(token).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);
        return Reasons(failures);
    }

    private async Task<EtcdTopology> WorkstationAsync(
        PlanRequest request, IReadOnlyList<EtcdPlanStep> all, RunRecorder recorder, RunEvents events, CancellationToken cancellationToken)
    {
        EtcdTopology topology = StagedTopology.WithToken(request.Topology, RandomNumberGenerator.GetBytes);
        recorder.Topology = topology;
        EtcdPlanStep[] steps = [.. Open(all.Where(s => s.Phase == EtcdPlanPhase.Workstation), recorder)];
        bool IsCertificates(EtcdPlanStep step) => step.Action.StartsWith("Create certificates", StringComparison.Ordinal);
        foreach (EtcdPlanStep step in steps.Where(s => !IsCertificates(s)))
        {
            await MakeAsync(step, cancellationToken).ConfigureAwait(false);
        }

        await Task.WhenAll(steps.Where(IsCertificates).Select(step => MakeAsync(step, cancellationToken))).ConfigureAwait(false);
        return topology;

        async Task MakeAsync(EtcdPlanStep step, CancellationToken token)
        {
            events.Progress(null, $"{step.Action}: {step.Target}");
            await recorder.StartAsync(step, token).ConfigureAwait(false);
            await StagedPlan.MakeAsync(step, topology, request.StagingPath, clock.GetUtcNow(), token).ConfigureAwait(false);
            await recorder.DoneAsync(step, step.After.Sha256, token).ConfigureAwait(false);
        }
    }

    // Hosts without an etcd that could be disturbed: together, and together once more to start, as a new cluster needs a majority.
    private async Task TogetherAsync(
        EtcdPlan now, PlanRequest request, IReadOnlyList<EtcdPlanStep> all, MemberRunner members, RunRecorder recorder, RunEvents events,
        ConcurrentDictionary<string, Exception> failures, CancellationToken cancellationToken)
    {
        EtcdMember[] together = [.. request.Members.Where(m => !all.Any(s => IsOpenAt(m, s) && s.IsDisruptive))];
        foreach (EtcdPlanPhase[] phases in (EtcdPlanPhase[][])[[EtcdPlanPhase.Kubelet, EtcdPlanPhase.Files], [EtcdPlanPhase.StaticPod]])
        {
            bool starts = phases.Contains(EtcdPlanPhase.StaticPod);
            if (starts && !now.Host.Any(h => h.IsEtcdRunning) && request.Topology.Members.Count - failures.Count < now.Quorum && together.Length > 1)
            {
                string reason = string.Create(
                    CultureInfo.InvariantCulture,
                    $"not started: {request.Topology.Members.Count - failures.Count} of {request.Topology.Members.Count} members are ready, and a new cluster needs {now.Quorum}");
                await recorder.GiveUpAsync(all.Where(s => s.Phase == EtcdPlanPhase.StaticPod), null, reason, cancellationToken).ConfigureAwait(false);
                return;
            }

            await ClusterLook.ForEachHostAsync(
                together.Where(m => !failures.ContainsKey(m.Name)),
                settings.ThrottleLimit,
                Abandoning(all, recorder, events),
                async (member, token) =>
                {
                    foreach (EtcdPlanPhase phase in phases)
                    {
                        await members.RunAsync(member, [.. all.Where(s => IsOpenAt(member, s) && s.Phase == phase)], token).ConfigureAwait(false);
                    }
                },
                cancellationToken).ConfigureAwait(false);
        }

        bool IsOpenAt(EtcdMember member, EtcdPlanStep step) => IsAt(member, step) && !recorder.HasEnded(step);
    }

    private async Task OneByOneAsync(
        PlanRequest request, bool keepsQuorum, IReadOnlyList<EtcdPlanStep> all, MemberRunner members, RunRecorder recorder, RunEvents events,
        ConcurrentDictionary<string, Exception> failures, CancellationToken cancellationToken)
    {
        EtcdMember[] disturbed = [.. request.Members.Where(m => all.Any(s => IsAt(m, s) && s.IsDisruptive && !recorder.HasEnded(s)))];
        if (disturbed.Length == 0)
        {
            return;
        }

        IReadOnlyList<EtcdEndpointHealth> before = await _guard.AskAsync(request.Topology, cancellationToken).ConfigureAwait(false);
        bool Leads(EtcdMember member) => before.Any(r => r.IsLeader == true && r.Member!.Name == member.Name);
        foreach (EtcdMember member in disturbed.OrderBy(Leads))
        {
            // One that failed may be down: the guard would wait for it in vain, and the next one must not be touched.
            if (!failures.IsEmpty)
            {
                await recorder.GiveUpAsync(
                    all.Where(s => IsAt(member, s)), null, $"not disturbed: {Reasons(failures)}", cancellationToken).ConfigureAwait(false);
                continue;
            }

            await ClusterLook.ForEachHostAsync(
                [member],
                1,
                Abandoning(all, recorder, events),
                (m, token) => DisturbAsync(request.Topology, m, keepsQuorum, [.. all.Where(s => IsAt(m, s) && !recorder.HasEnded(s))], members, events, token),
                cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task DisturbAsync(
        EtcdTopology topology, EtcdMember member, bool keepsQuorum, IReadOnlyList<EtcdPlanStep> steps, MemberRunner members, RunEvents events,
        CancellationToken cancellationToken)
    {
        if (keepsQuorum)
        {
            events.Progress(member, "Waiting until the others are healthy");
            await _guard.WaitForOthersAsync(topology, member, cancellationToken).ConfigureAwait(false);
        }

        foreach (IGrouping<EtcdPlanPhase, EtcdPlanStep> phase in steps.GroupBy(s => s.Phase).OrderBy(p => p.Key))
        {
            await (phase.Any(s => s.RestartsEtcd)
                ? members.RestartEtcdAsync(member, [.. phase], cancellationToken)
                : members.RunAsync(member, [.. phase], cancellationToken)).ConfigureAwait(false);
        }

        events.Progress(member, "Waiting until the cluster is healthy");
        await _guard.WaitForAllAsync(topology, cancellationToken).ConfigureAwait(false);
    }

    // Whatever of a failed host's steps is left is given up.
    private static Func<EtcdMember, Exception, Task> Abandoning(IReadOnlyList<EtcdPlanStep> all, RunRecorder recorder, RunEvents events)
        => (member, error) =>
        {
            events.HostFailed(member, error);
            return recorder.GiveUpAsync(all.Where(s => IsAt(member, s)), (error as EtcdHaException)?.ErrorId, error.Message, CancellationToken.None);
        };

    private static IEnumerable<EtcdPlanStep> Open(IEnumerable<EtcdPlanStep> steps, RunRecorder recorder) => steps.Where(s => !recorder.HasEnded(s));

    private static bool IsAt(EtcdMember member, EtcdPlanStep step) => step.HostName is not null && step.Member?.Name == member.Name;

    private static string Reasons(ConcurrentDictionary<string, Exception> failures)
        => string.Join("; ", failures.OrderBy(f => f.Key, StringComparer.Ordinal).Select(f => f.Value.Message.Contains(f.Key, StringComparison.Ordinal) ? f.Value.Message : $"{f.Key}: {f.Value.Message}"));
}
