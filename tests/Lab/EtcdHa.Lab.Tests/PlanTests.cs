using System.Collections.Concurrent;
using System.Diagnostics;
using EtcdHa.Lab.Tests.Lab;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests;

/// <summary>Plans made of real hosts, run on them, and compared with them.</summary>
[Collection<OwnCluster>]
public sealed class PlanTests(OwnClusters clusters, ITestOutputHelper output) : IDisposable
{
    private readonly LabSession _session = new();

    public void Dispose() => _session.Dispose();

    [LabFact]
    public void A_plan_writes_nothing_is_saved_and_run_and_nothing_is_left_to_plan_to_run_or_to_compare()
    {
        IReadOnlyList<LabHost> hosts = Begin();
        string[] before = Fingerprints(hosts);

        EtcdPlan plan = One<EtcdPlan>("$plan = $topology | Get-EtcdPlan -StagingPath $staging; $plan | Export-EtcdPlan $file; $plan");
        int said = _session.HostLines.Count;
        Assert.Empty(_session.Run("Import-EtcdPlan $file | Invoke-EtcdPlan -WhatIf; $topology | Install-EtcdCluster -StagingPath $staging -WhatIf").RequireNoErrors().Output);

        string shown = string.Join('\n', _session.HostLines.Skip(said));
        Assert.All(plan.Step, s => Assert.Contains(s.Target, shown, StringComparison.Ordinal));
        Assert.Equal(before, Fingerprints(hosts));
        Assert.False(Directory.Exists(_session.Get<string>("staging")[0]));
        Assert.All(plan.Host, h => Assert.False(h.IsEtcdRunning));

        EtcdRun run = One<EtcdRun>("Import-EtcdPlan $file | Invoke-EtcdPlan -PassThru");
        Assert.Equal((EtcdRunOutcome.Completed, plan.Step.Count), (run.Outcome, run.Step.Count));
        Assert.All(run.Step, r => Assert.Equal(EtcdPlanStepOutcome.Done, r.Outcome));
        RequireHealthy();
        output.WriteLine($"The plan's {plan.Step.Count} steps took {run.Duration.TotalSeconds:f1} s.");

        string[] there = Fingerprints(hosts);
        string[] processes = [.. hosts.Select(h => h.Processes())];
        EtcdRun second = Timed("Install-EtcdCluster, nothing to do", () => One<EtcdRun>("$topology | Install-EtcdCluster -StagingPath $staging -Force"));
        Assert.Equal((EtcdRunOutcome.Unchanged, 0), (second.Outcome, second.Step.Count));
        Assert.All(second.FileCheck, f => Assert.True(f.Passed, $"{f.Path}: {string.Join("; ", f.Finding)}"));
        Assert.All(second.Health, h => Assert.True(h.Healthy, h.Error));
        Assert.Empty(Timed("Get-EtcdPlan of three hosts", () => One<EtcdPlan>("$topology | Get-EtcdPlan -StagingPath $staging")).Step);
        Assert.Empty(_session.Run("$topology | Compare-EtcdCluster -StagingPath $staging").RequireNoErrors().Output);
        Assert.True(One<bool>("$topology | Compare-EtcdCluster -StagingPath $staging -Quiet"));
        Assert.All(_session.Run("Import-EtcdPlan $file | Invoke-EtcdPlan").RequireNoErrors().As<EtcdPlanStepResult>(), r => Assert.Equal(EtcdPlanStepOutcome.AlreadyDone, r.Outcome));
        Assert.Equal(there, Fingerprints(hosts));
        Assert.Equal(processes, hosts.Select(h => h.Processes()));
    }

