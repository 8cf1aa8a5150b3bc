using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Reaching hosts through jump hosts, each a real sshd with keys of its own.</summary>
public sealed class SshJumpTests(SshJumpTests.Chain chainFixture) : IClassFixture<SshJumpTests.Chain>, IAsyncLifetime
{
    // What is cancelled would last 30 s and more.
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(15);

    private readonly SshNetConnector _connector = new();
    private readonly List<TestSshd> _started = [];

    private TestSshd First => chainFixture.First.Sshd;

    private TestSshd Second => chainFixture.Second.Sshd;

    private TestSshd Host => chainFixture.Host.Sshd;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task A_host_is_reached_through_a_chain_each_verified_under_its_own_name(int length)
    {
        TestSshd[] chain = await StartAsync(length + 1);
        ResolvedSshTarget target = Through(chain);

        await using ISshTransport transport = await _connector.ConnectAsync(target, Token);
        string[] peer = (await Output(transport, "echo $SSH_CONNECTION")).Split(' ');

        Assert.Equal(chain[^1].Port.ToString(System.Globalization.CultureInfo.InvariantCulture), peer[3]);
        Assert.All(chain, sshd => Assert.Equal(1, sshd.LogCount("Accepted publickey")));
        Assert.Equal($"{target} through {string.Join(", ", target.JumpHosts)}", target.ToPath());
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public async Task A_changed_key_anywhere_in_the_chain_is_refused_names_that_host_and_nothing_behind_it_is_reached(int changed)
    {
        TestSshd[] chain = await StartAsync(3);
        string known = chain[changed].KnownHosts("%h " + chain[changed].PublicKey("user"));
        ResolvedSshTarget Changed(int index) => index == changed ? chain[index].Target() with { KnownHostsFiles = [known] } : chain[index].Target();

        EtcdSshHostKeyException error = await Assert.ThrowsAsync<EtcdSshHostKeyException>(
            () => _connector.ConnectAsync(Changed(2) with { JumpHosts = [Changed(0), Changed(1)] }, Token));

        Assert.Equal("SshHostKeyChanged", error.ErrorId);
        Assert.Contains($"127.0.0.1:{chain[changed].Port} ", error.Message, StringComparison.Ordinal);
        Assert.Contains(known + ":1", error.Message, StringComparison.Ordinal);
        Assert.All(chain[(changed + 1)..], sshd => Assert.Equal(0, sshd.LogCount("Connection from")));
    }

    [Fact]
    public async Task AcceptNew_records_every_host_of_a_chain_under_its_own_name()
    {
        TestSshd[] chain = await StartAsync(3);
        string known = chain[0].PathOf("new_known_hosts");
        ResolvedSshTarget New(TestSshd sshd) => sshd.Target() with { KnownHostsFiles = [known], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew };

        await using ISshTransport transport = await _connector.ConnectAsync(New(chain[2]) with { JumpHosts = [New(chain[0]), New(chain[1])] }, Token);

        Assert.Equal(chain.Select(sshd => $"[127.0.0.1]:{sshd.Port} {sshd.PublicKey("host_ed25519")}"), File.ReadAllLines(known));
    }

    [Theory]
    [InlineData("AllowTcpForwarding no")]
    [InlineData("AllowTcpForwarding remote")]
    [InlineData("DisableForwarding yes")]
    [InlineData("PermitOpen 127.0.0.1:1")]
    public async Task A_jump_host_that_forwards_nothing_is_named_with_what_to_allow(string option)
    {
        TestSshd hop = Keep(await TestSshd.StartAsync(option));

        EtcdSshException error = await Refused(Through(hop, Host), "SshJumpForwardingRefused");

        Assert.StartsWith($"The jump host {hop.Target()} refuses to connect to 127.0.0.1:{Host.Port} ", error.Message, StringComparison.Ordinal);
        Assert.Contains("AllowTcpForwarding", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(Host.Target().ToString(), error.Subject);
    }

    [Fact]
    public async Task A_host_the_jump_host_does_not_reach_is_told_from_one_the_workstation_does_not_reach()
    {
        ResolvedSshTarget closed = Through(First, Host) with { Port = 1 };
        ResolvedSshTarget unknown = closed with { HostName = "no-such-host.invalid" };
        ResolvedSshTarget noHop = closed with { JumpHosts = [First.Target() with { Port = 1 }] };

        Assert.StartsWith($"127.0.0.1:1 cannot be reached from the jump host {First.Target()}: ", (await Refused(closed, "SshUnreachableFromJumpHost")).Message, StringComparison.Ordinal);
        Assert.StartsWith("no-such-host.invalid:1 ", (await Refused(unknown, "SshUnreachableFromJumpHost")).Message, StringComparison.Ordinal);
        Assert.Contains("127.0.0.1:1 ", (await Refused(noHop, "SshHostUnreachable")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_limit_of_sessions_at_the_jump_host_is_no_limit_of_hosts_behind_it()
    {
        ResolvedSshTarget target = Through(Keep(await TestSshd.StartAsync("MaxSessions 0")), Host);

        ISshTransport[] transports = await Task.WhenAll(Enumerable.Range(0, 12).Select(_ => _connector.ConnectAsync(target, Token)));

        Assert.All(await Task.WhenAll(transports.Select(transport => Output(transport, "echo ok"))), output => Assert.Equal("ok", output));
        await DisposeAsync(transports);
    }

    [Fact]
    public async Task Hosts_that_start_together_share_one_connection_to_the_jump_host_which_ends_with_the_last_of_them()
    {
        TestSshd hop = Keep(await TestSshd.StartAsync());
        ResolvedSshTarget target = Through(hop, Host);

        ISshTransport[] transports = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _connector.ConnectAsync(target, Token)));
        await DisposeAsync(transports[1..]);

        Assert.Equal("ok", await Output(transports[0], "echo ok"));
        Assert.Equal(1, hop.LogCount("Accepted publickey"));
        Assert.Equal(0, hop.LogCount("Disconnected from"));

        await transports[0].DisposeAsync();
        await Until(() => hop.LogCount("Disconnected from") + hop.LogCount("Connection closed by") + hop.LogCount("Received disconnect") > 0);
        await using ISshTransport next = await _connector.ConnectAsync(target, Token);
        Assert.Equal(2, hop.LogCount("Accepted publickey"));
    }

    [Fact]
    public async Task Jump_hosts_with_other_settings_are_connected_to_apart()
    {
        TestSshd hop = Keep(await TestSshd.StartAsync());
        ResolvedSshTarget target = Through(hop, Host);

        await using ISshTransport one = await _connector.ConnectAsync(target, Token);
        await using ISshTransport other = await _connector.ConnectAsync(target with { JumpHosts = [hop.Target() with { HostKeyAlias = "x", KnownHostsFiles = [hop.KnownHosts("x " + hop.PublicKey("host_ed25519"))] }] }, Token);

        Assert.Equal(2, hop.LogCount("Accepted publickey"));
    }

    [Fact]
    public async Task A_jump_host_that_refuses_is_asked_once_for_all_behind_it()
    {
        TestSshd hop = Keep(await TestSshd.StartAsync());
        ResolvedSshTarget target = Host.Target() with { JumpHosts = [hop.Target() with { IdentityFiles = [hop.CreateKey("stranger", "ed25519")] }] };

        EtcdSshAuthenticationException[] errors = await Task.WhenAll(
            Enumerable.Range(0, 16).Select(_ => Assert.ThrowsAsync<EtcdSshAuthenticationException>(() => _connector.ConnectAsync(target, Token))));

        Assert.All(errors, error => Assert.Contains($"127.0.0.1:{hop.Port} refused to log in", error.Message, StringComparison.Ordinal));
        Assert.Equal(1, hop.LogCount("Connection from"));
    }

    [Fact]
    public async Task When_a_jump_host_dies_what_runs_behind_it_is_lost_and_who_comes_next_connects_anew()
    {
        TestSshd hop = Keep(await TestSshd.StartAsync());
        ResolvedSshTarget target = Through(hop, Host);
        ISshTransport[] transports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _connector.ConnectAsync(target, Token)));
        Task<SshExecResult>[] commands = [.. transports.Select(transport => transport.ExecuteAsync("sleep 60", ReadOnlyMemory<byte>.Empty, Token))];
        await Task.Delay(500, Token);

        hop.Kill();

        foreach (Task<SshExecResult> command in commands)
        {
            Assert.Equal("SshConnectionLost", (await Assert.ThrowsAsync<EtcdSshException>(() => command)).ErrorId);
        }

        Assert.Equal("SshHostUnreachable", (await Assert.ThrowsAsync<EtcdSshException>(() => _connector.ConnectAsync(target, Token))).ErrorId);
        await hop.RestartAsync();
        await using ISshTransport again = await _connector.ConnectAsync(target, Token);
        Assert.Equal("ok", await Output(again, "echo ok"));
        await DisposeAsync(transports);
    }

    [Fact]
    public async Task A_host_that_stalls_behind_a_jump_host_costs_its_own_timeout_and_a_cancellation_ends_it()
    {
        using StallingPeer peer = new("SSH-2.0-OpenSSH_9.2\r\n");
        ResolvedSshTarget target = Through(First, Host) with { Port = peer.Port };

        EtcdSshException error = await Refused(target with { ConnectTimeout = TimeSpan.FromSeconds(1) }, "SshConnectTimeout");
        Assert.Contains($"127.0.0.1:{peer.Port} ", error.Message, StringComparison.Ordinal);

        await Cancelled(target);
        await using ISshTransport other = await _connector.ConnectAsync(Through(First, Host), Token);
        Assert.Equal("ok", await Output(other, "echo ok"));
    }

    [Fact]
    public async Task A_jump_host_that_stalls_is_cancelled_too()
    {
        using StallingPeer peer = new("");

        await Cancelled(Host.Target() with { JumpHosts = [First.Target() with { Port = peer.Port }] });
    }

    [Fact]
    public async Task Many_bytes_come_through_whole_in_both_directions_also_while_keys_are_exchanged_anew()
    {
        TestSshd hop = Keep(await TestSshd.StartAsync("RekeyLimit 1M"));
        byte[] bytes = RandomNumberGenerator.GetBytes(8 << 20);
        await using ISshTransport transport = await _connector.ConnectAsync(Through(hop, Second, Host), Token);

        SshExecResult[] results = await Task.WhenAll(Enumerable.Range(0, 3).Select(_ => transport.ExecuteAsync("cat", bytes, Token)));

        Assert.All(results, result => Assert.True(result.Output.Span.SequenceEqual(bytes)));
    }

    [Fact]
    public async Task Ports_are_forwarded_from_the_host_at_the_end()
    {
        await using ISshTransport transport = await _connector.ConnectAsync(Through(First, Second), Token);
        await using ISshForward forward = await transport.ForwardAsync("127.0.0.1", Host.Port, Token);
        using System.Net.Sockets.TcpClient client = new();
        await client.ConnectAsync(forward.LocalEndPoint, Token);
        byte[] banner = new byte[7];
        await client.GetStream().ReadExactlyAsync(banner, Token);

        Assert.Equal("SSH-2.0", Encoding.ASCII.GetString(banner));
    }

    [Fact]
    public async Task The_keys_of_a_host_behind_a_jump_host_are_shown_without_logging_in_to_it()
    {
        TestSshd[] chain = await StartAsync(2);
        using SshConnectionPool hops = new();

        IReadOnlyList<EtcdSshHostKey> keys = await SshHostKeyScanner.ScanAsync(Through(chain), hops.Through(own => new SshNetConnector(own)), Token);

        Assert.Equal(["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa"], keys.Select(key => key.Type));
        Assert.Equal(EtcdSshHostKeyStatus.Known, keys[0].Status);
        Assert.Equal((1, 0), (chain[0].LogCount("Accepted publickey"), chain[1].LogCount("Accepted publickey")));
    }

    [Fact]
    public async Task Within_a_pipeline_a_host_that_is_worked_on_and_led_through_has_one_connection()
    {
        TestSshd hop = Keep(await TestSshd.StartAsync());
        ResolvedSshTarget target = Through(hop, Host);
        using SshConnectionPool pool = new();
        ISshConnector connector = pool.Through(own => new SshNetConnector(own));

        await using ISshTransport worked = await connector.ConnectAsync(target.JumpHosts[0], Token);
        ISshTransport behind = await connector.ConnectAsync(target, Token);
        await behind.DisposeAsync();
        await using ISshTransport again = await connector.ConnectAsync(target, Token);

        Assert.Equal("ok ok", $"{await Output(worked, "echo ok")} {await Output(again, "echo ok")}");
        Assert.Equal(1, hop.LogCount("Accepted publickey"));
    }

    public ValueTask InitializeAsync() => ValueTask.CompletedTask;

    public async ValueTask DisposeAsync()
    {
        foreach (TestSshd sshd in _started)
        {
            await sshd.DisposeAsync();
        }
    }

    private static ResolvedSshTarget Through(params TestSshd[] chain) =>
        chain[^1].Target() with { JumpHosts = [.. chain[..^1].Select(sshd => sshd.Target())] };

    private static async Task<string> Output(ISshTransport transport, string command) =>
        Encoding.UTF8.GetString((await transport.ExecuteAsync(command, ReadOnlyMemory<byte>.Empty, Token)).Output.Span).TrimEnd('\n');

    private static async Task DisposeAsync(ISshTransport[] transports) =>
        await Task.WhenAll(transports.Select(transport => transport.DisposeAsync().AsTask()));

    private static async Task Until(Func<bool> condition)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(Token);
        limit.CancelAfter(TimeSpan.FromSeconds(60));
        while (!condition())
        {
            await Task.Delay(50, limit.Token);
        }
    }

