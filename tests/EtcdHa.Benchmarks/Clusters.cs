using EtcdHa.Core.Topology;

namespace EtcdHa.Benchmarks;

/// <summary>Topologies to measure with.</summary>
internal static class Clusters
{
    /// <summary>Clusters of three members, no two alike.</summary>
    /// <param name="count">How many, up to 250.</param>
    /// <param name="algorithm">Key algorithm.</param>
    public static EtcdTopology[] OfThree(int count, EtcdKeyAlgorithm algorithm = EtcdKeyAlgorithm.Rsa2048) =>
    [
        .. Enumerable.Range(0, count).Select(cluster => TopologyRules.Validate(new EtcdTopology
        {
            Members = [.. Enumerable.Range(0, 3).Select(member => new EtcdMember($"infra{member}", $"10.0.{cluster}.{member + 6}"))],
            KubernetesVersion = KubernetesReleases.NewestVersion,
            KeyAlgorithm = algorithm,
            InitialClusterToken = $"cluster-{cluster}",
        }).Topology),
    ];
}
