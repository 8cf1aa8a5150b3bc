using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Hosts;
using EtcdHa.Core.Tests.Runs;
using EtcdHa.Core.Tests.Staging;

namespace EtcdHa.Core.Tests.Locks;

/// <summary>The staging folder's lock and journal.</summary>
[Collection(KubeletPort.Users)]
public sealed class WorkstationJournalTests
{
    private static readonly DateTimeOffset At = new(2026, 11, 26, 10, 42, 27, TimeSpan.Zero);

    [Fact]
    public void One_process_holds_a_staging_folder_at_a_time()
    {
        using var folder = new TemporaryFolder();
        using (StagingLock? first = StagingLock.TryTake(folder["staging"]))
        {
            Assert.NotNull(first);
            Assert.Null(StagingLock.TryTake(folder["staging"]));
        }

        using StagingLock? next = StagingLock.TryTake(folder["staging"]);
        Assert.NotNull(next);
    }

    [Fact]
    public void A_journal_tells_of_runs_newest_first_also_behind_a_line_that_was_cut()
    {
        using var folder = new TemporaryFolder();
        string staging = folder["staging"];
        using (WorkstationJournal journal = WorkstationJournal.Open(staging))
        {
            journal.Add(Line("run", "one") with { Owner = "ada@ws1", ProcessId = 4711, Command = "Invoke-EtcdPlan", Cluster = "infra0" });
            journal.Add(Line("step", "one") with { Number = 1, Action = "Write the topology: t" });
            journal.Add(Line("done", "one") with { Number = 1, Outcome = nameof(EtcdPlanStepOutcome.Done) });
            journal.Add(Line("step", "one") with { Number = 2, Host = "ubuntu@10.0.0.6", Action = "Place file: /etc/a" });
        }

        File.AppendAllText(Path.Combine(staging, WorkstationJournal.FileName), "{\"kind\":\"do");
        using (WorkstationJournal journal = WorkstationJournal.Open(staging))
        {
            journal.Add(Line("run", "two") with { Owner = "ada@ws2" });
            journal.Add(Line("end", "two") with { Outcome = nameof(EtcdRunOutcome.Completed) });
        }

        IReadOnlyList<EtcdRunJournal> runs = WorkstationJournal.Read(staging);

        Assert.Equal([("two", EtcdRunState.Completed), ("one", EtcdRunState.Interrupted)], runs.Select(r => (r.RunId, r.State)));
        Assert.Equal(("ada@ws1", 4711, At), (runs[1].Owner, runs[1].ProcessId, runs[1].StartedAt));
        Assert.Equal([("workstation", true), ("ubuntu@10.0.0.6", false)], runs[1].Steps.Select(s => (s.HostName, s.Succeeded)));
        Assert.Equal("Place file: /etc/a on ubuntu@10.0.0.6", runs[1].StepInFlight!.ToString());
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(staging, WorkstationJournal.FileName)));
        }
    }

    [Fact]
    public async Task A_run_is_written_step_by_step_and_one_that_changes_nothing_is_not()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        var run = new HostRun(RunIdentity.OfThisProcess("Invoke-EtcdPlan", DateTimeOffset.UtcNow).On(cluster.Topology), OperationLog.Silent);
        using (var journal = new RunJournal(run, TimeProvider.System))
        {
            cluster.Topology = (await cluster.RunAsync(plan, journal)).Topology;
        }

        EtcdRunJournal written = Assert.Single(WorkstationJournal.Read(cluster.StagingPath));
        Assert.Equal((EtcdRunState.Completed, plan.Step.Count), (written.State, written.Steps.Count));
        Assert.All(written.Steps, s => Assert.True(s.Succeeded, s.ToString()));
        string text = await File.ReadAllTextAsync(Path.Combine(cluster.StagingPath, WorkstationJournal.FileName), TestContext.Current.CancellationToken);
        Assert.DoesNotContain("PRIVATE KEY", text, StringComparison.Ordinal);
        Assert.False(File.Exists(cluster.Host["/run/etcdha/lock"]));

        EtcdPlan none = await cluster.PlanAsync();
        Assert.True(none.IsEmpty, none.Summary);
        using (var journal = new RunJournal(run, TimeProvider.System))
        {
            await cluster.RunAsync(none, journal);
        }

        Assert.Equal(text, await File.ReadAllTextAsync(Path.Combine(cluster.StagingPath, WorkstationJournal.FileName), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Fault24_a_second_run_from_the_same_staging_folder_is_refused_before_a_host_is_reached()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        EtcdPlan plan = await cluster.PlanAsync();
        int before = cluster.Host.Traffic.Count;
        using StagingLock? held = StagingLock.TryTake(cluster.StagingPath);
        var run = new HostRun(RunIdentity.OfThisProcess("Invoke-EtcdPlan", DateTimeOffset.UtcNow).On(cluster.Topology), OperationLog.Silent);
        using var journal = new RunJournal(run, TimeProvider.System);

        EtcdLockException error = await Assert.ThrowsAsync<EtcdLockException>(() => cluster.RunAsync(plan, journal));

        Assert.Equal("StagingLocked", error.ErrorId);
        Assert.Equal(before, cluster.Host.Traffic.Count);
    }

    private static JournalLine Line(string kind, string runId) => new() { Kind = kind, RunId = runId, At = At };
}
