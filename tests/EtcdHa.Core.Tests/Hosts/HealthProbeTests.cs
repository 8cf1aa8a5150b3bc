using System.Net;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Pki;
using EtcdHa.Core.Tests.Ssh;

namespace EtcdHa.Core.Tests.Hosts;

public sealed class HealthProbeTests
{
    private static readonly EtcdTopology Cluster = Make.Topology();

    [Fact]
    public async Task Without_ssh_the_client_port_is_dialled_and_the_row_names_its_member()
    {
        var client = new Client();
        await using HealthProbe probe = Probe(client, null);

        EtcdEndpointHealth row = await CheckAsync(probe, Cluster.Members[1]);

        Assert.Equal((Cluster.Members[1], Cluster), (row.Member, row.Topology));
        Assert.Equal((new Uri("https://10.0.0.7:2379"), (IPEndPoint?)null), Assert.Single(client.Asked));
    }

    [Fact]
    public async Task Through_ssh_one_login_a_host_serves_every_round()
    {
        var client = new Client();
        var connector = new FakeSshConnector(_ => new Transport());
        await using HealthProbe probe = Probe(client, connector);

        await CheckAsync(probe, Cluster.Members[0]);
        await CheckAsync(probe, Cluster.Members[0]);
        await CheckAsync(probe, Cluster.Members[1]);

        Assert.Equal(["10.0.0.6", "10.0.0.7"], connector.Targets.Select(t => t.HostName));
        Assert.All(client.Asked, a => Assert.Equal(IPAddress.Loopback, a.DialTo!.Address));
    }

    [Fact]
    public async Task A_host_that_cannot_be_reached_is_a_row_that_says_so_and_the_next_round_logs_in_anew()
    {
        var transports = new Queue<Transport>([new Transport { IsLost = true }, new Transport()]);
        Transport lost = transports.Peek();
        var connector = new FakeSshConnector(_ => transports.Dequeue());
        await using HealthProbe probe = Probe(new Client(), connector);

        EtcdEndpointHealth first = await CheckAsync(probe, Cluster.Members[0]);
        EtcdEndpointHealth second = await CheckAsync(probe, Cluster.Members[0]);

        Assert.Equal((false, "https://10.0.0.6:2379", "The SSH connection to fake was lost."), (first.Healthy, first.Endpoint, first.Error));
        Assert.True(lost.IsDisposed);
        Assert.True(second.Healthy);
    }

    [Fact]
    public async Task Every_connection_is_closed_at_the_end()
    {
        List<Transport> transports = [];
        var connector = new FakeSshConnector(_ =>
        {
            transports.Add(new Transport());
            return transports[^1];
        });
        await using (HealthProbe probe = Probe(new Client(), connector))
        {
            await Task.WhenAll(Cluster.Members.Select(m => CheckAsync(probe, m)));
        }

        Assert.Equal(3, transports.Count);
        Assert.All(transports, t => Assert.True(t.IsDisposed));
    }

    [Fact]
    public async Task From_one_host_one_login_leads_to_every_member()
    {
        var client = new Client();
        var transport = new Transport();
        var connector = new FakeSshConnector(_ => transport);
        await using HealthProbe probe = Probe(client, connector, new EtcdSshTarget("admin@10.0.0.99:2222"));

        EtcdEndpointHealth[] rows = await Task.WhenAll(Cluster.Members.Select(m => CheckAsync(probe, m)));

        Assert.Equal("admin@10.0.0.99:2222", Assert.Single(connector.Targets).ToString());
        Assert.Equal(Cluster.Members.Select(m => (m.Address, 2379)), transport.Forwarded.Order());
        Assert.All(rows, row => Assert.True(row.Healthy));
        Assert.All(rows, row => Assert.Equal("admin@10.0.0.99:2222", row.From));
        Assert.Equal(Cluster.Members, rows.Select(row => row.Member));
        Assert.Equal(Cluster.Members.Select(m => new Uri($"https://{m.Address}:2379")), client.Asked.Select(a => a.Url).OrderBy(u => u.Host));
    }

    [Fact]
    public async Task A_host_that_all_are_asked_from_and_that_is_lost_is_logged_in_to_once_more()
    {
        var transports = new Queue<Transport>([new Transport { IsLost = true }, new Transport()]);
        var connector = new FakeSshConnector(_ => transports.Dequeue());
        await using HealthProbe probe = Probe(new Client(), connector, new EtcdSshTarget("10.0.0.99"));

        EtcdEndpointHealth lost = await CheckAsync(probe, Cluster.Members[0]);
        EtcdEndpointHealth[] rows = await Task.WhenAll(Cluster.Members.Select(m => CheckAsync(probe, m)));

        Assert.Equal((false, "The SSH connection to fake was lost.", "ubuntu@10.0.0.99"), (lost.Healthy, lost.Error, lost.From));
        Assert.All(rows, row => Assert.True(row.Healthy, row.Error));
        Assert.Equal(2, connector.Targets.Count);
    }

