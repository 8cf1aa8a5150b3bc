using System.Globalization;

namespace EtcdHa.Core.Topology;

/// <summary>What is known of a cluster's members before it exists.</summary>
public static class MemberIdentities
{
    /// <summary>One row a member, in the topology's order.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="stagingPath">The staging folder it belongs to; null: none.</param>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is not known, so that neither is the image.</exception>
    public static IReadOnlyList<EtcdMemberIdentity> Of(EtcdTopology topology, string? stagingPath)
    {
        ArgumentNullException.ThrowIfNull(topology);
        bool areKnown = EtcdIds.AreKnown(topology);
        string? clusterId = areKnown ? Hex(EtcdIds.ClusterId(topology)) : null;
        return
        [
            .. topology.Members.Select(member => new EtcdMemberIdentity
            {
                Topology = topology,
                Member = member,
                StagingPath = stagingPath,
                MemberId = areKnown ? Hex(EtcdIds.MemberId(topology, member)) : null,
                ClusterId = clusterId,
                PeerUrl = member.PeerUrl(topology),
                ClientUrl = member.ClientUrl(topology),
                MetricsUrl = member.MetricsUrl(topology),
                Image = EtcdImage.For(topology),
            }),
        ];
    }

    private static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
