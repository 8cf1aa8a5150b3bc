using System.Collections.Concurrent;
using System.Diagnostics;
using System.Reflection;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

public sealed class SshConnectionPoolTests
{
    private static readonly ResolvedSshTarget Target = new(
        "10.0.0.6", 22, "ubuntu", ["/keys/a", "/keys/b"], ["/known"], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(30));

    private readonly SshConnectionLeases _leases = new();
    private readonly Connector _connector = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Who_overlaps_shares_a_connection_and_the_last_lease_closes_it()
    {
        SshConnectionLease first = _leases.Take();
        SshConnectionLease second = _leases.Take();
        await UseAsync(first);
        await UseAsync(second);
        first.Dispose();
        first.Dispose();
        Connection connection = Assert.Single(_connector.Opened);
        Assert.False(connection.IsDisposed);
        await UseAsync(second);
        second.Dispose();
        Assert.True(connection.IsDisposed);
        Assert.Single(_connector.Opened);
    }

    [Fact]
    public async Task Who_comes_after_the_last_lease_connects_anew()
    {
        using (SshConnectionLease lease = _leases.Take())
        {
            await UseAsync(lease);
        }

        using (SshConnectionLease lease = _leases.Take())
        {
            await UseAsync(lease);
        }

        Assert.Equal(2, _connector.Opened.Count);
        Assert.All(_connector.Opened, connection => Assert.True(connection.IsDisposed));
    }

    [Fact]
    public async Task Many_at_once_wait_for_one_attempt()
    {
        using SshConnectionLease lease = _leases.Take();
        _connector.Gate = new TaskCompletionSource();
        Task<ISshTransport>[] waiting = [.. Enumerable.Range(0, 50).Select(_ => ConnectAsync(lease, Target))];
        Assert.False(lease.IsConnected(Target));
        _connector.Gate.SetResult();
        await Task.WhenAll(waiting);
        Assert.True(lease.IsConnected(Target));
        Assert.Single(_connector.Opened);
    }

    [Fact]
    public async Task A_host_that_failed_is_tried_again()
    {
        using SshConnectionLease lease = _leases.Take();
        _connector.Failure = new EtcdSshException("SshHostUnreachable", "10.0.0.6:22", "no route");
        await Assert.ThrowsAsync<EtcdSshException>(() => ConnectAsync(lease, Target));
        _connector.Failure = null;
        await UseAsync(lease);
        Assert.Equal(2, _connector.Attempts);
    }

