using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Runs;

/// <summary>The whole way to a healthy cluster: plan, ask, check the hosts, run, check the files, wait for health. A cluster that is right already is only looked at.</summary>
/// <param name="hosts">The connections; this run's only.</param>
/// <param name="hostRun">Who changes the hosts, for their locks and journals.</param>
/// <param name="journal">Told of the run around everything it changes.</param>
/// <param name="health">Asks the members.</param>
/// <param name="settings">Times and limits.</param>
/// <param name="clock">The time.</param>
public sealed class ClusterInstaller(
    ClusterHosts hosts, HostRun hostRun, IRunJournal journal, IClusterHealth health, RunSettings settings, TimeProvider clock)
{
    /// <summary>Brings a cluster to what its topology wants.</summary>
    /// <param name="request">The cluster.</param>
    /// <param name="mayRun">Asked with the plan; false: nothing is touched.</param>
    /// <param name="checkHosts">True: every host is checked as by <c>Test-EtcdHost</c> before anything is touched.</param>
    /// <param name="events">Told what happens. What goes wrong after the run is told to <paramref name="failed"/>.</param>
    /// <param name="failed">Told what is not right at the end.</param>
    /// <param name="cancellationToken">Stops it at the next safe point.</param>
    /// <returns>The record; null when nothing was run, which was told.</returns>
    /// <exception cref="EtcdHaException">As <see cref="PlanRunner.RunAsync"/>.</exception>
    public async Task<EtcdRun?> InstallAsync(
        PlanRequest request, Func<EtcdPlan, Task<bool>> mayRun, bool checkHosts, RunEvents events, Action<EtcdHaException> failed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(mayRun);
        ArgumentNullException.ThrowIfNull(events);
        ArgumentNullException.ThrowIfNull(failed);
        DateTimeOffset start = clock.GetUtcNow();
        (EtcdPlan? plan, IReadOnlyList<MemberLook> looks) =
            await new ClusterPlanner(hosts, settings.ThrottleLimit, clock).LookAndPlanAsync(request, events, cancellationToken).ConfigureAwait(false);
        if (plan is null)
        {
            return null;
        }

        foreach (string warning in plan.Warning)
        {
            events.Warning(warning);
        }

        bool may = await mayRun(plan).ConfigureAwait(false);
        if (plan.IsEmpty)
        {
            if (may)
            {
                hosts.Begin(hostRun);
                await hosts.EndEarlierRunsAsync(cancellationToken).ConfigureAwait(false);
            }

            return await VerifyAsync(request, Unchanged(plan, start), looks, events, failed, cancellationToken).ConfigureAwait(false);
        }

        if (!may || (checkHosts && !await AreFitAsync(request, events, cancellationToken).ConfigureAwait(false)))
        {
            return null;
        }

        EtcdRun run = await new PlanRunner(hosts, hostRun, journal, health, settings, clock).RunAsync(plan, events, cancellationToken).ConfigureAwait(false);
        if (run.Outcome == EtcdRunOutcome.Failed)
        {
            return run;
        }

        PlanRequest after = request with { Topology = run.Topology, Members = [.. request.Members.Where(m => IsRight(run, m))] };
        looks = await ClusterLook.AtAllAsync(after, hosts, settings.ThrottleLimit, events, cancellationToken).ConfigureAwait(false);
        return await VerifyAsync(request, run, looks, events, failed, cancellationToken).ConfigureAwait(false);
    }

    private static bool IsRight(EtcdRun run, EtcdMember member)
        => !run.Step.Any(r => r.Step.HostName is not null && r.Step.Member?.Name == member.Name && r.Outcome is EtcdPlanStepOutcome.Failed or EtcdPlanStepOutcome.Skipped);

    private EtcdRun Unchanged(EtcdPlan plan, DateTimeOffset start) => new()
    {
        RunId = hostRun.Identity.RunId,
        Topology = plan.Topology,
        StagingPath = plan.StagingPath,
        Plan = plan,
        StartedAt = start,
        Outcome = EtcdRunOutcome.Unchanged,
        ModuleVersion = settings.ModuleVersion,
        Operator = hostRun.Identity.Owner,
    };

    private async Task<bool> AreFitAsync(PlanRequest request, RunEvents events, CancellationToken cancellationToken)
    {
        PreflightHost[] checkedHosts = await Task.WhenAll(request.Members.Select(m => PreflightHost.OpenAsync(
            m,
            StagedMember.Expect(request.StagingPath, m, StagedPlan.IncludesCaKey(request.Topology, m, request.StagingPath, request.Settings.ExcludeCaKey)),
            hosts.NameOf,
            member => hosts.OpenAsync(member, cancellationToken)))).ConfigureAwait(false);
        IReadOnlyList<EtcdHostCheck> rows = await HostPreflight.RunAsync(
            request.Topology,
            checkedHosts,
            new PreflightOptions(EtcdManifestGenerator.Native, request.Settings.CgroupDriver, request.Settings.ContainerRuntimeEndpoint, request.Settings.StaleData),
            clock,
            new Told(text => events.Progress(null, text)),
            cancellationToken).ConfigureAwait(false);
        foreach (EtcdHostCheck row in rows.Where(r => r.Severity == EtcdCheckSeverity.Warning && !IsMended(r)))
        {
            events.Warning($"{row.HostName}: {Text(row)}");
        }

        EtcdHostCheck[] errors = [.. rows.Where(r => r.Severity == EtcdCheckSeverity.Error)];
        foreach (IGrouping<string, EtcdHostCheck> host in errors.GroupBy(r => r.HostName))
        {
            EtcdMember member = host.First().Member;
            events.HostFailed(member, new EtcdHostException("HostNotFit", host.Key, string.Join("; ", host.Select(Text))) { Subject = member });
        }

        return errors.Length == 0;
    }

    // Files that are not as wanted are steps of the plan, which was shown.
    private static bool IsMended(EtcdHostCheck row)
        => row.Check is EtcdHostCheckKind.Manifest or EtcdHostCheckKind.Certificates && !row.Finding.StartsWith(MemberFilesChecker.NotExpected, StringComparison.Ordinal);

    private static string Text(EtcdHostCheck row) => $"{row.Check}{(row.Target.Length == 0 || row.Finding.Contains(row.Target, StringComparison.Ordinal) ? "" : " " + row.Target)}: {row.Finding}";

    private async Task<EtcdRun> VerifyAsync(
        PlanRequest request, EtcdRun run, IReadOnlyList<MemberLook> looks, RunEvents events, Action<EtcdHaException> failed, CancellationToken cancellationToken)
    {
        EtcdFileCheck[] files = [.. looks.SelectMany(look => Check(run, look))];
        EtcdFileCheck[] wrong = [.. files.Where(f => !f.Passed)];
        if (wrong.Length > 0)
        {
            failed(new EtcdHostException("ClusterFilesWrong", string.Join("; ", wrong.Select(f => $"{f.Member}: {f.Path}: {string.Join(", ", f.Finding)}"))) { Subject = run.Topology });
        }

        events.Progress(null, "Waiting until the cluster is healthy");
        var reasons = new HealthReasons(hosts);
        var guard = new QuorumGuard(health, reasons, settings.HealthTimeout, TimeSpan.Zero, settings.Pause);
        (bool isHealthy, IReadOnlyList<EtcdEndpointHealth> rows) = await guard.WaitForAsync(
            run.Topology, m => request.Members.Any(r => r.Name == m.Name) && IsRight(run, m), cancellationToken).ConfigureAwait(false);
        string why = "";
        if (!isHealthy)
        {
            why = await reasons.OfAsync(run.Topology, rows, cancellationToken).ConfigureAwait(false);
            failed(new EtcdTimeoutException("ClusterNotHealthy", settings.HealthTimeout.TotalSeconds, why) { Subject = run.Topology });
        }

        foreach (string warning in rows.Select(r => r.Warning).Where(w => w.Length > 0))
        {
            events.Warning(warning);
        }

        bool isRight = wrong.Length == 0 && isHealthy;
        return run with
        {
            EndedAt = clock.GetUtcNow(),
            FileCheck = files,
            Health = rows,
            Outcome = isRight ? run.Outcome : EtcdRunOutcome.Partial,
            Reason = isRight ? run.Reason : run.Reason.Length > 0 ? run.Reason : wrong.Length > 0 ? "not every file is as wanted" : $"the cluster is not healthy: {why}",
        };
    }

    private IReadOnlyList<EtcdFileCheck> Check(EtcdRun run, MemberLook look)
    {
        bool withCaKey = StagedPlan.IncludesCaKey(run.Topology, look.Member, run.StagingPath, run.Plan.Settings.ExcludeCaKey);
        return MemberFilesChecker.Check(
            look.HostName, run.Topology, look.Member, StagedMember.Expect(run.StagingPath, look.Member, withCaKey), clock.GetUtcNow(), look.State, look.Output);
    }

    private sealed class Told(Action<string> told) : IProgress<string>
    {
        public void Report(string value) => told(value);
    }
}
