namespace EtcdHa.Core.Topology;

/// <summary>
/// The SAN lists of <c>etcd.local.serverCertSANs</c> and <c>peerCertSANs</c>: the member's address, as on the page, its DNS name, then its own,
/// then the topology's, without repeats. kubeadm adds the node name, localhost, 127.0.0.1 and ::1 by itself.
/// </summary>
public static class CertificateSans
{
    /// <summary>SANs of the member's server certificate.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">One of its members.</param>
    public static IReadOnlyList<string> Server(EtcdTopology topology, EtcdMember member) =>
        [.. Own(member).Concat(member.ServerCertSan).Concat(topology.ServerCertSan).Distinct(StringComparer.Ordinal)];

    /// <summary>SANs of the member's peer certificate.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">One of its members.</param>
    public static IReadOnlyList<string> Peer(EtcdTopology topology, EtcdMember member) =>
        [.. Own(member).Concat(member.PeerCertSan).Concat(topology.PeerCertSan).Distinct(StringComparer.Ordinal)];

    private static string[] Own(EtcdMember member) => member.DnsName is string name ? [member.Address, name] : [member.Address];
}
