using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Hosts;

namespace EtcdHa.Core.Tests.Locks;

/// <summary>The lock and the journal of a host, by the real scripts.</summary>
public sealed class HostLockTests
{
    private const string First = "20261126T100000Z-aaaaaaaa";
    private const string Second = "20261126T100001Z-bbbbbbbb";
    private const string Lock = "/run/etcdha/lock";
    private const string Journal = "/var/lib/etcdha/run";

    private static readonly LockTimes Short = new(TimeSpan.FromSeconds(30), TimeSpan.FromSeconds(1));

    private readonly List<string> _warnings = [];

    private OperationLog Log => new(_ => { }, _warnings.Add);

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task The_first_change_takes_the_lock_and_the_end_gives_it_back(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        await using (HostSession session = await host.OpenAsync(First))
        {
            await PlaceAsync(session, "/etc/a", "1");
            await PlaceAsync(session, "/etc/b", "2");
            Assert.Contains($"run|{First}\nowner|ada@ws1\npid|4711\ncommand|Copy-EtcdMemberFiles\ncluster|infra0,infra1,infra2\n", host.Read(Lock), StringComparison.Ordinal);
            Assert.Equal(EtcdRunState.Running, Assert.Single(await RunsAsync(host)).State);
        }

        Assert.False(File.Exists(host[Lock]));
        Assert.False(File.Exists(host[Journal]));
        EtcdRunJournal run = Assert.Single(await RunsAsync(host));
        Assert.Equal((First, EtcdRunState.Completed, "ada@ws1", 4711), (run.RunId, run.State, run.Owner, run.ProcessId));
        Assert.Equal(["place files", "place files"], run.Steps.Select(s => s.Action));
        Assert.All(run.Steps, s => Assert.True(s.Succeeded));
        Assert.InRange((DateTimeOffset.UtcNow - run.StartedAt).TotalSeconds, -2, 60);
        Assert.Null(run.StepInFlight);
        Assert.Equal("0:0 700 directory", host.Stat("/var/lib/etcdha"));
        Assert.Equal("0:0 700 directory", host.Stat("/run/etcdha"));
    }

    [Fact]
    public async Task A_run_that_changes_nothing_takes_no_lock_and_leaves_no_trace()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write("/etc/a", "1", "600");
        string before = host.Snapshot();

        await using (HostSession session = await host.OpenAsync(First))
        {
            await PlaceAsync(session, "/etc/a", "1");
            await session.EndEarlierRunAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal(before, host.Snapshot());
        Assert.Empty(Directory.GetFileSystemEntries(host["/run/"]));
        Assert.Single(host.Traffic);
    }

    [Fact]
    public async Task A_run_that_locks_a_host_and_has_no_step_there_is_over_in_the_end()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using (HostSession first = await host.OpenAsync(First))
        {
            await first.AcquireLockAsync(TestContext.Current.CancellationToken);
        }

        Assert.Equal((First, EtcdRunState.Completed), Assert.Single(await RunsAsync(host)) is var run ? (run.RunId, run.State) : default);
        await using HostSession second = await host.OpenAsync(Second, log: Log);
        await PlaceAsync(second, "/etc/a", "1");
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_connection_that_only_looks_cannot_change_a_host()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using HostSession session = await host.OpenAsync(null);

        await Assert.ThrowsAsync<InvalidOperationException>(() => PlaceAsync(session, "/etc/a", "1"));
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task Fault24_a_second_run_fails_at_once_and_names_the_holder(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        await using HostSession first = await host.OpenAsync(First);
        await PlaceAsync(first, "/etc/a", "1");
        await using HostSession second = await host.OpenAsync(Second);

        EtcdLockException error = await Assert.ThrowsAsync<EtcdLockException>(() => PlaceAsync(second, "/etc/b", "2"));

        Assert.Equal("HostLocked", error.ErrorId);
        Assert.Matches(
            $@"^{TestHost.HostName}: another run works on the host: ada@ws1 \(process 4711, Copy-EtcdMemberFiles, since 20..-..-.. ..:..:..Z\); last sign of life 20..-..-.. ..:..:..Z\.",
            error.Message);
        Assert.Matches(@"the lock on .* expires at 20..-..-.. ..:..:..Z, and the next run goes on", error.RecommendedAction);
        Assert.Equal((First, EtcdRunState.Running), (error.Holder!.RunId, error.Holder.State));
        Assert.Equal(40, (error.Holder.ExpiresAt - error.Holder.LastHeartbeat)!.Value.TotalSeconds);
        Assert.False(File.Exists(host["/etc/b"]));
        await PlaceAsync(first, "/etc/c", "3");
    }

