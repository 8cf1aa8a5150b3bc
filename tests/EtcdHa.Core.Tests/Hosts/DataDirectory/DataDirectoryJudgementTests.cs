using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts.DataDirectory;

public sealed class DataDirectoryJudgementTests
{
    private static readonly EtcdTopology Cluster = Samples.Page() with { InitialClusterToken = WalBytes.Token };
    private static readonly DataDirectoryState Found = new("/var/lib/etcd", true, true, WalBytes.Ids, new DateTimeOffset(2026, 11, 23, 5, 19, 51, TimeSpan.Zero));

    [Fact]
    public void No_member_is_nobodys()
    {
        Assert.Equal(new(EtcdDataOwner.None, ""), Judge(Cluster, 0, new("/var/lib/etcd", false, false, null, null)));
        Assert.Equal(new(EtcdDataOwner.None, ""), Judge(Cluster, 0, new("/var/lib/etcd", true, false, null, null)));
    }

    // The founder of a cluster that grew since is still the same member.
    [Fact]
    public void The_ids_the_topology_founds_are_the_members_own() => Assert.Equal(
        new(EtcdDataOwner.ThisMember, "/var/lib/etcd holds the data of member a19ddf3ef9f38b65 of cluster 8d971f096edb4c69, last written 2026-11-23 05:19 UTC: infra0's own"),
        Judge(Cluster, 0, Found));

    [Fact]
    public void Another_members_data_of_the_same_cluster_is_named() => Assert.Equal(
        new(EtcdDataOwner.ThisCluster, "/var/lib/etcd holds the data of member a19ddf3ef9f38b65 of cluster 8d971f096edb4c69: the topology's cluster, but the data of infra0, not of infra1"),
        Judge(Cluster, 1, Found with { WrittenAt = null }));

    [Fact]
    public void An_id_nobody_can_compute_in_the_right_cluster_is_a_member_that_was_added()
    {
        DataDirectoryJudgement judgement = Judge(Cluster, 0, Found with { Metadata = WalBytes.Ids with { MemberId = 0xf4b8d9506752fd3 } });
        Assert.Equal(EtcdDataOwner.ThisCluster, judgement.Owner);
        Assert.Contains("member f4b8d9506752fd3 of cluster", judgement.Text, StringComparison.Ordinal);
        Assert.EndsWith("but not the ID infra0 was founded with, a19ddf3ef9f38b65: it was added later, or its peer URL was another one", judgement.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault09_Data_of_another_build_on_the_same_addresses_is_another_clusters()
    {
        DataDirectoryJudgement judgement = Judge(Cluster with { InitialClusterToken = "next-build" }, 0, Found);
        Assert.Equal(EtcdDataOwner.AnotherCluster, judgement.Owner);
        Assert.Matches("of cluster 8d971f096edb4c69, .*; the topology founds cluster [0-9a-f]+$", judgement.Text);
    }

    [Fact]
    public void Fault09_A_build_with_etcds_default_token_is_recognised_and_its_ids_are_called_no_proof()
    {
        EtcdTopology page = Samples.Page() with { Members = [Cluster.Members[0]] };
        WalMetadata ids = new(Core.Topology.EtcdIds.MemberId(page, page.Members[0]), Core.Topology.EtcdIds.ClusterId(page));

        Assert.EndsWith("(the same members with etcd's default token founded that one)", Judge(page with { InitialClusterToken = WalBytes.Token }, 0, Found with { Metadata = ids }).Text, StringComparison.Ordinal);
        DataDirectoryJudgement own = Judge(page, 0, Found with { Metadata = ids });
        Assert.Equal(EtcdDataOwner.ThisMember, own.Owner);
        Assert.EndsWith("an older cluster on the same addresses has the same IDs", own.Text, StringComparison.Ordinal);
    }

    [Fact]
    public void What_cannot_be_told_is_said_to_be_so()
    {
        Assert.Contains("token is still to be made", Unknown(Cluster with { InitialClusterToken = null, IsTokenGenerated = true }, Found), StringComparison.Ordinal);
        Assert.EndsWith("no file of its write-ahead log can be read", Unknown(Cluster, Found with { Metadata = null }), StringComparison.Ordinal);
        Assert.Contains("failed in its very first start", Unknown(Cluster, Found with { Metadata = null, WrittenAt = null }), StringComparison.Ordinal);

        static string Unknown(EtcdTopology topology, DataDirectoryState found)
        {
            DataDirectoryJudgement judgement = Judge(topology, 0, found);
            Assert.Equal(EtcdDataOwner.Unknown, judgement.Owner);
            return judgement.Text;
        }
    }

    private static DataDirectoryJudgement Judge(EtcdTopology topology, int member, DataDirectoryState found)
        => DataDirectoryJudgement.Of(topology, topology.Members[member], found);
}