    [LabFact]
    public void A_changed_flag_restarts_one_member_at_a_time_and_never_are_two_down()
    {
        IReadOnlyList<LabHost> hosts = Begin();
        Assert.Equal(EtcdRunOutcome.Completed, One<EtcdRun>("$topology | Install-EtcdCluster -StagingPath $staging -Force -SkipHostCheck").Outcome);
        EtcdTopology changed = One<EtcdPlan>("$topology | Get-EtcdPlan -StagingPath $staging").Topology with { ExtraArg = [new EtcdNameValue("quota-backend-bytes", "4294967296")] };
        _session.Set("changed", changed);
        Assert.Contains(
            "ManifestFlag --quota-backend-bytes: not there, expected 4294967296",
            _session.Run("$changed | Compare-EtcdCluster -StagingPath $staging").RequireNoErrors().As<EtcdDifference>().Select(d => d.ToString()["infra0: ".Length..]));

        EtcdPlan plan = One<EtcdPlan>("$plan = $changed | Get-EtcdPlan -StagingPath $staging; $plan");
        Assert.Equal((3, true), (plan.Step.Count(s => s.RestartsEtcd), plan.KeepsQuorum));
        Assert.All(plan.Step.Where(s => s.RestartsEtcd), s => Assert.Contains("+    - --quota-backend-bytes=4294967296", s.Diff, StringComparison.Ordinal));
        Assert.Contains("3 etcd restarts on 3 hosts; quorum is kept.", plan.Summary, StringComparison.Ordinal);
        EtcdEndpointHealth leader = Health(_session).Single(h => h.IsLeader == true);
        string[] before = [.. hosts.Select(h => h.Processes())];

        string staging = _session.Get<string>("staging")[0];
        var down = new ConcurrentBag<int>();
        using var stop = new CancellationTokenSource();
        Task watching = Task.Run(() => Watch(changed, staging, down, stop.Token), TestContext.Current.CancellationToken);
        EtcdRun run = One<EtcdRun>("$plan | Invoke-EtcdPlan -PassThru", TimeSpan.FromMinutes(5));
        stop.Cancel();
        watching.GetAwaiter().GetResult();

        Assert.Equal(EtcdRunOutcome.Completed, run.Outcome);
        EtcdPlanStepResult[] restarts = [.. run.Step.Where(r => r.Step.RestartsEtcd).OrderBy(r => r.StartedAt)];
        Assert.Equal(leader.Member!.Name, restarts[^1].Step.Member!.Name);
        Assert.All(hosts.Zip(before), h => Assert.NotEqual(h.Second, h.First.Processes()));
        Assert.Contains(1, down);
        Assert.True(down.Max() <= 1, $"{down.Max()} members were down at once.");
        output.WriteLine($"Three restarts took {run.Duration.TotalSeconds:f1} s; at {down.Count} looks never more than one member was down.");
        Assert.Empty(_session.Run("$changed | Compare-EtcdCluster -StagingPath $staging").RequireNoErrors().Output);
    }

