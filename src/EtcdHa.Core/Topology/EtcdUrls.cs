using System.Globalization;

namespace EtcdHa.Core.Topology;

/// <summary>
/// The URLs and ports of a member in its topology. Advertised URLs hold the member's DNS name if it has one; those it listens on an
/// IP literal, an IPv6 one in brackets: etcd's listeners take nothing else (<c>expected IP in URL for binding</c>).
/// </summary>
public static class EtcdUrls
{
    /// <summary>The member's client port: its own, else the topology's.</summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static int EffectiveClientPort(this EtcdMember member, EtcdTopology topology) => member.ClientPort ?? topology.ClientPort;

    /// <summary>The member's peer port: its own, else the topology's.</summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static int EffectivePeerPort(this EtcdMember member, EtcdTopology topology) => member.PeerPort ?? topology.PeerPort;

    /// <summary>The member's metrics port: its own, else the topology's.</summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static int EffectiveMetricsPort(this EtcdMember member, EtcdTopology topology) => member.MetricsPort ?? topology.MetricsPort;

    /// <summary><c>https://10.0.0.6:2379</c>, or with the DNS name: where clients reach the member.</summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static string ClientUrl(this EtcdMember member, EtcdTopology topology) =>
        "https://" + HostAndPort(member.DnsName ?? member.Address, member.EffectiveClientPort(topology));

    /// <summary><c>https://10.0.0.6:2380</c>, or with the DNS name: where peers reach the member.</summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static string PeerUrl(this EtcdMember member, EtcdTopology topology) =>
        "https://" + HostAndPort(member.DnsName ?? member.Address, member.EffectivePeerPort(topology));

    /// <summary><c>https://10.0.0.6:2379</c>: where the member listens for clients.</summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static string ListenClientUrl(this EtcdMember member, EtcdTopology topology) =>
        "https://" + HostAndPort(member.Address, member.EffectiveClientPort(topology));

    /// <summary><c>https://10.0.0.6:2380</c>: where the member listens for peers.</summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static string ListenPeerUrl(this EtcdMember member, EtcdTopology topology) =>
        "https://" + HostAndPort(member.Address, member.EffectivePeerPort(topology));

    /// <summary>
    /// <c>http://127.0.0.1:2381</c>, or <c>http://[::1]:2381</c> on a host whose address is IPv6: metrics and the kubelet's
    /// probes, without TLS. If an extra argument <c>listen-metrics-urls</c> replaces it, the first URL of the last such argument:
    /// kubeadm makes its probes from that one.
    /// </summary>
    /// <param name="member">A member.</param>
    /// <param name="topology">Its topology.</param>
    public static string MetricsUrl(this EtcdMember member, EtcdTopology topology)
    {
        string? given = topology.ExtraArg.LastOrDefault(a => a.Name == MemberArguments.ListenMetricsUrls)?.Value;
        return given?.Split(',')[0] ?? DefaultMetricsUrl(member, topology);
    }

    /// <summary><c>infra0=https://10.0.0.6:2380,…</c>: every member and its peer URL, in the topology's order.</summary>
    /// <param name="topology">The topology.</param>
    public static string InitialCluster(this EtcdTopology topology) =>
        string.Join(',', topology.Members.Select(m => $"{m.Name}={m.PeerUrl(topology)}"));

    /// <summary><c>10.0.0.6:2379</c> or <c>[fd00::6]:2379</c>.</summary>
    /// <param name="host">IP literal without brackets, or a DNS name.</param>
    /// <param name="port">TCP port.</param>
    public static string HostAndPort(string host, int port) => host.Contains(':', StringComparison.Ordinal)
        ? string.Create(CultureInfo.InvariantCulture, $"[{host}]:{port}")
        : string.Create(CultureInfo.InvariantCulture, $"{host}:{port}");

    internal static string DefaultMetricsUrl(EtcdMember member, EtcdTopology topology) =>
        "http://" + HostAndPort(IpLiteral.IsIPv6(member.Address) ? "::1" : "127.0.0.1", member.EffectiveMetricsPort(topology));
}