    [Fact]
    public async Task Fault24_of_many_runs_that_start_at_once_exactly_one_works_at_a_time_and_the_others_name_it()
    {
        await using TestHost host = await TestHost.CreateAsync();
        HostSession[] sessions = [.. await Task.WhenAll(Enumerable.Range(0, 8).Select(i => host.OpenAsync($"run-{i}")))];

        EtcdLockException?[] errors = await Task.WhenAll(sessions.Select(async (s, i) =>
        {
            try
            {
                await s.AcquireLockAsync(TestContext.Current.CancellationToken);
                return null;
            }
            catch (EtcdLockException e)
            {
                return e;
            }
        }));

        int winner = Array.FindIndex(errors, e => e is null);
        Assert.Equal(7, errors.Count(e => e is not null));
        Assert.All(errors.OfType<EtcdLockException>(), e => Assert.Equal(("HostLocked", $"run-{winner}"), (e.ErrorId, e.Holder?.RunId)));
        await Task.WhenAll(sessions.Select(s => s.DisposeAsync().AsTask()));
        Assert.False(File.Exists(host[Lock]));
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task Fault23_a_lock_nobody_keeps_expires_the_next_run_says_whose_it_was_and_cleans_up_and_the_first_one_stops(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        await using HostSession first = await host.OpenAsync(First, Short);
        await PlaceAsync(first, "/etc/a", "1");
        Directory.CreateDirectory(host["/etc/.etcdha.left"]);
        File.AppendAllText(host[Journal], "step|1764150000|restart the kubelet\n");
        await using HostSession second = await host.OpenAsync(Second, log: Log);

        await EventuallyAsync(() => PlaceAsync(second, "/etc/b", "2"));

        string warning = Assert.Single(_warnings);
        Assert.Matches(@": an earlier run was interrupted, in the step 'restart the kubelet' that began at 2025-.*: ada@ws1 \(process 4711, Copy-EtcdMemberFiles, since .*\)\. What it left", warning);
        Assert.Empty(host.StagingDirectories);
        EtcdLockException error = await Assert.ThrowsAsync<EtcdLockException>(() => PlaceAsync(first, "/etc/c", "3"));
        Assert.Equal(("HostLockLost", Second), (error.ErrorId, error.Holder!.RunId));
        Assert.Contains("ada@ws1 (process 4711", error.Message, StringComparison.Ordinal);
        Assert.False(File.Exists(host["/etc/c"]));
        Assert.Equal([Second, First], (await RunsAsync(host)).OrderByDescending(r => r.RunId).Select(r => r.RunId));
        Assert.Equal(EtcdRunState.Interrupted, (await RunsAsync(host)).Single(r => r.RunId == First).State);
    }

    [Fact]
    public async Task Fault23_what_an_interrupted_run_left_is_cleaned_up_also_when_nothing_is_left_to_do()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using HostSession first = await host.OpenAsync(First, Short);
        await PlaceAsync(first, "/etc/a", "1");
        Directory.CreateDirectory(host["/etc/.etcdha.left"]);
        File.Delete(host[Lock]);
        await using HostSession second = await host.OpenAsync(Second, log: Log);

        await PlaceAsync(second, "/etc/a", "1");
        await second.EndEarlierRunAsync(TestContext.Current.CancellationToken);

        Assert.Contains("between two steps: ada@ws1", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Empty(host.StagingDirectories);
    }

    [Fact]
    public async Task Nobody_takes_over_while_a_step_still_runs_though_its_workstation_is_long_gone()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using HostSession first = await host.OpenAsync(First, Short);
        Task<RemoteOutput> step = first.ChangeAsync("sleep", "sleep 4; echo slept > /etc/slept", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        await Task.Delay(2500, TestContext.Current.CancellationToken);
        await using HostSession second = await host.OpenAsync(Second, log: Log);

        EtcdLockException error = await Assert.ThrowsAsync<EtcdLockException>(() => PlaceAsync(second, "/etc/b", "2"));

        Assert.Equal("HostLocked", error.ErrorId);
        Assert.True(error.Holder!.IsStepRunning);
        Assert.Contains("expires once the step that still runs on the host has ended", error.RecommendedAction, StringComparison.Ordinal);
        await step;
        await EventuallyAsync(() => PlaceAsync(second, "/etc/b", "2"));
        Assert.Equal("slept\n", host.Read("/etc/slept"));
    }

    [Fact]
    public async Task A_heartbeat_keeps_the_lock_between_two_steps()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using HostSession first = await host.OpenAsync(First, new LockTimes(TimeSpan.FromMilliseconds(300), TimeSpan.FromSeconds(3)));
        await PlaceAsync(first, "/etc/a", "1");
        await Task.Delay(5000, TestContext.Current.CancellationToken);
        await using HostSession second = await host.OpenAsync(Second);

        Assert.Equal("HostLocked", (await Assert.ThrowsAsync<EtcdLockException>(() => PlaceAsync(second, "/etc/b", "2"))).ErrorId);
        await PlaceAsync(first, "/etc/c", "3");
    }

