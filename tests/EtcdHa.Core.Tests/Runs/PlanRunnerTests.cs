using EtcdHa.Core.Planning;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Hosts;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>Plans really run on a host, the staging folder included.</summary>
[Collection(KubeletPort.Users)]
public sealed class PlanRunnerTests
{
    [Fact]
    public async Task A_plan_is_run_step_by_step_and_leaves_nothing_to_plan()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        var journal = new RecordingJournal();

        EtcdRun run = await cluster.RunAsync(plan, journal);

        Assert.Equal(EtcdRunOutcome.Completed, run.Outcome);
        Assert.Equal(plan.Step.Select(s => s.Number), run.Step.Select(r => r.Step.Number));
        Assert.All(run.Step, r => Assert.Equal((EtcdPlanStepOutcome.Done, ""), (r.Outcome, r.Error)));
        Assert.All(run.Step.Where(r => r.Step.Action == "Place file"), r => Assert.NotNull(r.Sha256));
        Assert.NotNull(run.Topology.InitialClusterToken);
        Assert.Equal("begin Running", journal.Told[0]);
        Assert.Equal("end Completed", journal.Told[^1]);
        Assert.Equal(plan.Step.Count, journal.Told.Count(t => t.StartsWith("starting", StringComparison.Ordinal)));
        Assert.Equal(plan.Step.Count, journal.Told.Count(t => t.StartsWith("ended", StringComparison.Ordinal)));
        cluster.Topology = run.Topology;
        Assert.Empty((await cluster.PlanAsync()).Step);
    }

    [Fact]
    public async Task A_plan_that_is_empty_changes_nothing_and_is_unchanged()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        cluster.Topology = (await cluster.RunAsync(await cluster.PlanAsync())).Topology;
        string before = cluster.Host.Snapshot();

        EtcdRun run = await cluster.RunAsync(await cluster.PlanAsync());

        Assert.Equal((EtcdRunOutcome.Unchanged, 0), (run.Outcome, run.Step.Count));
        Assert.Equal(before, cluster.Host.Snapshot());
    }

    [Fact]
    public async Task A_plan_that_was_run_is_run_again_without_a_change()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        await cluster.RunAsync(plan);
        string before = cluster.Host.Snapshot();

        EtcdRun again = await cluster.RunAsync(plan);

        Assert.Equal(EtcdRunOutcome.Completed, again.Outcome);
        Assert.All(again.Step, r => Assert.Equal(EtcdPlanStepOutcome.AlreadyDone, r.Outcome));
        Assert.Equal(before, cluster.Host.Snapshot());
    }

    [Theory]
    [InlineData("/etc/kubernetes/manifests/etcd.yaml", "was not there, is ubuntu:ubuntu 0644")]
    [InlineData("/etc/kubernetes/pki/etcd/server.key", "was not there, is ubuntu:ubuntu 0644")]
    public async Task A_host_that_changed_since_is_refused_by_name_before_anything_is_touched(string path, string expected)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        cluster.Host.Write(path, "of somebody else\n", "644", "1000:1000");
        string before = cluster.Host.Snapshot();

        EtcdPlanException error = await Assert.ThrowsAsync<EtcdPlanException>(() => cluster.RunAsync(plan));

        Assert.Equal("EtcdPlanDrifted", error.ErrorId);
        Assert.Contains($"infra0 (ubuntu@10.0.0.6): {path} {expected}", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, cluster.Host.Snapshot());
        Assert.False(Directory.Exists(cluster.StagingPath));
    }

    [Fact]
    public async Task What_was_right_and_is_not_any_more_is_drift_too()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        cluster.Topology = (await cluster.RunAsync(await cluster.PlanAsync())).Topology;
        EtcdPlan plan = await cluster.PlanAsync();
        File.Delete(cluster.Host["/etc/kubernetes/pki/etcd/peer.crt"]);

        EtcdPlanException error = await Assert.ThrowsAsync<EtcdPlanException>(() => cluster.RunAsync(plan));

        Assert.Contains("/etc/kubernetes/pki/etcd/peer.crt was right, is not there: absent", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_staging_folder_that_changed_since_is_drift()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        cluster.Topology = (await cluster.RunAsync(await cluster.PlanAsync())).Topology;
        File.Delete(cluster.Host[MemberSteps.ManifestPath]);
        EtcdPlan plan = await cluster.PlanAsync();
        await File.AppendAllTextAsync(new StagingFolder(cluster.StagingPath).KubeadmConfigPath(cluster.Member), "# changed\n", TestContext.Current.CancellationToken);

        EtcdPlanException error = await Assert.ThrowsAsync<EtcdPlanException>(() => cluster.RunAsync(plan));

        Assert.Contains("workstation: ", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(cluster.Host[MemberSteps.ManifestPath]));
    }

    // Every step in turn, none skipped: the workstation ends just before it, or just after it, and the same plan is run again.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_run_that_ends_at_each_step_in_turn_is_finished_by_running_the_same_plan_again(bool after)
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        foreach (int number in plan.Step.Select(s => s.Number))
        {
            bool reached = false;
            Exception? Cut(EtcdPlanStep step)
            {
                reached |= step.Number == number;
                return step.Number == number ? new EtcdClusterException("EtcdMemberListFailed", "workstation", "switched off") : null;
            }

            await cluster.TryRunAsync(plan, new RecordingJournal { Before = after ? _ => null : Cut, After = after ? Cut : _ => null });
            cluster.Failures.Clear();

            // What was placed together with an earlier step is done when its turn comes.
            Assert.True(reached || after, $"step {number} was not reached");
            Assert.Empty(cluster.Host.StagingDirectories);
        }

        EtcdRun last = await cluster.RunAsync(plan);
        Assert.Equal(EtcdRunOutcome.Completed, last.Outcome);
        cluster.Topology = last.Topology;
        Assert.Empty((await cluster.PlanAsync()).Step);
        Assert.InRange(plan.Step.Count, 20, 40);
    }

    [Fact]
    public async Task Fault02_A_host_that_fails_half_way_has_its_steps_told_apart_and_the_next_run_goes_on_there()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        cluster.Host.Install("mv", "case $* in *server.key*) echo 'mv: No space left on device' >&2; exit 1 ;; esac; exec /usr/bin/mv \"$@\"");

        EtcdRun run = await cluster.RunAsync(plan);

        Assert.Equal(EtcdRunOutcome.Partial, run.Outcome);
        Assert.StartsWith("infra0: ", run.Reason, StringComparison.Ordinal);
        Assert.Equal("HostDiskFull", Assert.IsType<EtcdHostException>(cluster.Failures[cluster.Member]).ErrorId);
        Assert.All(run.Step.Where(r => r.Step.Phase is EtcdPlanPhase.Workstation or EtcdPlanPhase.Kubelet), r => Assert.Equal(EtcdPlanStepOutcome.Done, r.Outcome));
        Assert.All(run.Step.Where(r => r.Step.Phase == EtcdPlanPhase.Files), r => Assert.Equal((EtcdPlanStepOutcome.Failed, "HostDiskFull"), (r.Outcome, r.ErrorId)));
        Assert.All(run.Step.Where(r => r.Step.Phase == EtcdPlanPhase.StaticPod), r => Assert.Equal((EtcdPlanStepOutcome.Skipped, null), (r.Outcome, r.ErrorId)));
        Assert.False(File.Exists(cluster.Host[MemberSteps.ManifestPath]));

        cluster.Host.Install("mv", "exec /usr/bin/mv \"$@\"");
        cluster.Failures.Clear();
        EtcdRun next = await cluster.RunAsync(plan);
        Assert.Equal(EtcdRunOutcome.Completed, next.Outcome);
        Assert.Empty(cluster.Failures);
        cluster.Topology = next.Topology;
        Assert.Empty((await cluster.PlanAsync()).Step);
    }

    [Fact]
    public async Task A_run_that_is_stopped_says_so_to_the_journal()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        using var stop = new CancellationTokenSource();
        var journal = new RecordingJournal
        {
            Before = step =>
            {
                if (step.Phase == EtcdPlanPhase.Files)
                {
                    stop.Cancel();
                }

                return null;
            },
        };

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => cluster.RunAsync(plan, journal, cancellationToken: stop.Token));

        Assert.Equal(EtcdRunOutcome.Stopped, journal.Ended!.Outcome);
        Assert.Equal(plan.Step.Count, journal.Ended.Step.Count);
        Assert.Equal(EtcdRunOutcome.Completed, (await cluster.RunAsync(plan)).Outcome);
    }

    [Fact]
    public async Task A_journal_that_refuses_the_run_leaves_everything_as_it_is()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        int before = cluster.Host.Traffic.Count;

        await Assert.ThrowsAsync<EtcdClusterException>(() => cluster.RunAsync(plan, new RefusingJournal()));

        Assert.Equal(before, cluster.Host.Traffic.Count);
        Assert.False(Directory.Exists(cluster.StagingPath));
    }

    private sealed class RefusingJournal : IRunJournal
    {
        public Task BeginAsync(EtcdRun run, ClusterHosts hosts, CancellationToken cancellationToken) => throw new EtcdClusterException("EtcdMemberListFailed", "locked", "by another run");

        public Task StepStartingAsync(EtcdPlanStep planStep, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task StepEndedAsync(EtcdPlanStepResult result, CancellationToken cancellationToken) => throw new NotSupportedException();

        public Task EndAsync(EtcdRun run, CancellationToken cancellationToken) => throw new NotSupportedException();
    }
}
