using System.Security.Cryptography;
using EtcdHa.Core.Staging;

namespace EtcdHa.Commands;

/// <summary>The beginning of a step that may be the first in its staging folder.</summary>
internal static class StagedWork
{
    /// <summary>
    /// Gives each cluster's topology its token and writes it into the cluster's staging folder, just before the cluster's members come.
    /// </summary>
    /// <param name="members">The members as asked for.</param>
    /// <param name="cancellationToken">Checked before each cluster.</param>
    /// <returns>The members, cluster by cluster, with the topology that has the token.</returns>
    public static IEnumerable<MemberWork> Begin(IReadOnlyList<MemberWork> members, CancellationToken cancellationToken)
    {
        foreach (IGrouping<string, MemberWork> cluster in members.GroupBy(w => w.StagingPath))
        {
            cancellationToken.ThrowIfCancellationRequested();
            EtcdTopology topology = StagedTopology.WithToken(cluster.First().Topology, RandomNumberGenerator.GetBytes);
            StagedTopology.Write(topology, cluster.Key);
            foreach (MemberWork work in cluster)
            {
                yield return work with { Topology = topology };
            }
        }
    }
}