    [Fact]
    public async Task A_login_that_takes_longer_than_the_time_is_a_row_and_a_later_round_has_it()
    {
        var connector = new SlowConnector();
        await using HealthProbe probe = Probe(new Client(), connector);

        EtcdEndpointHealth early = await CheckAsync(probe, Cluster.Members[0], TimeSpan.FromMilliseconds(50));
        connector.Answer.SetResult(new Transport());
        EtcdEndpointHealth late = await CheckAsync(probe, Cluster.Members[0], TimeSpan.FromSeconds(30));

        Assert.Equal((false, "context deadline exceeded (SSH connection to ubuntu@10.0.0.6)"), (early.Healthy, early.Error));
        Assert.True(late.Healthy, late.Error);
        Assert.Equal(1, connector.Logins);
    }

    [Fact]
    public async Task A_forward_that_does_not_open_costs_the_time_and_no_more()
    {
        var connector = new FakeSshConnector(_ => new Transport { IsStalled = true });
        await using HealthProbe probe = Probe(new Client(), connector);

        EtcdEndpointHealth row = await CheckAsync(probe, Cluster.Members[0], TimeSpan.FromMilliseconds(50));

        Assert.Equal("context deadline exceeded (SSH connection to ubuntu@10.0.0.6)", row.Error);
    }

    [Fact]
    public async Task The_member_has_what_the_login_left_of_the_time()
    {
        var client = new Client();
        var connector = new SlowConnector();
        await using HealthProbe probe = Probe(client, connector);

        Task<EtcdEndpointHealth> check = CheckAsync(probe, Cluster.Members[0], TimeSpan.FromSeconds(60));
        await Task.Delay(100, TestContext.Current.CancellationToken);
        connector.Answer.SetResult(new Transport());
        await check;

        Assert.InRange(client.Timeout!.Value, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(59.95));
    }

    [Fact]
    public async Task A_login_nobody_waits_for_any_more_is_ended_with_the_probe()
    {
        var connector = new SlowConnector();
        HealthProbe probe = Probe(new Client(), connector);
        await CheckAsync(probe, Cluster.Members[0], TimeSpan.FromMilliseconds(50));

        await probe.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

        Assert.True(connector.IsCancelled);
    }

    [Fact]
    public async Task Who_cancels_gets_a_cancellation_and_no_row()
    {
        await using HealthProbe probe = Probe(new Client(), new SlowConnector());
        using var cancel = new CancellationTokenSource();
        Task<EtcdEndpointHealth> check = probe.CheckAsync(Cluster, Cluster.Members[0], null!, TimeSpan.FromMinutes(5), cancel.Token);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => check);
    }

    private static HealthProbe Probe(IEtcdHealthClient client, ISshConnector? connector, EtcdSshTarget? from = null)
        => new(client, connector, new SshTargetResolver(new SshEnvironment("ubuntu", "/nowhere", "/nowhere/known_hosts", _ => true)), from);

    private static Task<EtcdEndpointHealth> CheckAsync(HealthProbe probe, EtcdMember member, TimeSpan? timeout = null)
        => probe.CheckAsync(Cluster, member, null!, timeout ?? TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);

    private sealed class SlowConnector : ISshConnector
    {
        public TaskCompletionSource<ISshTransport> Answer { get; } = new();

        public int Logins { get; private set; }

        public bool IsCancelled { get; private set; }

        public async Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
        {
            Logins++;
            try
            {
                return await Answer.Task.WaitAsync(cancellationToken);
            }
            catch (OperationCanceledException)
            {
                IsCancelled = true;
                throw;
            }
        }
    }

    private sealed class Client : IEtcdHealthClient
    {
        private readonly List<(Uri Url, IPEndPoint? DialTo)> _asked = [];

        public IReadOnlyList<(Uri Url, IPEndPoint? DialTo)> Asked => _asked;

        public TimeSpan? Timeout { get; private set; }

        public Task<EtcdEndpointHealth> CheckAsync(EtcdEndpoint endpoint, EtcdClientCredentials credentials, TimeSpan? commandTimeout = null, CancellationToken cancellationToken = default)
        {
            lock (_asked)
            {
                Timeout = commandTimeout;
                _asked.Add((endpoint.ClientUrl, (IPEndPoint?)endpoint.DialTo));
            }

            return Task.FromResult(new EtcdEndpointHealth { Endpoint = endpoint.ClientUrl.ToString(), Healthy = true, Took = TimeSpan.Zero });
        }

        public Task<IReadOnlyList<EtcdClusterMember>> ListMembersAsync(
            EtcdEndpoint endpoint, EtcdClientCredentials credentials, TimeSpan? commandTimeout = null, CancellationToken cancellationToken = default)
            => throw new NotSupportedException();
    }

    private sealed class Transport : ISshTransport
    {
        public bool IsLost { get; init; }

        public bool IsStalled { get; init; }

        public bool IsDisposed { get; private set; }

        public System.Collections.Concurrent.ConcurrentBag<(string Host, int Port)> Forwarded { get; } = [];

        public Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken)
            => throw new NotSupportedException();

        public async Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken)
        {
            Forwarded.Add((host, port));
            await Task.Delay(IsStalled ? Timeout.InfiniteTimeSpan : TimeSpan.Zero, cancellationToken);
            return IsLost ? throw new EtcdSshException("SshConnectionLost", "fake") : new Forward();
        }

        public ValueTask DisposeAsync()
        {
            IsDisposed = true;
            return ValueTask.CompletedTask;
        }
    }

    private sealed class Forward : ISshForward
    {
        public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, 1);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}
