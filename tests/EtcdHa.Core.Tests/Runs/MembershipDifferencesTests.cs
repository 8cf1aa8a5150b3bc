using EtcdHa.Core.Etcd;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Runs;

public sealed class MembershipDifferencesTests
{
    private static readonly EtcdTopology Topology = Samples.Page();

    [Fact]
    public void The_members_of_the_topology_are_no_difference() => Assert.Empty(Find(Member("infra0", 6), Member("infra1", 7), Member("infra2", 8)));

    [Fact]
    public void Members_that_lack_moved_wait_learn_or_are_foreign_are_told() => Assert.Equal(
        [
            "infra0 infra0: https://10.0.0.9:2380, expected https://10.0.0.6:2380",
            "infra1 infra1: member 7 was added and has not started, expected started",
            "infra2 infra2: not a member, expected a member at https://10.0.0.8:2380",
            "infra0 web: member 5 at https://10.0.0.5:2380, expected not a member",
        ],
        Find(Member("infra0", 9), Member("", 7), Member("web", 5)));

    [Fact]
    public void A_learner_is_told() => Assert.Equal(
        ["infra2 infra2: member 8 is a learner, expected a voting member"], Find(Member("infra0", 6), Member("infra1", 7), Member("infra2", 8) with { IsLearner = true }));

    [Fact]
    public void A_member_that_does_not_answer_and_one_of_another_cluster_are_told()
    {
        EtcdEndpointHealth[] health =
        [
            Health(0) with { Healthy = false, Error = "connection refused" }, Health(1) with { Warning = "runs in cluster 1" }, Health(2),
        ];
        Assert.Equal(
            ["infra0 https://10.0.0.6:2379: connection refused", "infra1 cluster ID: runs in cluster 1"],
            MembershipDifferences.Find(Topology, Topology.Members[0], health, null).Select(d => $"{d.Member} {d.Target}: {d.Actual}"));
    }

    private static IEnumerable<string> Find(params EtcdClusterMember[] members)
        => MembershipDifferences.Find(Topology, Topology.Members[0], [Health(0), Health(1), Health(2)], members).Select(d => $"{d.Member} {d.Target}: {d.Actual}, expected {d.Expected}");

    private static EtcdClusterMember Member(string name, int host) => new($"{host}", name, [$"https://10.0.0.{host}:2380"], [], IsLearner: false);

    private static EtcdEndpointHealth Health(int index) => new()
    {
        Endpoint = $"https://10.0.0.{6 + index}:2379",
        Member = Topology.Members[index],
        Topology = Topology,
        Healthy = true,
        Took = default,
    };
}
