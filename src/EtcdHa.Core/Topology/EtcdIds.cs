using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Core.Topology;

/// <summary>
/// Member and cluster IDs of a cluster that bootstraps statically, known before it exists (etcd: server/etcdserver/api/membership,
/// NewMember and genID). Members added later have a timestamp in their hash and cannot be computed.
/// </summary>
public static class EtcdIds
{
    /// <summary>etcd's default of <c>--initial-cluster-token</c>.</summary>
    public const string DefaultToken = "etcd-cluster";

    /// <summary>False while the topology's token is still to be made: no ID can be computed then.</summary>
    /// <param name="topology">The topology.</param>
    public static bool AreKnown(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology is not { InitialClusterToken: null, IsTokenGenerated: true };
    }

    /// <summary>True where the IDs prove who founded a cluster: the topology has a token of its own. With etcd's default every cluster on the same addresses has the same IDs.</summary>
    /// <param name="topology">The topology.</param>
    public static bool AreUnique(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.InitialClusterToken is not (null or DefaultToken);
    }

    /// <summary>A member's ID: the first 8 bytes, big endian, of SHA-1 over its sorted peer URLs and the token.</summary>
    /// <param name="peerUrls">The member's peer URLs, as in <c>initial-cluster</c>.</param>
    /// <param name="token">The cluster token; null: etcd's default.</param>
    public static ulong MemberId(IEnumerable<string> peerUrls, string? token)
    {
        string hashed = string.Concat(peerUrls.Order(StringComparer.Ordinal)) + (token ?? DefaultToken);
        return FirstEightBytesOfHash(Encoding.UTF8.GetBytes(hashed));
    }

    /// <summary>A member's ID.</summary>
    /// <param name="topology">The topology; its token null counts as etcd's default.</param>
    /// <param name="member">One of its members.</param>
    public static ulong MemberId(EtcdTopology topology, EtcdMember member) =>
        MemberId([member.PeerUrl(topology)], topology.InitialClusterToken);

    /// <summary>The cluster's ID: the first 8 bytes of SHA-1 over the members' IDs, ascending, 8 bytes big endian each.</summary>
    /// <param name="memberIds">The IDs of all members.</param>
    public static ulong ClusterId(IEnumerable<ulong> memberIds)
    {
        ulong[] sorted = [.. memberIds.Order()];
        byte[] bytes = new byte[8 * sorted.Length];
        for (int i = 0; i < sorted.Length; i++)
        {
            BinaryPrimitives.WriteUInt64BigEndian(bytes.AsSpan(8 * i), sorted[i]);
        }

        return FirstEightBytesOfHash(bytes);
    }

    /// <summary>The cluster's ID.</summary>
    /// <param name="topology">The topology; its token null counts as etcd's default.</param>
    public static ulong ClusterId(EtcdTopology topology) => ClusterId(topology.Members.Select(m => MemberId(topology, m)));

    [SuppressMessage("Security", "CA5350", Justification = "etcd's IDs are SHA-1; nothing is protected by it.")]
    private static ulong FirstEightBytesOfHash(byte[] data) => BinaryPrimitives.ReadUInt64BigEndian(SHA1.HashData(data));
}
