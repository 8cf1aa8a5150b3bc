using System.Globalization;

namespace EtcdHa.Core.Topology;

/// <summary>IDs a member answered with, lower-case hex; null when it did not answer.</summary>
/// <param name="Member">The member that was asked.</param>
/// <param name="ClusterId">The cluster it belongs to.</param>
/// <param name="MemberId">What it is called there.</param>
public sealed record RunningIds(EtcdMember Member, string? ClusterId, string? MemberId);

/// <summary>
/// Explains a running cluster whose ID is not the one the topology founds. A cluster keeps the ID of its founding whatever members
/// are added or removed later, and added members have IDs nobody can compute, so only cluster IDs are compared.
/// </summary>
public static class FoundingIds
{
    // 2 to the power of this many candidates are tried; etcd advises 7 members at most.
    private const int MostFounders = 12;

    /// <summary>For each answer why it is another cluster's than the topology's; empty where it is not, or where that cannot be told.</summary>
    /// <param name="topology">The topology; while its token is still to be made nothing is compared.</param>
    /// <param name="answers">What its members answered.</param>
    /// <returns>One text an answer, in their order.</returns>
    public static IReadOnlyList<string> Explain(EtcdTopology topology, IReadOnlyList<RunningIds> answers)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(answers);
        string[] running = [.. answers.Select(a => a.ClusterId).OfType<string>().Distinct(StringComparer.Ordinal)];
        if (!EtcdIds.AreKnown(topology) || running.Length == 0)
        {
            return [.. answers.Select(_ => "")];
        }

        string founded = Hex(EtcdIds.ClusterId(topology));
        string? own = running.Contains(founded) ? founded : running.FirstOrDefault(id => IsOfFewerFounders(topology, id));
        return [.. answers.Select(a =>
            a.ClusterId is null || a.ClusterId == own ? ""
            : own is not null ? LeftOver(topology, a, own)
            : running.Length == 1 ? Another(topology, a, founded, answers)
            : Split(a, founded, answers))];
    }

    /// <summary>Whether the topology's members, or some of them, founded a cluster with its token.</summary>
    /// <param name="topology">The topology; its token null counts as etcd's default.</param>
    /// <param name="clusterId">The cluster's ID.</param>
    public static bool IsFoundedBy(EtcdTopology topology, ulong clusterId)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ulong[] ids = [.. topology.Members.Select(m => EtcdIds.MemberId(topology, m))];
        return EtcdIds.ClusterId(ids) == clusterId || (ids.Length <= MostFounders && Enumerable.Range(1, (1 << ids.Length) - 1)
            .Any(chosen => EtcdIds.ClusterId(ids.Where((_, i) => (chosen & (1 << i)) != 0)) == clusterId));
    }

    /// <summary>The rows of a health check with what <see cref="Explain(EtcdTopology, IReadOnlyList{RunningIds})"/> says as their warnings.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="rows">What its members answered; each names its member.</param>
    public static IEnumerable<EtcdEndpointHealth> Explain(EtcdTopology topology, IReadOnlyList<EtcdEndpointHealth> rows) => rows.Zip(
        Explain(topology, [.. rows.Select(row => new RunningIds(row.Member!, row.ClusterId, row.MemberId))]), (row, warning) => row with { Warning = warning });

    // One cluster answers, founded by other members: an older topology, or data of an older cluster on every host.
    private static string Another(EtcdTopology topology, RunningIds answer, string founded, IReadOnlyList<RunningIds> answers)
    {
        // With a token of its own, a member ID that can be computed proves the founding: only members left since.
        if (EtcdIds.AreUnique(topology) && answers.Any(a => a.MemberId == Hex(EtcdIds.MemberId(topology, a.Member))))
        {
            return "";
        }

        return $"{answer.Member.Name} runs in cluster {answer.ClusterId}, but the topology founds cluster {founded}: the cluster was founded with other members, peer URLs or "
            + $"another initial-cluster-token. That is right when members were removed or moved since; else {topology.DataDirectory} holds the data of an older cluster.";
    }

    private static string LeftOver(EtcdTopology topology, RunningIds answer, string own) =>
        $"{answer.Member.Name} runs in cluster {answer.ClusterId}, the others in the topology's cluster {own}; etcd logs \"cluster ID mismatch\". Its {topology.DataDirectory} is left over "
        + "from another cluster: unless that data is the one that counts, stop the member, move the directory away and start it again.";

    // Nothing here tells which of the clusters is the right one.
    private static string Split(RunningIds answer, string founded, IReadOnlyList<RunningIds> answers)
    {
        string others = string.Join(", ", answers.Where(a => a.ClusterId is not null && a.ClusterId != answer.ClusterId).Select(a => $"{a.Member.Name} in {a.ClusterId}"));
        return $"{answer.Member.Name} runs in cluster {answer.ClusterId}, but {others}, and the topology founds cluster {founded}; etcd logs \"cluster ID mismatch\". "
            + "At least one data directory is left over from another cluster: find out which cluster holds the data that counts before any is moved away.";
    }

    private static bool IsOfFewerFounders(EtcdTopology topology, string clusterId)
        => ulong.TryParse(clusterId, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id) && IsFoundedBy(topology, id);

    private static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