    [Fact]
    public async Task Who_no_longer_waits_leaves_the_attempt_to_the_next()
    {
        using SshConnectionLease lease = _leases.Take();
        _connector.Gate = new TaskCompletionSource();
        using CancellationTokenSource impatient = new();
        Task<ISshTransport> waiting = ConnectAsync(lease, Target, impatient.Token);
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);
        _connector.Gate.SetResult();
        await UseAsync(lease);
        Assert.Equal(1, _connector.Attempts);
    }

    [Fact]
    public async Task A_connection_that_broke_while_nobody_used_it_is_replaced_and_closed()
    {
        using SshConnectionLease lease = _leases.Take();
        await UseAsync(lease);
        _connector.Opened.Single().IsOpen = false;
        await UseAsync(lease);
        Assert.Equal(2, _connector.Opened.Count);
        Assert.Single(_connector.Opened, connection => connection.IsDisposed);
    }

    [Fact]
    public async Task A_connection_that_breaks_in_use_is_replaced_for_the_next_and_closed_when_its_last_user_is_done()
    {
        using SshConnectionLease lease = _leases.Take();
        ISshTransport one = await ConnectAsync(lease, Target);
        ISshTransport other = await ConnectAsync(lease, Target);
        Connection broken = _connector.Opened.Single();
        broken.Answer = _ => throw new EtcdSshException("SshConnectionLost", "10.0.0.6");
        await Assert.ThrowsAsync<EtcdSshException>(() => one.ExecuteAsync("true", default, Token));
        await one.DisposeAsync();
        await one.DisposeAsync();
        Assert.False(broken.IsDisposed);
        await UseAsync(lease);
        Assert.Equal(2, _connector.Opened.Count);
        await other.DisposeAsync();
        Assert.True(broken.IsDisposed);
    }

    [Fact]
    public async Task A_connection_on_which_a_command_did_not_end_is_not_given_to_others()
    {
        using SshConnectionLease lease = _leases.Take();
        ISshTransport one = await ConnectAsync(lease, Target);
        _connector.Opened.Single().Answer = async token =>
        {
            await Task.Delay(Timeout.Infinite, token);
            throw new InvalidOperationException();
        };
        using CancellationTokenSource limit = new(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one.ExecuteAsync("sleep 60", default, limit.Token));
        await one.DisposeAsync();
        await UseAsync(lease);
        Assert.Equal(2, _connector.Opened.Count);
    }

    [Fact]
    public async Task A_command_that_fails_leaves_the_connection_to_the_next()
    {
        using SshConnectionLease lease = _leases.Take();
        ISshTransport one = await ConnectAsync(lease, Target);
        _connector.Opened.Single().Answer = _ => throw new EtcdSshException("SshChannelRefused", "10.0.0.6");
        await Assert.ThrowsAsync<EtcdSshException>(() => one.ExecuteAsync("true", default, Token));
        await one.DisposeAsync();
        _connector.Opened.Single().Answer = null;
        await UseAsync(lease);
        Assert.Single(_connector.Opened);
    }

    [Fact]
    public async Task The_end_waits_for_no_peer_that_hangs_and_ends_attempts_under_way()
    {
        SshConnectionLease lease = _leases.Take();
        await UseAsync(lease);
        _connector.Opened.Single().Closing = Task.Delay(Timeout.Infinite, Token);
        _connector.Gate = new TaskCompletionSource();
        Task<ISshTransport> waiting = ConnectAsync(lease, Target with { Port = 2222 });
        long start = Stopwatch.GetTimestamp();
        lease.Dispose();
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 5);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.WaitAsync(TimeSpan.FromSeconds(10), Token));
    }

    [Fact]
    public async Task Work_left_behind_gets_no_connection_after_the_end()
    {
        SshConnectionLease lease = _leases.Take();
        lease.Dispose();
        await Assert.ThrowsAsync<ObjectDisposedException>(() => ConnectAsync(lease, Target));
        Assert.Equal(0, _connector.Attempts);
    }

    [Fact]
    public async Task A_hundred_commands_in_disorder_leave_nothing_open()
    {
        Random random = new(4711);
        for (int round = 0; round < 100; round++)
        {
            SshConnectionLease[] leases = [.. Enumerable.Range(0, 4).Select(_ => _leases.Take())];
            int[] seeds = [.. leases.Select(_ => random.Next())];
            await Task.WhenAll(leases.Zip(seeds, (lease, seed) => Task.Run(() => UseInDisorderAsync(lease, new Random(seed)), Token)));
        }

        Assert.NotEmpty(_connector.Opened);
        Assert.All(_connector.Opened, connection => Assert.True(connection.IsDisposed));
    }

    public static TheoryData<string> Differences() => [.. typeof(ResolvedSshTarget).GetProperties(BindingFlags.Public | BindingFlags.Instance).Where(p => p.CanWrite).Select(p => p.Name)];

    // A property that is new is decided about here, and by that in the comparer.
    [Theory]
    [MemberData(nameof(Differences))]
    public void Every_setting_by_which_a_connection_is_made_tells_it_from_others(string property)
    {
        (ResolvedSshTarget other, bool isSame) = property switch
        {
            nameof(ResolvedSshTarget.HostName) => (Target with { HostName = "10.0.0.7" }, false),
            nameof(ResolvedSshTarget.Port) => (Target with { Port = 2222 }, false),
            nameof(ResolvedSshTarget.UserName) => (Target with { UserName = "Ubuntu" }, false),
            nameof(ResolvedSshTarget.IdentityFiles) => (Target with { IdentityFiles = ["/keys/b", "/keys/a"] }, false),
            nameof(ResolvedSshTarget.KnownHostsFiles) => (Target with { KnownHostsFiles = [] }, false),
            nameof(ResolvedSshTarget.HostKeyPolicy) => (Target with { HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew }, false),
            nameof(ResolvedSshTarget.HostKeyFingerprint) => (Target with { HostKeyFingerprint = "SHA256:x" }, false),
            nameof(ResolvedSshTarget.HostKeyAlias) => (Target with { HostKeyAlias = "x" }, false),
            nameof(ResolvedSshTarget.ConnectTimeout) => (Target with { ConnectTimeout = TimeSpan.FromSeconds(1) }, true),
            nameof(ResolvedSshTarget.KeepAliveInterval) => (Target with { KeepAliveInterval = TimeSpan.FromSeconds(1) }, true),
            nameof(ResolvedSshTarget.RevokedHostKeysFiles) => (Target with { RevokedHostKeysFiles = ["/etc/revoked"] }, false),
            nameof(ResolvedSshTarget.HashKnownHosts) => (Target with { HashKnownHosts = true }, true),
            nameof(ResolvedSshTarget.CertificateFiles) => (Target with { CertificateFiles = ["/keys/a-cert.pub"] }, false),
            nameof(ResolvedSshTarget.IdentitiesOnly) => (Target with { IdentitiesOnly = true }, false),
            nameof(ResolvedSshTarget.IdentityAgent) => (Target with { IdentityAgent = "/run/agent" }, false),
            nameof(ResolvedSshTarget.AllowWeakAlgorithms) => (Target with { AllowWeakAlgorithms = true }, false),
            nameof(ResolvedSshTarget.JumpHosts) => (Target with { JumpHosts = [Target with { HostName = "bastion" }] }, false),
            nameof(ResolvedSshTarget.Password) => (Target with { Password = new() }, false),
            nameof(ResolvedSshTarget.KeyPassphrase) => (Target with { KeyPassphrase = new() }, false),
            nameof(ResolvedSshTarget.SudoPassword) => (Target with { SudoPassword = new() }, true),
            nameof(ResolvedSshTarget.SudoMode) => (Target with { SudoMode = EtcdSudoMode.None }, true),
            nameof(ResolvedSshTarget.CommandTimeout) => (Target with { CommandTimeout = TimeSpan.FromSeconds(1) }, true),
            nameof(ResolvedSshTarget.Notices) => (Target with { Notices = ["x"] }, true),
            _ => throw new InvalidOperationException($"SshTargetComparer and this test do not know {property}."),
        };
        Assert.NotEqual(Target, other);
        Assert.Equal(isSame, SshTargetComparer.Instance.Equals(Target, other));
    }

    [Fact]
    public void Equal_settings_read_anew_are_the_same_target()
    {
        ResolvedSshTarget again = Target with { HostName = "10.0.0.6", IdentityFiles = [.. Target.IdentityFiles], KnownHostsFiles = [.. Target.KnownHostsFiles] };
        Assert.True(SshTargetComparer.Instance.Equals(Target, again));
        Assert.Equal(SshTargetComparer.Instance.GetHashCode(Target), SshTargetComparer.Instance.GetHashCode(again));
    }

    private async Task UseAsync(SshConnectionLease lease)
    {
        await using ISshTransport transport = await ConnectAsync(lease, Target);
        await transport.ExecuteAsync("true", default, Token);
    }

    private async Task UseInDisorderAsync(SshConnectionLease lease, Random random)
    {
        for (int use = 0; use < 5; use++)
        {
            ISshTransport transport = await ConnectAsync(lease, Target with { Port = random.Next(1, 4) });
            if (random.Next(4) == 0)
            {
                _connector.Opened.ElementAt(random.Next(_connector.Opened.Count)).IsOpen = false;
            }

            await Task.Yield();
            await transport.DisposeAsync();
        }

        lease.Dispose();
    }

    private Task<ISshTransport> ConnectAsync(SshConnectionLease lease, ResolvedSshTarget target, CancellationToken? token = null) =>
        lease.Through(_ => _connector).ConnectAsync(target, token ?? Token);

    private sealed class Connector : ISshConnector
    {
        private int _attempts;

        public int Attempts => _attempts;

        public ConcurrentQueue<Connection> Opened { get; } = [];

        public TaskCompletionSource? Gate { get; set; }

        public Exception? Failure { get; set; }

        public async Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _attempts);
            if (Gate is { } gate)
            {
                await gate.Task.WaitAsync(cancellationToken);
            }

            Connection connection = Failure is null ? new Connection() : throw Failure;
            Opened.Enqueue(connection);
            return connection;
        }
    }

    private sealed class Connection : ISshTransport
    {
        public bool IsOpen { get; set; } = true;

        public bool IsDisposed { get; private set; }

        public Func<CancellationToken, Task<SshExecResult>>? Answer { get; set; }

        public Task Closing { get; set; } = Task.CompletedTask;

        public Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken) =>
            Answer?.Invoke(cancellationToken) ?? Task.FromResult(new SshExecResult(0, null, default, default));

        public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken) => throw new NotSupportedException();

        public async ValueTask DisposeAsync()
        {
            IsDisposed = true;
            await Closing;
        }
    }
}