    [Fact]
    public async Task A_restart_of_the_host_clears_the_lock_and_ends_the_run_that_held_it()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using HostSession first = await host.OpenAsync(First);
        await PlaceAsync(first, "/etc/a", "1");
        Directory.Delete(host["/run/etcdha"], recursive: true);

        EtcdLockException error = await Assert.ThrowsAsync<EtcdLockException>(() => PlaceAsync(first, "/etc/b", "2"));
        Assert.Equal("HostLockLost", error.ErrorId);
        Assert.Contains("the host was restarted, or the lock was broken", error.Message, StringComparison.Ordinal);

        await using HostSession second = await host.OpenAsync(Second, log: Log);
        await PlaceAsync(second, "/etc/b", "2");
        Assert.Contains("was interrupted, between two steps", Assert.Single(_warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_another_run_changed_after_the_look_is_not_overwritten()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using HostSession late = await host.OpenAsync(Second);
        FileStep step = Step("/etc/a", "of the second");
        HostState state = await late.ObserveAsync([step], TestContext.Current.CancellationToken);
        await using (HostSession quick = await host.OpenAsync(First))
        {
            await PlaceAsync(quick, "/etc/a", "of the first");
        }

        EtcdLockException error = await Assert.ThrowsAsync<EtcdLockException>(
            () => late.PlaceAsync(StepComparer.Compare([step], state), state, TestContext.Current.CancellationToken));

        Assert.Equal("HostChangedMeanwhile", error.ErrorId);
        Assert.Equal("of the first", host.Read("/etc/a"));
    }

    [Fact]
    public async Task Fault22_a_step_that_was_stopped_is_told_by_the_next_run()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using (HostSession first = await host.OpenAsync(First))
        {
            using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.ChangeAsync("wait", "sleep 20", TimeSpan.FromSeconds(30), stop.Token));
        }

