using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Hosts;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>Plans of three hosts: what is done together, what one after the other, and what is not done any more when something fails.</summary>
[Collection(KubeletPort.Users)]
public sealed class PlanRunnerClusterTests
{
    private readonly List<string> _placed = [];

    [Fact]
    public async Task Members_that_run_are_restarted_one_at_a_time_the_leader_last()
    {
        await using TestCluster cluster = await RunningAsync();
        EtcdPlan plan = await ChangedAsync(cluster);

        Assert.Equal((3, true), (plan.Step.Count(s => s.RestartsEtcd), plan.KeepsQuorum));
        Assert.All(plan.Step.Where(s => s.RestartsEtcd), s => Assert.Equal($"etcd on {s.Member} restarts; 2 of 3 stay, quorum 2", s.QuorumEffect));
        EtcdRun run = await cluster.RunAsync(plan, Kubelet(cluster), health: new FakeHealth { Leader = "infra0" });

        Assert.Equal(EtcdRunOutcome.Completed, run.Outcome);
        Assert.Equal(["infra1", "infra2", "infra0"], _placed);
    }

    [Fact]
    public async Task When_the_cluster_does_not_become_healthy_again_no_further_member_is_touched()
    {
        await using TestCluster cluster = await RunningAsync();
        string before = cluster["infra2"].Read(MemberSteps.ManifestPath);
        EtcdPlan plan = await ChangedAsync(cluster);

        EtcdRun run = await cluster.RunAsync(plan, Kubelet(cluster), health: new FakeHealth { Leader = "infra0", IsHealthy = (_, m) => _placed.Count == 0 || m.Name != "infra1" });

        Assert.Equal(["infra1"], _placed);
        Assert.Equal(EtcdRunOutcome.Partial, run.Outcome);
        Assert.Equal("ClusterNotHealthy", Assert.IsType<EtcdTimeoutException>(Assert.Single(cluster.Failures).Value).ErrorId);
        Assert.Equal(before, cluster["infra2"].Read(MemberSteps.ManifestPath));
        Assert.All(run.Step.Where(r => r.Step.Member?.Name is "infra0" or "infra2" && r.Step.HostName is not null), r => Assert.Equal(EtcdPlanStepOutcome.Skipped, r.Outcome));
        Assert.Contains(run.Step, r => r.Error.StartsWith("not disturbed: infra1", StringComparison.Ordinal) || r.Error.Contains("infra1: down", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_enough_others_no_member_is_touched_at_all()
    {
        await using TestCluster cluster = await RunningAsync();
        EtcdPlan plan = await ChangedAsync(cluster);

        EtcdRun run = await cluster.RunAsync(plan, Kubelet(cluster), health: new FakeHealth { IsHealthy = (_, m) => m.Name != "infra2" });

        Assert.Empty(_placed);
        Assert.Equal(EtcdRunOutcome.Failed, run.Outcome);
    }

    [Fact]
    public async Task A_plan_that_would_lose_the_quorum_now_and_did_not_when_it_was_made_is_refused()
    {
        await using TestCluster cluster = await RunningAsync();
        EtcdPlan plan = await ChangedAsync(cluster);
        cluster.StopEtcd("infra1");
        cluster.StopEtcd("infra2");

        EtcdPlanException error = await Assert.ThrowsAsync<EtcdPlanException>(() => cluster.RunAsync(plan, Kubelet(cluster)));

        Assert.Equal("EtcdPlanDrifted", error.ErrorId);
        Assert.Contains("1 members run, 3 ran: the quorum would be lost", error.Message, StringComparison.Ordinal);
        Assert.Empty(_placed);
    }

    [Fact]
    public async Task A_single_member_cannot_keep_a_quorum_and_is_restarted_where_the_plan_says_so()
    {
        await using TestCluster cluster = await RunningAsync(1);
        EtcdPlan plan = await ChangedAsync(cluster);

        Assert.False(plan.KeepsQuorum);
        Assert.Contains("QUORUM IS LOST", plan.Summary, StringComparison.Ordinal);
        Assert.Equal("etcd on infra0 restarts; 0 of 1 stay, quorum 1: QUORUM IS LOST until it is back", Assert.Single(plan.Step, s => s.RestartsEtcd).QuorumEffect);
        Assert.Equal(EtcdRunOutcome.Completed, (await cluster.RunAsync(plan, Kubelet(cluster))).Outcome);
        Assert.Equal(["infra0"], _placed);
    }

    [Fact]
    public async Task A_host_that_fails_does_not_keep_a_majority_from_starting_and_is_finished_by_the_next_run()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(3);
        EtcdPlan plan = await cluster.PlanAsync();
        Fail(cluster["infra2"]);

        EtcdRun run = await cluster.RunAsync(plan, Kubelet(cluster));

        Assert.Equal(EtcdRunOutcome.Partial, run.Outcome);
        Assert.Equal(["infra0", "infra1"], _placed.Order());
        Assert.Equal(["infra2"], cluster.Failures.Keys.Select(m => m.Name));
        cluster["infra2"].Uninstall("mv");
        cluster.Failures.Clear();
        Assert.Equal(EtcdRunOutcome.Completed, (await cluster.RunAsync(plan, Kubelet(cluster))).Outcome);
        Assert.Equal("infra2", _placed[^1]);
    }

    [Fact]
    public async Task A_new_cluster_is_not_started_on_a_minority()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync(3);
        EtcdPlan plan = await cluster.PlanAsync();
        Fail(cluster["infra1"]);
        Fail(cluster["infra2"]);

        EtcdRun run = await cluster.RunAsync(plan, Kubelet(cluster));

        Assert.Empty(_placed);
        Assert.Equal(
            "not started: 1 of 3 members are ready, and a new cluster needs 2",
            run.Step.First(r => r.Step.Member?.Name == "infra0" && r.Step.Phase == EtcdPlanPhase.StaticPod).Error);
    }

    private static void Fail(TestHost host) => host.Install("mv", "case $* in *server.key*) echo 'mv: No space left on device' >&2; exit 1 ;; esac; exec /usr/bin/mv \"$@\"");

    private static async Task<TestCluster> RunningAsync(int members = 3)
    {
        TestCluster cluster = await TestCluster.CreateAsync(members);
        cluster.Topology = (await cluster.RunAsync(await cluster.PlanAsync())).Topology;
        cluster.Topology.Members.ToList().ForEach(m => cluster.StartEtcd(m.Name));
        return cluster;
    }

    private static async Task<EtcdPlan> ChangedAsync(TestCluster cluster)
    {
        cluster.Topology = cluster.Topology with { ExtraArg = [new EtcdNameValue("quota-backend-bytes", "4294967296")] };
        return await cluster.PlanAsync();
    }

    // Restarts etcd when its manifest has changed, as the kubelet does.
    private RecordingJournal Kubelet(TestCluster cluster) => new()
    {
        After = step =>
        {
            if (step.Target == MemberSteps.ManifestPath)
            {
                lock (_placed)
                {
                    _placed.Add(step.Member!.Name);
                    cluster.StartEtcd(step.Member.Name);
                }
            }

            return null;
        },
    };
}