    private async Task Cancelled(ResolvedSshTarget target)
    {
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(500));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _connector.ConnectAsync(target, cancel.Token).WaitAsync(CancelLimit, Token));
        Assert.True(cancel.IsCancellationRequested);
    }

    private async Task<EtcdSshException> Refused(ResolvedSshTarget target, string errorId)
    {
        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => _connector.ConnectAsync(target, Token));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }

    private async Task<TestSshd[]> StartAsync(int count)
    {
        TestSshd[] chain = await Task.WhenAll(Enumerable.Range(0, count).Select(_ => TestSshd.StartAsync()));
        _started.AddRange(chain);
        return chain;
    }

    private TestSshd Keep(TestSshd sshd)
    {
        _started.Add(sshd);
        return sshd;
    }

    /// <summary>Three sshd, for the tests that leave them as they are.</summary>
    public sealed class Chain : IAsyncLifetime
    {
        public SshdFixture First { get; } = new();

        public SshdFixture Second { get; } = new();

        public SshdFixture Host { get; } = new();

        public async ValueTask InitializeAsync()
        {
            await First.InitializeAsync();
            await Second.InitializeAsync();
            await Host.InitializeAsync();
        }

        public async ValueTask DisposeAsync()
        {
            await First.DisposeAsync();
            await Second.DisposeAsync();
            await Host.DisposeAsync();
        }
    }
}
