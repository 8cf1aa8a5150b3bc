using System.Globalization;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts.DataDirectory;

/// <summary>Whose the data is that was found on a member's host, by the IDs the topology founds.</summary>
/// <param name="Owner">Whose.</param>
/// <param name="Text">The same in words, with the IDs; empty when there is no data.</param>
public sealed record DataDirectoryJudgement(EtcdDataOwner Owner, string Text)
{
    /// <summary>Compares what was found with what is expected.</summary>
    /// <param name="topology">The topology, with the staging folder's token.</param>
    /// <param name="member">The member on the host.</param>
    /// <param name="found">What was found there.</param>
    public static DataDirectoryJudgement Of(EtcdTopology topology, EtcdMember member, DataDirectoryState found)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(found);
        if (!found.HasMember)
        {
            return new(EtcdDataOwner.None, "");
        }

        if (found.Metadata is not { } ids)
        {
            return new(EtcdDataOwner.Unknown, $"{found.Path} holds the data of a member, and whose it is cannot be told: " + (found.WrittenAt is null
                ? "it has no write-ahead log, as etcd leaves it that failed in its very first start, or as a damaged member's"
                : "no file of its write-ahead log can be read"));
        }

        string holds = $"{found.Path} holds the data of member {EtcdHealthText.Id(ids.MemberId)} of cluster {EtcdHealthText.Id(ids.ClusterId)}{Written(found)}";
        if (!EtcdIds.AreKnown(topology))
        {
            return new(EtcdDataOwner.Unknown, holds + "; the topology's initial-cluster-token is still to be made, so there is nothing to compare it with");
        }

        string founded = EtcdHealthText.Id(EtcdIds.ClusterId(topology));
        return !FoundingIds.IsFoundedBy(topology, ids.ClusterId) ? new(EtcdDataOwner.AnotherCluster, $"{holds}; the topology founds cluster {founded}{OtherFounding(topology, ids)}")
            : ids.MemberId == EtcdIds.MemberId(topology, member) ? new(EtcdDataOwner.ThisMember, $"{holds}: {member.Name}'s own{SharedIds(topology)}")
            : new(EtcdDataOwner.ThisCluster, $"{holds}: the topology's cluster, but {WhichMember(topology, member, ids)}");
    }

    private static string Written(DataDirectoryState found) => found.WrittenAt is { } at
        ? string.Create(CultureInfo.InvariantCulture, $", last written {at.UtcDateTime:yyyy-MM-dd HH:mm} UTC")
        : "";

    private static string OtherFounding(EtcdTopology topology, WalMetadata ids)
        => topology.InitialClusterToken is not null && EtcdIds.ClusterId(topology with { InitialClusterToken = null }) == ids.ClusterId
            ? " (the same members with etcd's default token founded that one)"
            : "";

    // The page's own build has no token, and so has every build on the same addresses the same IDs.
    private static string SharedIds(EtcdTopology topology) => EtcdIds.AreUnique(topology)
        ? ""
        : "; without an initial-cluster-token of its own an older cluster on the same addresses has the same IDs";

    private static string WhichMember(EtcdTopology topology, EtcdMember member, WalMetadata ids)
        => topology.Members.FirstOrDefault(m => EtcdIds.MemberId(topology, m) == ids.MemberId) is { } other
            ? $"the data of {other.Name}, not of {member.Name}"
            : $"not the ID {member.Name} was founded with, {EtcdHealthText.Id(EtcdIds.MemberId(topology, member))}: it was added later, or its peer URL was another one";
}
