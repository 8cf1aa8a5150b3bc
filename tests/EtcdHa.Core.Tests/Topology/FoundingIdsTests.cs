using EtcdHa.Core.Etcd;
using EtcdHa.Core.Tests.Pki;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Topology;

public sealed class FoundingIdsTests
{
    private static readonly EtcdTopology Cluster = Make.Topology() with { InitialClusterToken = "this-build" };
    private static readonly string Founded = EtcdHealthText.Id(EtcdIds.ClusterId(Cluster));

    [Fact]
    public void The_cluster_the_topology_founds_needs_no_words_whatever_its_members_ids_are() =>
        // A member that was added by `member add` under the same name and address has an ID with a timestamp in its hash.
        Assert.Equal(["", "", ""], Explain(Cluster, Founded, Founded, null));

    [Fact]
    public void A_cluster_that_grew_keeps_the_id_of_fewer_founders()
    {
        EtcdTopology grown = Cluster with { Members = [.. Cluster.Members, new EtcdMember("infra3", "10.0.0.9"), new EtcdMember("infra4", "10.0.0.10")] };

        Assert.NotEqual(Founded, EtcdHealthText.Id(EtcdIds.ClusterId(grown)));
        Assert.All(Explain(grown, Founded, Founded, Founded, Founded, Founded), text => Assert.Empty(text));
    }

    [Fact]
    public void One_member_with_the_data_of_another_cluster_is_named_and_the_others_are_not()
    {
        IReadOnlyList<string> texts = Explain(Cluster, Founded, "b820765565247b8f", Founded);

        Assert.Equal(("", ""), (texts[0], texts[2]));
        Assert.StartsWith($"infra1 runs in cluster b820765565247b8f, the others in the topology's cluster {Founded}; etcd logs \"cluster ID mismatch\". Its /var/lib/etcd is left over", texts[1], StringComparison.Ordinal);
    }

    [Fact]
    public void Also_one_that_has_the_data_of_another_cluster_beside_a_grown_one_is_named()
    {
        EtcdTopology grown = Cluster with { Members = [.. Cluster.Members, new EtcdMember("infra3", "10.0.0.9")] };

        IReadOnlyList<string> texts = Explain(grown, Founded, Founded, Founded, "a");

        Assert.Equal(["", "", ""], texts.Take(3));
        Assert.Contains("infra3 runs in cluster a", texts[3], StringComparison.Ordinal);
    }

    [Fact]
    public void Clusters_none_of_which_is_the_topologys_are_told_and_no_data_is_called_worthless()
    {
        IReadOnlyList<string> texts = Explain(Cluster, "a", "a", "b");

        Assert.All(texts, text => Assert.Contains("find out which cluster holds the data that counts", text, StringComparison.Ordinal));
        Assert.Contains("infra2 runs in cluster b, but infra0 in a, infra1 in a, and the topology founds cluster " + Founded, texts[2], StringComparison.Ordinal);
    }

    [Fact]
    public void A_whole_cluster_of_other_founders_is_told_with_both_reasons()
    {
        IReadOnlyList<string> texts = Explain(Cluster, "a", null, "a");

        Assert.StartsWith($"infra0 runs in cluster a, but the topology founds cluster {Founded}", texts[0], StringComparison.Ordinal);
        Assert.Contains("right when members were removed or moved since", texts[0], StringComparison.Ordinal);
        Assert.Equal("", texts[1]);
    }

    [Theory]
    [InlineData("this-build", true)]
    [InlineData(null, false)]
    [InlineData("etcd-cluster", false)]
    public void A_cluster_that_shrank_proves_itself_by_a_member_id_only_with_a_token_of_its_own(string? token, bool isProven)
    {
        EtcdTopology five = Cluster with { InitialClusterToken = token, Members = [.. Cluster.Members, new EtcdMember("infra3", "10.0.0.9"), new EtcdMember("infra4", "10.0.0.10")] };
        EtcdTopology three = five with { Members = Cluster.Members };
        RunningIds[] answers = [.. three.Members.Select(m => new RunningIds(m, EtcdHealthText.Id(EtcdIds.ClusterId(five)), EtcdHealthText.Id(EtcdIds.MemberId(five, m))))];

        Assert.All(FoundingIds.Explain(three, answers), text => Assert.Equal(isProven, text.Length == 0));
    }

    [Fact]
    public void A_topology_whose_token_is_still_to_be_made_is_not_compared() =>
        Assert.All(Explain(Cluster with { InitialClusterToken = null, IsTokenGenerated = true }, "a", "b", "c"), text => Assert.Empty(text));

    [Fact]
    public void Nobody_answered_is_no_other_cluster() => Assert.All(Explain(Cluster, null, null, null), text => Assert.Empty(text));

    [Fact]
    public void Identities_are_those_a_real_cluster_has()
    {
        // golden: etcd-3.4.23/member-list-simple.txt and endpoint-status-json.txt
        var topology = new EtcdTopology
        {
            KubernetesVersion = "v1.33.13",
            Members = [new EtcdMember("infra0", "127.0.0.2"), new EtcdMember("infra1", "127.0.0.3"), new EtcdMember("infra2", "127.0.0.4")],
        };

        IReadOnlyList<EtcdMemberIdentity> rows = MemberIdentities.Of(topology, "/staging");

        string golden = Golden.Text("etcd-3.4.23/member-list-simple.txt");
        Assert.All(rows, row => Assert.Contains($"{row.MemberId}, started, {row.Member}, {row.PeerUrl}, {row.ClientUrl}, false", golden, StringComparison.Ordinal));
        Assert.Equal("13267734611374668687", ulong.Parse(Assert.Single(rows.Select(r => r.ClusterId).Distinct())!, System.Globalization.NumberStyles.HexNumber, null).ToString(System.Globalization.CultureInfo.InvariantCulture));
        Assert.All(rows, row => Assert.Equal("http://127.0.0.1:2381", row.MetricsUrl));
        Assert.All(MemberIdentities.Of(topology with { IsTokenGenerated = true }, null), row => Assert.Null(row.MemberId ?? row.ClusterId));
    }

    private static IReadOnlyList<string> Explain(EtcdTopology topology, params string?[] clusterIds) =>
        FoundingIds.Explain(topology, [.. topology.Members.Zip(clusterIds, (member, id) => new RunningIds(member, id, id is null ? null : "1"))]);
}
