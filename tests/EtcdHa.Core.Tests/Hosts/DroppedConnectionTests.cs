using System.Collections.Concurrent;
using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Ssh;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>
/// A session whose connection drops, over a host that really runs the scripts: steps that may be done twice are, at every final path there is the
/// old or the new file, whole, and no stage stays behind.
/// </summary>
public sealed class DroppedConnectionTests
{
    private static readonly FileStep[] Files =
    [
        .. Enumerable.Range(0, 8).Select(i => new FileStep(
            $"/etc/kubernetes/pki/{(i < 4 ? "" : "etcd/")}file{i}{(i % 2 == 0 ? ".crt" : ".key")}",
            Encoding.ASCII.GetBytes($"new {i}\n" + new string((char)('a' + i), 500)),
            HostStep.RootOwner,
            i % 2 == 0 ? 0x1A4 : 0x180,
            "/etc/kubernetes/pki")),
    ];

    private readonly ConcurrentQueue<string> _verbose = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;


    [Fact]
    public async Task Fault03_a_placement_that_drops_anywhere_in_its_input_is_done_again_over_a_new_connection()
    {
        await using TestHost host = await WithOldFilesAsync();
        (IReadOnlyList<StepChange> changes, HostState state, byte[] sent) = await PlanAsync(host);
        foreach (int cut in ProtocolCuts.Of(sent))
        {
            Restore(host);
            FaultySshConnector connector = new(host.Shell) { OnCommand = command => command == 1 ? new SshFault { BreakInputAt = cut } : null };
            HostSession session = await OpenAsync(connector);

            await session.PlaceAsync(changes, state, Token);
            await session.DisposeAsync();

            Assert.Equal(2, connector.Connections);
            RequireNew(host, $"cut at {cut} of {sent.Length}");
        }
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task Fault03_what_a_host_that_did_not_notice_still_runs_is_ended_and_cleaned_up_first(string shell)
    {
        await using TestHost host = await WithOldFilesAsync(shell);
        (IReadOnlyList<StepChange> changes, HostState state, byte[] sent) = await PlanAsync(host);
        int[] lines = [.. sent.Select((value, i) => (value, i)).Where(p => p.value == '\n').Select(p => p.i)];
        foreach (int cut in (int[])[lines[1] + 1, lines[4] + 1, lines[5] + 50, lines[^1]])
        {
            Restore(host);
            FaultySshConnector connector = new(host.Shell) { OnCommand = command => command == 1 ? new SshFault { BreakInputAt = cut, IsUnnoticed = true } : null };
            HostSession session = await OpenAsync(connector, TimeSpan.FromSeconds(0.3));

            await session.PlaceAsync(changes, state, Token);
            await session.DisposeAsync();

            RequireNew(host, $"cut at {cut} of {sent.Length}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(20)]
    [InlineData(60)]
    [InlineData(85)]
    public async Task Fault03_a_placement_whose_answer_is_cut_is_done_again_and_brings_the_same(int cut)
    {
        await using TestHost host = await WithOldFilesAsync();
        (IReadOnlyList<StepChange> changes, HostState state, _) = await PlanAsync(host);
        FaultySshConnector connector = new(host.Shell) { OnCommand = command => command == 1 ? new SshFault { BreakOutputAt = cut } : null };
        HostSession session = await OpenAsync(connector);

        await session.PlaceAsync(changes, state, Token);
        await session.DisposeAsync();

        RequireNew(host, $"cut at {cut}");
    }

    [Fact]
    public async Task Fault03_a_connection_that_drops_in_every_attempt_ends_in_the_typed_error_with_the_old_files_whole()
    {
        await using TestHost host = await WithOldFilesAsync();
        (IReadOnlyList<StepChange> changes, HostState state, byte[] sent) = await PlanAsync(host);
        FaultySshConnector connector = new(host.Shell) { OnCommand = command => command % 2 == 1 ? new SshFault { BreakInputAt = sent.Length / 2 } : null };
        await using HostSession session = await OpenAsync(connector);

        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => session.PlaceAsync(changes, state, Token));

        Assert.Equal("SshConnectionLost", error.ErrorId);
        Assert.Equal(3, connector.Connections);
        Assert.Equal(
            ["ubuntu@10.0.0.6: The SSH connection to fake was lost. Attempt 2 follows in 0 s.", "ubuntu@10.0.0.6: The SSH connection to fake was lost. Attempt 3 follows in 0 s."],
            _verbose);
        Assert.All(Files, file => Assert.Equal("old", host.Read(file.Path)));
        Assert.Empty(host.StagingDirectories);

        // And a rerun completes.
        HostSession rerun = await OpenAsync(new FaultySshConnector(host.Shell));
        await rerun.PlaceAsync(changes, state, Token);
        await rerun.DisposeAsync();
        RequireNew(host, "rerun");
    }

    [Fact]
    public async Task Fault03_a_look_is_done_again_and_a_script_that_may_have_changed_something_is_not()
    {
        await using TestHost host = await WithOldFilesAsync();
        FaultySshConnector connector = new(host.Shell) { OnCommand = command => command % 3 == 1 ? new SshFault { BreakOutputAt = 50 } : null };
        await using HostSession session = await OpenAsync(connector);

        HostState state = await session.ObserveAsync(Files, Token);
        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(
            () => session.RunAsync("count", "echo once >> /etc/count", [], TimeSpan.FromSeconds(20), Token));

        Assert.Equal(8, state.Paths.Count);
        Assert.Equal("SshConnectionLost", error.ErrorId);
        Assert.Equal("once\n", host.Read("/etc/count"));

        // The session serves on: what may be done twice connects anew.
        Assert.Equal(8, (await session.ObserveAsync(Files, Token)).Paths.Count);
    }

    [Theory]
    [InlineData("SshHostUnreachable", true)]
    [InlineData("SshConnectTimeout", true)]
    [InlineData("SshConnectFailed", true)]
    [InlineData("SshLoginRefused", false)]
    [InlineData("SshHostKeyChanged", false)]
    public async Task What_another_attempt_cannot_mend_is_not_tried_again_also_when_connecting_anew(string errorId, bool isRetried)
    {
        FaultySshConnector connector = new(FakeSshTransport.Scripted(_ => (0, "", "")))
        {
            OnCommand = command => command == 1 ? new SshFault { BreakInputAt = 5 } : null,
            OnConnect = connection => connection != 2 ? null
                : errorId == "SshLoginRefused" ? new EtcdSshAuthenticationException(errorId, "x", "y", "z", "")
                : errorId == "SshHostKeyChanged" ? new EtcdSshHostKeyException(errorId, "x", "y", "z", "a", "b", "c", "d", "e", "f")
                : new EtcdSshException(errorId, "x", "y"),
        };
        await using HostSession session = await OpenAsync(connector);

        Task<RemoteOutput> run = session.RunAsync("look", "true", [], TimeSpan.FromSeconds(20), Token, repeatable: true);

        if (isRetried)
        {
            Assert.Equal(0, (await run).ExitCode);
            Assert.Equal(3, connector.Connections);
        }
        else
        {
            Assert.Equal(errorId, (await Assert.ThrowsAnyAsync<EtcdSshException>(() => run)).ErrorId);
            Assert.Equal(2, connector.Connections);
        }
    }

    [Theory]
    [InlineData("SshConnectFailed", 3)]
    [InlineData("SshHostUnreachable", 1)]
    [InlineData("SshConnectTimeout", 1)]
    public async Task A_host_that_hangs_up_while_connecting_is_tried_again_and_one_that_is_not_there_is_told_at_once(string errorId, int attempts)
    {
        FaultySshConnector connector = new(FakeSshTransport.Broken()) { OnConnect = _ => new EtcdSshException(errorId, "x", "y") };

        Assert.Equal(errorId, (await Assert.ThrowsAsync<EtcdSshException>(() => OpenAsync(connector))).ErrorId);

        Assert.Equal(attempts, connector.Connections);
    }

    [Fact]
    public async Task A_timeout_and_a_refused_sudo_are_not_tried_again()
    {
        FaultySshConnector connector = new(FakeSshTransport.Broken()) { OnCommand = _ => new SshFault { Stalls = true } };
        await using HostSession session = await OpenAsync(connector, target: TestHost.Target with { CommandTimeout = TimeSpan.FromMilliseconds(50) });
        EtcdTimeoutException timeout = await Assert.ThrowsAsync<EtcdTimeoutException>(() => session.ObserveAsync([], Token));
        Assert.Equal(("RemoteCommandTimeout", 2), (timeout.ErrorId, connector.Commands));

        FaultySshConnector refusing = new(new FakeSshTransport((_, _) => Task.FromResult(
            new SshExecResult(1, null, ReadOnlyMemory<byte>.Empty, "sudo: a password is required\n"u8.ToArray()))));
        await using HostSession refused = await OpenAsync(refusing);
        await Assert.ThrowsAsync<EtcdSudoException>(() => refused.ObserveAsync([], Token));
        Assert.Equal(1, refusing.Commands);
    }

    [Fact]
    public async Task Fault22_cancelling_a_pause_between_two_attempts_ends_it()
    {
        FaultySshConnector connector = new(FakeSshTransport.Broken());
        await using HostSession session = await HostSession.OpenAsync(
            connector, TestHost.Target, null, new DropPolicy([TimeSpan.FromMinutes(5)]), OperationLog.Silent, Token);
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(100));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => session.ObserveAsync([], cancel.Token).WaitAsync(TimeSpan.FromSeconds(60), Token));

        Assert.Equal(1, connector.Connections);
    }

    [Fact]
    public async Task Fault04_a_disk_that_fills_up_at_any_file_is_told_so_and_leaves_the_old_files_and_no_stage()
    {
        await using TestHost host = await WithOldFilesAsync();
        (IReadOnlyList<StepChange> changes, HostState state, _) = await PlanAsync(host);
        for (int file = 0; file < Files.Length; file++)
        {
            // The n-th time content is decoded behind frame and script, the disk is full.
            host.Install("base64", $$"""
                read -r count < {{host.Root}}/count; echo $((count + 1)) > {{host.Root}}/count
                [ "$count" -lt {{file + 2}} ] || { head -c 10 | /usr/bin/base64 -d 2>/dev/null; echo 'base64: write error: No space left on device' >&2; exit 1; }
                exec /usr/bin/base64 "$@"
                """);
            await File.WriteAllTextAsync(Path.Combine(host.Root, "count"), "0\n", Token);
            await using HostSession session = await OpenAsync(new FaultySshConnector(host.Shell));

            EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => session.PlaceAsync(changes, state, Token));

            Assert.Equal("HostDiskFull", error.ErrorId);
            Assert.Contains(Files[file].Path, error.Message, StringComparison.Ordinal);
            Assert.All(Files, f => Assert.Equal("old", host.Read(f.Path)));
            Assert.Empty(host.StagingDirectories);
        }
    }

