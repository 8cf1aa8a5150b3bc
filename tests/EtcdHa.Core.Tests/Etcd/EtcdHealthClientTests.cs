using System.Diagnostics;
using System.Net;
using System.Text.Json;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Topology;
using Etcdserverpb;
using Google.Protobuf;
using Grpc.Core;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>The client against real etcd.</summary>
public sealed class EtcdHealthClientTests(EtcdHealthClientTests.SharedCluster shared)
    : IClassFixture<EtcdHealthClientTests.SharedCluster>, IAsyncLifetime
{
    private readonly EtcdHealthClient _client = new();
    private readonly TestCa _ca = shared.Ca;
    private TestEtcdCluster _cluster = null!;

    public async ValueTask InitializeAsync() => _cluster = await shared.ClusterAsync();

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task Three_running_members_are_healthy_and_agree_with_etcdctl()
    {
        using EtcdClientCredentials credentials = _ca.Client();

        EtcdEndpointHealth[] rows = await _cluster.CheckAllAsync(credentials);

        Assert.All(rows, row => Assert.True(row.Healthy, row.Error));
        Assert.All(rows, row => Assert.Equal("", row.Error));
        Assert.Single(rows, row => row.IsLeader == true);
        Assert.Single(rows.Select(row => (row.ClusterId, row.LeaderId, row.RaftTerm, row.Version)).Distinct());
        Assert.Equal(rows.Single(row => row.IsLeader == true).MemberId, rows[0].LeaderId);
        Assert.All(rows, row => Assert.InRange(row.Took, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(5)));
        await AssertAgreesWithEtcdctlAsync(_cluster, rows);
        string[] status = (await _cluster.EtcdctlAsync("endpoint", "status")).Split('\n');
        Assert.All(rows, row => Assert.Contains(
            status,
            line => line.StartsWith($"{row.Endpoint}, {row.MemberId}, {row.Version}, {EtcdHealthText.Size(row.DbSize!.Value)}, ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Members_are_listed_by_any_of_them()
    {
        using EtcdClientCredentials credentials = _ca.Client();

        IReadOnlyList<EtcdClusterMember> members = await _client.ListMembersAsync(_cluster.Endpoints[1], credentials);

        Assert.Equal(["infra0", "infra1", "infra2"], members.Select(member => member.Name).Order());
        Assert.Equal(_cluster.Endpoints.Select(endpoint => endpoint.ToString()), members.OrderBy(member => member.Name).SelectMany(member => member.ClientUrls));
        EtcdEndpointHealth row = await _client.CheckAsync(_cluster.Endpoints[1], credentials);
        Assert.Equal("infra1", members.Single(member => member.Id == row.MemberId).Name);
    }

    [Fact]
    public async Task A_stopped_member_is_named_and_without_quorum_the_status_is_still_there()
    {
        using EtcdClientCredentials credentials = _ca.Client();
        await using TestEtcdCluster cluster = await TestEtcdCluster.StartAsync(_ca);
        cluster.Kill(2);

        EtcdEndpointHealth[] rows = await cluster.CheckAllAsync(credentials);

        Assert.Equal([true, true, false], rows.Select(row => row.Healthy));
        Assert.Equal($"dial tcp {cluster.Addresses[2]}:2379: connect: connection refused", rows[2].Error);
        Assert.Null(rows[2].Version);
        await AssertAgreesWithEtcdctlAsync(cluster, rows);

        cluster.Kill(1);
        var watch = Stopwatch.StartNew();
        rows = await cluster.CheckAllAsync(credentials, TimeSpan.FromSeconds(3));

        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(2.9), TimeSpan.FromSeconds(15));
        Assert.All(rows, row => Assert.False(row.Healthy));
        Assert.Equal("context deadline exceeded (etcdserver: no leader)", rows[0].Error);
        Assert.NotNull(rows[0].Version);
        Assert.NotNull(rows[0].RaftTerm);
        Assert.Null(rows[0].LeaderId);
        Assert.False(rows[0].IsLeader);
        Assert.Equal(3, (await _client.ListMembersAsync(cluster.Endpoints[0], credentials)).Count);
        EtcdClusterException error = await Assert.ThrowsAsync<EtcdClusterException>(() => _client.ListMembersAsync(cluster.Endpoints[1], credentials));
        Assert.Equal("EtcdMemberListFailed", error.ErrorId);
        Assert.Contains("connection refused", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_learner_that_has_not_started_is_listed_without_a_name()
    {
        using EtcdClientCredentials credentials = _ca.Client();
        await using TestEtcdCluster single = await TestEtcdCluster.StartAsync(_ca, size: 1);
        using EtcdConnection connection = await EtcdConnection.OpenAsync(single.Endpoints[0], credentials, CancellationToken.None);
        await connection.Cluster.MemberAddAsync(new MemberAddRequest { PeerURLs = { "https://127.0.0.1:1" }, IsLearner = true });

        EtcdClusterMember added = (await _client.ListMembersAsync(single.Endpoints[0], credentials)).Single(member => member.IsLearner);

        Assert.Equal(("", 0), (added.Name, added.ClientUrls.Count));
        Assert.True((await _client.CheckAsync(single.Endpoints[0], credentials)).Healthy);
    }

    [Fact]
    public async Task A_ca_that_did_not_sign_the_server_is_told_from_one_that_did_although_their_names_are_equal()
    {
        using var other = new TestCa();
        using EtcdClientCredentials credentials = other.Client(clientCa: _ca);

        EtcdEndpointHealth row = await _client.CheckAsync(_cluster.Endpoints[0], credentials);

        Assert.Equal("server certificate is not signed by the etcd CA (its issuer is CN=etcd-ca)", row.Error);
        Assert.False(row.Healthy);
    }

    [Fact]
    public async Task A_client_certificate_of_another_ca_is_refused_with_the_reason()
    {
        using var other = new TestCa();
        using EtcdClientCredentials credentials = _ca.Client(clientCa: other);

        EtcdEndpointHealth row = await _client.CheckAsync(_cluster.Endpoints[0], credentials, TimeSpan.FromSeconds(30));

        Assert.Matches(@"^server refused the client certificate( \([a-z ]+\))?: it is not signed by the etcd CA \(its issuer is CN=etcd-ca\)$", row.Error);
        Assert.InRange(row.Took, TimeSpan.Zero, TimeSpan.FromSeconds(15));
        EtcdClusterException error = await Assert.ThrowsAsync<EtcdClusterException>(() => _client.ListMembersAsync(_cluster.Endpoints[0], credentials));
        Assert.Contains("server refused the client certificate", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_expired_client_certificate_is_refused_with_the_day()
    {
        using EtcdClientCredentials credentials = _ca.Client(notAfter: new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero));

        EtcdEndpointHealth row = await _client.CheckAsync(_cluster.Endpoints[0], credentials);

        Assert.Matches(@"^server refused the client certificate( \([a-z ]+\))?: it expired on 2025-01-02T03:04:05Z$", row.Error);
    }

    [Fact]
    public async Task A_client_certificate_without_client_authentication_is_refused_with_the_reason()
    {
        using EtcdClientCredentials credentials = _ca.Client(clientAuth: false);

        EtcdEndpointHealth row = await _client.CheckAsync(_cluster.Endpoints[0], credentials);

        Assert.Matches(@"^server refused the client certificate( \([a-z ]+\))?: it is not for client authentication", row.Error);
    }

    [Fact]
    public async Task Fault12_An_expired_server_certificate_is_named_with_the_day()
    {
        using EtcdClientCredentials credentials = _ca.Client();
        await using TestEtcdCluster expired = await TestEtcdCluster.StartAsync(
            _ca, size: 1, serverNotAfter: new DateTimeOffset(2025, 1, 2, 3, 4, 5, TimeSpan.Zero));

        await expired.WaitAsync(rows => rows[0].Error == "server certificate expired on 2025-01-02T03:04:05Z");
    }

    [Fact]
    public async Task A_forwarded_connection_is_verified_against_the_client_url_and_closed_afterwards()
    {
        using EtcdClientCredentials credentials = _ca.Client();
        await using var relay = TestListener.Relay(_cluster.Addresses[0], 2379);

        EtcdEndpointHealth right = await _client.CheckAsync(new EtcdEndpoint(_cluster.Endpoints[0].ClientUrl, relay.Address), credentials);
        EtcdEndpointHealth byName = await _client.CheckAsync(
            new EtcdEndpoint(new Uri("https://infra0.example.com:2379"), new DnsEndPoint("127.0.0.1", relay.Address.Port)), credentials);
        EtcdEndpointHealth wrong = await _client.CheckAsync(new EtcdEndpoint(new Uri("https://10.0.0.6:2379"), relay.Address), credentials);

        Assert.True(right.Healthy, right.Error);
        Assert.True(byName.Healthy, byName.Error);
        Assert.Equal(_cluster.Endpoints[0].ToString(), right.Endpoint);
        Assert.Equal(
            $"server certificate is not valid for 10.0.0.6 (valid for localhost, infra0.example.com, {_cluster.Addresses[0]})", wrong.Error);
        Assert.Equal(3, relay.Accepted);
        await Task.Delay(200);
        Assert.Equal(0, relay.Open);
    }

    [Fact]
    public async Task A_client_that_may_read_nothing_still_sees_a_healthy_member()
    {
        using EtcdClientCredentials credentials = _ca.Client();
        await using TestEtcdCluster single = await TestEtcdCluster.StartAsync(_ca, size: 1);
        await single.EtcdctlAsync("user", "add", "root:secret");
        await single.EtcdctlAsync("user", "grant-role", "root", "root");
        await single.EtcdctlAsync("user", "add", "kube-etcd-healthcheck-client:secret");
        await single.EtcdctlAsync("auth", "enable");
        using (EtcdConnection connection = await EtcdConnection.OpenAsync(single.Endpoints[0], credentials, CancellationToken.None))
        {
            RpcException error = await Assert.ThrowsAsync<RpcException>(
                async () => await connection.Kv.RangeAsync(new RangeRequest { Key = ByteString.CopyFromUtf8("health") }));
            Assert.Equal(StatusCode.PermissionDenied, error.StatusCode);
        }

        EtcdEndpointHealth row = await _client.CheckAsync(single.Endpoints[0], credentials);

        Assert.True(row.Healthy, row.Error);
    }

    [Fact]
    public async Task A_member_that_was_once_a_cluster_of_its_own_is_recognised_by_the_ids_although_it_is_healthy()
    {
        await using TestEtcdCluster split = await TestEtcdCluster.StartAsync(_ca, strayMember: 2);
        var topology = new EtcdTopology
        {
            KubernetesVersion = "v1.33.13",
            Members = [.. split.Addresses.Select((address, i) => new EtcdMember($"infra{i}", address))],
        };
        EtcdEndpointHealth[] rows = [];

        await split.WaitAsync(all => (rows = all).All(row => row.Healthy));

        IReadOnlyList<string> texts = FoundingIds.Explain(
            topology, [.. rows.Select((row, i) => new RunningIds(topology.Members[i], row.ClusterId, row.MemberId))]);
        Assert.Equal(("", ""), (texts[0], texts[1]));
        Assert.StartsWith($"infra2 runs in cluster {rows[2].ClusterId}, the others in the topology's cluster {rows[0].ClusterId}", texts[2], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_proxy_of_the_environment_is_not_used()
    {
        using EtcdClientCredentials credentials = _ca.Client();
        IWebProxy before = HttpClient.DefaultProxy;
        HttpClient.DefaultProxy = new WebProxy("http://127.0.0.1:9");
        try
        {
            EtcdEndpointHealth row = await _client.CheckAsync(_cluster.Endpoints[0], credentials);

            Assert.True(row.Healthy, row.Error);
        }
        finally
        {
            HttpClient.DefaultProxy = before;
        }
    }

    [Fact]
    public async Task An_alarm_of_one_member_makes_every_endpoint_unhealthy()
    {
        using EtcdClientCredentials credentials = _ca.Client();
        await using TestEtcdCluster full = await TestEtcdCluster.StartAsync(_ca, quotaBytes: 2 * 1024 * 1024);
        await FillAsync(full.Endpoints[0], credentials);

        EtcdEndpointHealth[] rows = await full.CheckAllAsync(credentials);

        Assert.All(rows, row => Assert.False(row.Healthy));
        Assert.All(rows, row => Assert.StartsWith("Active Alarm(s): NOSPACE", row.Error, StringComparison.Ordinal));
        Assert.All(rows, row => Assert.Equal(["NOSPACE"], row.Alarm.Distinct()));
        Assert.All(rows, row => Assert.NotNull(row.LeaderId));
    }

    private static async Task FillAsync(EtcdEndpoint endpoint, EtcdClientCredentials credentials)
    {
        using EtcdConnection connection = await EtcdConnection.OpenAsync(endpoint, credentials, CancellationToken.None);
        var value = ByteString.CopyFrom(new byte[512 * 1024]);
        for (int i = 0; i < 20; i++)
        {
            try
            {
                await connection.Kv.PutAsync(new PutRequest { Key = ByteString.CopyFromUtf8($"fill{i}"), Value = value });
            }
            catch (RpcException error) when (error.StatusCode == StatusCode.ResourceExhausted)
            {
                return;
            }
        }

        Assert.Fail("The quota was not reached.");
    }

    private static async Task AssertAgreesWithEtcdctlAsync(TestEtcdCluster cluster, EtcdEndpointHealth[] rows)
    {
        using var judged = JsonDocument.Parse(await cluster.EtcdctlAsync("endpoint", "health", "-w", "json"));

        Assert.Equal(
            rows.Select(row => (row.Endpoint, row.Healthy)).Order(),
            judged.RootElement.EnumerateArray()
                .Select(row => (row.GetProperty("endpoint").GetString()!, row.GetProperty("health").GetBoolean()))
                .Order());
    }

    /// <summary>One cluster for all tests that only look, started by the first: a fixture cannot skip a test, a test can.</summary>
    public sealed class SharedCluster : IAsyncDisposable
    {
        private readonly SemaphoreSlim _starting = new(1);
        private TestEtcdCluster? _cluster;

        internal TestCa Ca { get; } = new();

        public async ValueTask DisposeAsync()
        {
            if (_cluster is not null)
            {
                await _cluster.DisposeAsync();
            }

            _starting.Dispose();
            Ca.Dispose();
        }

        internal async Task<TestEtcdCluster> ClusterAsync()
        {
            await _starting.WaitAsync();
            try
            {
                return _cluster ??= await TestEtcdCluster.StartAsync(Ca);
            }
            finally
            {
                _starting.Release();
            }
        }
    }
}
