using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class ClusterHealthTests(LabCluster cluster) : LabTest(cluster)
{
    [LabFact]
    public void The_pipeline_ends_with_three_healthy_rows_of_one_cluster_with_one_leader()
    {
        IReadOnlyList<EtcdEndpointHealth> rows = Cluster.Built.Health;

        Assert.Equal(Hosts.Select(h => $"https://{h.Address}:2379"), rows.Select(r => r.Endpoint).Order());
        Assert.Equal(Hosts.Select(h => h.Name), rows.Select(r => r.Member!.Name).Order());
        Assert.All(rows, row =>
        {
            Assert.True(row.Healthy, row.Error);
            Assert.Empty(row.Alarm);
            Assert.Equal(Cluster.Topology.ImageTag!.Split('-')[0], row.Version);
        });
        Assert.Single(rows, r => r.IsLeader == true);
        Assert.Single(rows.Select(r => r.LeaderId).Distinct());
    }

    [LabFact]
    public void The_members_and_the_cluster_have_the_IDs_that_follow_from_peer_URLs_and_token()
    {
        Dictionary<string, ulong> members = Hosts.ToDictionary(
            h => h.Name, h => FirstEightBytes(Encoding.UTF8.GetBytes($"https://{h.Address}:2380{Cluster.Topology.InitialClusterToken}")));
        byte[] sorted = new byte[8 * members.Count];
        foreach ((ulong id, int i) in members.Values.Order().Select((id, i) => (id, i)))
        {
            BinaryPrimitives.WriteUInt64BigEndian(sorted.AsSpan(8 * i), id);
        }

        Assert.All(Cluster.Built.Health, row =>
        {
            Assert.Equal(Hex(members[row.Member!.Name]), row.MemberId);
            Assert.Equal(Hex(FirstEightBytes(sorted)), row.ClusterId);
        });

        static ulong FirstEightBytes(byte[] bytes) => BinaryPrimitives.ReadUInt64BigEndian(HashIt(bytes));
    }

    [LabFact]
    public void Etcdctl_on_a_host_agrees_about_the_health_of_every_endpoint()
    {
        IReadOnlyList<JsonElement> theirs = Etcdctl.Json(Hosts[0], Cluster.Topology, $"https://{Hosts[0].Address}:2379", "endpoint health --cluster");
        IReadOnlyList<EtcdEndpointHealth> ours = Run<EtcdEndpointHealth>("$topology | Test-EtcdClusterHealth -StagingPath $staging");

        Assert.Equal(
            theirs.Select(t => (t.GetProperty("endpoint").GetString(), t.GetProperty("health").GetBoolean())).Order(),
            ours.Select(o => (o.Endpoint, o.Healthy)).Order()!);
    }

    [LabFact]
    public void Etcdctl_on_a_host_agrees_about_the_status_of_every_endpoint()
    {
        IReadOnlyList<EtcdEndpointHealth> ours = Run<EtcdEndpointHealth>("$topology | Test-EtcdClusterHealth -StagingPath $staging");
        IReadOnlyList<JsonElement> theirs = Etcdctl.Json(Hosts[0], Cluster.Topology, $"https://{Hosts[0].Address}:2379", "endpoint status --cluster");

        Assert.Equal(ours.Count, theirs.Count);
        Assert.All(theirs, their =>
        {
            EtcdEndpointHealth our = ours.Single(o => o.Endpoint == their.GetProperty("Endpoint").GetString());
            JsonElement status = their.GetProperty("Status");
            JsonElement header = status.GetProperty("header");
            Assert.Equal(Hex(header.GetProperty("cluster_id").GetUInt64()), our.ClusterId);
            Assert.Equal(Hex(header.GetProperty("member_id").GetUInt64()), our.MemberId);
            Assert.Equal(Hex(status.GetProperty("leader").GetUInt64()), our.LeaderId);
            Assert.Equal(status.GetProperty("version").GetString(), our.Version);
            Assert.Equal(status.GetProperty("raftTerm").GetUInt64(), our.RaftTerm);
            Assert.Equal(status.GetProperty("dbSize").GetInt64(), our.DbSize);
            Assert.InRange(our.RaftIndex!.Value, 1ul, status.GetProperty("raftIndex").GetUInt64());
        });
    }

    [LabFact]
    public void Quiet_gives_one_true() => Assert.Equal([true], Run<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet"));

    [LabFact]
    public void Through_ssh_the_answer_is_the_same_when_the_client_port_is_closed_to_the_workstation()
    {
        using IDisposable closed = Firewall.Drop("tcp dport 2379");

        Assert.Equal([false], Run<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet -CommandTimeoutSec 1"));
        IReadOnlyList<EtcdEndpointHealth> rows = Run<EtcdEndpointHealth>("$topology | Test-EtcdClusterHealth -StagingPath $staging -ThroughSsh");
        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.True(row.Healthy, row.Error));
        Assert.Equal(Cluster.Built.Health.Select(r => r.MemberId).Order(), rows.Select(r => r.MemberId).Order());
    }

    private static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    // etcd, server/etcdserver/api/membership: IDs are the first eight bytes of SHA-1.
#pragma warning disable CA5350
    private static byte[] HashIt(byte[] bytes) => SHA1.HashData(bytes);
#pragma warning restore CA5350
}