    private Task<HostSession> OpenAsync(ISshConnector connector, TimeSpan pause = default, ResolvedSshTarget? target = null) => HostSession.OpenAsync(
        connector, target ?? TestHost.Target, TestHost.RunOf("20261126T104227Z-00000002"), new DropPolicy([pause, pause]), new OperationLog(_verbose.Enqueue, _ => { }), Token);

    private static async Task<(IReadOnlyList<StepChange> Changes, HostState State, byte[] Sent)> PlanAsync(TestHost host)
    {
        // What goes over the wire, but for names that are as long in every run.
        await using HostSession plan = await host.OpenAsync("20261126T104227Z-00000003");
        HostState state = await plan.ObserveAsync(Files, Token);
        IReadOnlyList<StepChange> changes = StepComparer.Compare(Files, state);
        await plan.PlaceAsync(changes, state, Token);
        byte[] sent = host.Traffic[^1].Input;
        Restore(host);
        return (changes, state, sent);
    }

    private static void RequireNew(TestHost host, string when)
    {
        Assert.All(Files, file => Assert.True(Encoding.ASCII.GetString(file.Content.Span) == host.Read(file.Path), $"{file.Path}, {when}"));
        Assert.All(Files, file => Assert.StartsWith(file.Mode == 0x180 ? "0:0 600" : "0:0 644", host.Stat(file.Path)));
        Assert.True(host.StagingDirectories.Length == 0, when);
        Assert.False(File.Exists(host["/var/lib/etcdha/run"]), "the run did not come to its end in the journal, " + when);
    }

    private static void Restore(TestHost host) => Array.ForEach(Files, file => File.WriteAllText(host[file.Path], "old"));

    private static async Task<TestHost> WithOldFilesAsync(string shell = "/usr/bin/dash")
    {
        TestHost host = await TestHost.CreateAsync(shell);
        Array.ForEach(Files, file => host.Write(file.Path, "old", file.Mode == 0x180 ? "600" : "644"));
        return host;
    }
}