    [LabFact]
    public void What_changed_since_the_plan_was_made_is_refused_by_name_and_nothing_is_touched()
    {
        IReadOnlyList<LabHost> hosts = Begin();
        One<EtcdPlan>("$plan = $topology | Get-EtcdPlan -StagingPath $staging; $plan");
        hosts[1].Root("mkdir -p /etc/kubernetes/manifests && echo 'kind: Pod' > /etc/kubernetes/manifests/etcd.yaml");
        string[] before = Fingerprints(hosts);

        ScriptResult result = _session.Run("$plan | Invoke-EtcdPlan");

        Assert.StartsWith("EtcdPlanDrifted,", Assert.Single(result.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("infra1 (ubuntu@10.0.0.7): /etc/kubernetes/manifests/etcd.yaml was not there, is root:root", result.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.Equal(before, Fingerprints(hosts));

        // The journal of the run that was refused, and its lock, are all there is on the workstation.
        string staging = _session.Get<string>("staging")[0];
        Assert.Equal(["journal.jsonl", "run.lock"], Directory.EnumerateFileSystemEntries(staging, "*", SearchOption.AllDirectories).Select(Path.GetFileName).Order());
    }

    // Fault 2: a host that goes down midway.
    [LabFact]
    public void A_host_that_is_cut_midway_leaves_a_partial_run_with_a_quorum_and_the_same_plan_goes_on_there()
    {
        Begin();
        One<EtcdPlan>("$plan = $topology | Get-EtcdPlan -StagingPath $staging; $plan");
        _session.Set("lab", Environment.GetEnvironmentVariable("ETCDHA_LAB_COMMAND"));

        ScriptResult cut = _session.Run(
            """
            $rows = $plan | Invoke-EtcdPlan | ForEach-Object {
                if ($_.Step.RestartsUnit -and "$($_.Step.Member)" -eq 'infra2') { $null = & $lab cut infra2 2>&1 }
                $_
            }
            $rows
            """,
            TimeSpan.FromMinutes(6));
        try
        {
            EtcdPlanStepResult[] rows = [.. cut.As<EtcdPlanStepResult>()];
            Assert.NotEmpty(cut.Errors);
            Assert.All(cut.Errors, e => Assert.Contains("infra2", e.ToString(), StringComparison.Ordinal));
            Assert.All(rows.Where(r => r.Step.Member?.Name != "infra2"), r => Assert.Equal(EtcdPlanStepOutcome.Done, r.Outcome));
            Assert.Contains(rows, r => r.Step.Member?.Name == "infra2" && r.Outcome is EtcdPlanStepOutcome.Failed or EtcdPlanStepOutcome.Skipped);
            Assert.True(One<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Member infra0, infra1 -Wait -Quiet"));
        }
        finally
        {
            LabEnvironment.Lab("on", "infra2");
        }

        EtcdRun again = One<EtcdRun>("$plan | Invoke-EtcdPlan -PassThru", TimeSpan.FromMinutes(4));

        Assert.Equal(EtcdRunOutcome.Completed, again.Outcome);
        Assert.All(again.Step.Where(r => r.Step.Member?.Name != "infra2"), r => Assert.Equal(EtcdPlanStepOutcome.AlreadyDone, r.Outcome));
        RequireHealthy();
    }

    private IReadOnlyList<LabHost> Begin()
    {
        string staging = clusters.Reset();
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts();
        _session.Set("hosts", hosts);
        _session.Set("staging", staging);
        _session.Set("file", staging + "-plan.json");
        _session.Set("key", LabEnvironment.Key);
        _session.Set("knownHosts", LabEnvironment.KnownHosts);
        _session.Run($$"""
            $lab = Import-EtcdTopology $env:ETCDHA_LAB_TOPOLOGY
            $topology = $hosts | New-EtcdMember | New-EtcdTopology -SshUser ubuntu -IdentityFile $key -KnownHostsFile $knownHosts {{Procedure.DocumentedTopology}}
            """).RequireNoErrors();
        return hosts;
    }

    // A member is down when its port refuses; one that is slow to answer, as while a leader is elected on a busy machine, is not.
    private static void Watch(EtcdTopology topology, string staging, ConcurrentBag<int> down, CancellationToken stop)
    {
        using var session = new LabSession();
        session.Set("topology", topology);
        session.Set("staging", staging);
        while (!stop.IsCancellationRequested)
        {
            down.Add(session.Run("$topology | Test-EtcdClusterHealth -StagingPath $staging -CommandTimeoutSec 10").As<EtcdEndpointHealth>()
                .Count(h => h.Error.Contains("refused", StringComparison.Ordinal)));
        }
    }

    private static IReadOnlyList<EtcdEndpointHealth> Health(LabSession session)
        => [.. session.Run("$topology | Test-EtcdClusterHealth -StagingPath $staging").RequireNoErrors().As<EtcdEndpointHealth>()];

    private void RequireHealthy() => Assert.True(One<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet -Wait -TimeoutSec 90"));

    private T One<T>(string script, TimeSpan? timeout = null) => Assert.Single(_session.Run(script, timeout).RequireNoErrors().As<T>());

    private T Timed<T>(string what, Func<T> work)
    {
        long start = Stopwatch.GetTimestamp();
        T result = work();
        output.WriteLine($"{what}: {Stopwatch.GetElapsedTime(start).TotalSeconds:f2} s");
        return result;
    }

    private static string[] Fingerprints(IReadOnlyList<LabHost> hosts) => [.. hosts.Select(h => h.Fingerprint())];
}