        Assert.False(File.Exists(host[Lock]));
        EtcdRunJournal run = Assert.Single(await RunsAsync(host));
        Assert.Equal((EtcdRunState.Stopped, "wait"), (run.State, run.StepInFlight!.Action));
        await using HostSession second = await host.OpenAsync(Second, log: Log);
        await PlaceAsync(second, "/etc/a", "1");
        Assert.Contains("an earlier run was stopped, in the step 'wait'", Assert.Single(_warnings), StringComparison.Ordinal);
        Assert.Single(await RunsAsync(host), r => r.State == EtcdRunState.Stopped);
    }

    [Fact]
    public async Task Fault22_a_step_that_is_cancelled_gives_the_lock_back_in_the_round_trip_that_stops_it()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using HostSession first = await host.OpenAsync(First);
        using var stop = new CancellationTokenSource(TimeSpan.FromSeconds(1));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first.ChangeAsync("wait", "sleep 20", TimeSpan.FromSeconds(30), stop.Token));

        // Not disposed yet.
        for (int i = 0; i < 100 && File.Exists(host[Lock]); i++)
        {
            await Task.Delay(100, TestContext.Current.CancellationToken);
        }

        Assert.False(File.Exists(host[Lock]));
    }

    [Fact]
    public async Task A_run_that_connects_again_goes_on_in_the_same_journal()
    {
        await using TestHost host = await TestHost.CreateAsync();
        for (int i = 0; i < 2; i++)
        {
            await using HostSession session = await host.OpenAsync(First, log: Log);
            await PlaceAsync(session, "/etc/a", $"{i}");
        }

        EtcdRunJournal run = Assert.Single(await RunsAsync(host));
        Assert.Equal((EtcdRunState.Completed, 2), (run.State, run.Steps.Count));
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_step_that_fails_ends_its_run_and_the_next_one_says_nothing_of_it()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using (HostSession first = await host.OpenAsync(First))
        {
            RemoteOutput output = await first.ChangeAsync("fail", "echo out; echo err >&2; exit 7", TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
            Assert.Equal((7, "out\n", "err\n"), (output.ExitCode, output.Text, output.ErrorText));
        }

        EtcdRunJournal run = Assert.Single(await RunsAsync(host));
        Assert.Equal((EtcdRunState.Failed, "fail"), (run.State, run.StepInFlight!.Action));
        await using HostSession second = await host.OpenAsync(Second, log: Log);
        await PlaceAsync(second, "/etc/a", "1");
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task No_content_of_a_file_is_in_lock_or_journal()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await using (HostSession session = await host.OpenAsync(First))
        {
            await PlaceAsync(session, "/etc/a", "s3cret");
            Assert.DoesNotContain("s3cret", Everything(host), StringComparison.Ordinal);
        }

        Assert.DoesNotContain("s3cret", Everything(host), StringComparison.Ordinal);
        Assert.DoesNotContain("czNjcmV0", Everything(host), StringComparison.Ordinal);

        static string Everything(TestHost host) => string.Concat(
            new[] { "/run/etcdha", "/var/lib/etcdha" }.SelectMany(d => Directory.GetFiles(host[d], "*", SearchOption.AllDirectories)).Select(File.ReadAllText));
    }

    [Fact]
    public async Task A_journal_that_cannot_be_written_stops_the_run_before_anything_is_changed()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Around("mount -t tmpfs -o ro tmpfs /var/lib");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => PlaceAsync(host.Session, "/etc/a", "1"));

        Assert.Equal("HostReadOnly", error.ErrorId);
        Assert.False(File.Exists(host["/etc/a"]));
    }

    [Fact]
    public async Task A_host_without_flock_is_told_so()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Around("mount --bind /dev/null /usr/bin/flock");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => PlaceAsync(host.Session, "/etc/a", "1"));

        Assert.Equal(("RemoteToolMissing", $"{TestHost.HostName} lacks flock (package util-linux)."), (error.ErrorId, error.Message));
    }

    [Fact]
    public async Task The_journal_keeps_the_newest_runs_only_and_survives_lines_that_were_cut()
    {
        await using TestHost host = await TestHost.CreateAsync();
        for (int i = 0; i < HostLockScript.KeptRuns + 3; i++)
        {
            host.Write($"/var/lib/etcdha/runs/old-{i:d2}", $"run|old-{i:d2}\nowner|a@b\nsince|{i}\nstep|zz|x\ndo", "600");
            TestHost.Run("touch", "-d", $"@{1000 + i}", host[$"/var/lib/etcdha/runs/old-{i:d2}"]);
        }

        await using (HostSession session = await host.OpenAsync(First))
        {
            await PlaceAsync(session, "/etc/a", "1");
        }

        IReadOnlyList<EtcdRunJournal> runs = await RunsAsync(host);
        Assert.Equal(HostLockScript.KeptRuns, runs.Count);
        Assert.Equal(First, runs[0].RunId);
        Assert.All(runs.Skip(1), r => Assert.Equal(EtcdRunState.Interrupted, r.State));
    }

    private static FileStep Step(string path, string content)
        => new(path, Encoding.UTF8.GetBytes(content), HostStep.RootOwner, 0x180, "/etc");

    private static async Task PlaceAsync(HostSession session, string path, string content)
    {
        FileStep step = Step(path, content);
        HostState state = await session.ObserveAsync([step], TestContext.Current.CancellationToken);
        await session.PlaceAsync(StepComparer.Compare([step], state), state, TestContext.Current.CancellationToken);
    }

    private static async Task<IReadOnlyList<EtcdRunJournal>> RunsAsync(TestHost host)
    {
        await using HostSession session = await host.OpenAsync(null);
        return await HostRuns.ReadAsync(session, TestContext.Current.CancellationToken);
    }

    private static async Task EventuallyAsync(Func<Task> attempt)
    {
        for (int i = 0; ; i++)
        {
            try
            {
                await attempt();
                return;
            }
            catch (EtcdLockException e) when (e.ErrorId == "HostLocked" && i < 50)
            {
                await Task.Delay(200, TestContext.Current.CancellationToken);
            }
        }
    }
}
