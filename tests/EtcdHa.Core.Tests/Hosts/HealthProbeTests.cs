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

    private static HealthProbe Probe(IEtcdHealthClient client, ISshConnector? connector)
        => new(client, connector, new SshTargetResolver(new SshEnvironment("ubuntu", "/nowhere", "/nowhere/known_hosts", _ => true)));

    private static Task<EtcdEndpointHealth> CheckAsync(HealthProbe probe, EtcdMember member)
        => probe.CheckAsync(Cluster, member, null!, TimeSpan.FromSeconds(1), TestContext.Current.CancellationToken);

    private sealed class Client : IEtcdHealthClient
    {
        private readonly List<(Uri Url, IPEndPoint? DialTo)> _asked = [];

        public IReadOnlyList<(Uri Url, IPEndPoint? DialTo)> Asked => _asked;

        public Task<EtcdEndpointHealth> CheckAsync(EtcdEndpoint endpoint, EtcdClientCredentials credentials, TimeSpan? commandTimeout = null, CancellationToken cancellationToken = default)
        {
            lock (_asked)
            {
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

        public bool IsDisposed { get; private set; }

        public Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken)
            => throw new NotSupportedException();

        public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken)
            => IsLost ? throw new EtcdSshException("SshConnectionLost", "fake") : Task.FromResult<ISshForward>(new Forward());

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
