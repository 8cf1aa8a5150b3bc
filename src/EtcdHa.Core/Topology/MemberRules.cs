using System.Net;
using System.Net.Sockets;

namespace EtcdHa.Core.Topology;

/// <summary>Rules of one member, and of members beside each other.</summary>
internal static class MemberRules
{
    /// <summary>The folder of the CA beside the members' folders in the staging layout.</summary>
    private const string PkiFolder = "pki";

    /// <summary>Checks a member alone; gives it with canonical addresses.</summary>
    public static EtcdMember Canonical(EtcdMember member)
    {
        CheckName(member);
        CheckDnsName(member);
        CheckPort(member.Name, "client", member.ClientPort);
        CheckPort(member.Name, "peer", member.PeerPort);
        CheckPort(member.Name, "metrics", member.MetricsPort);
        if (member.SshTarget is EtcdSshTarget target)
        {
            CheckPort(member.Name, "SSH", target.Port);
            CheckTimeout(target.ConnectTimeout, member.Name);
        }

        return member with
        {
            Address = CanonicalAddress(member),
            ServerCertSan = [.. member.ServerCertSan.Select(SettingsRules.CanonicalSan)],
            PeerCertSan = [.. member.PeerCertSan.Select(SettingsRules.CanonicalSan)],
        };
    }

    /// <summary>Checks what members must not share.</summary>
    public static void CheckTogether(EtcdTopology topology)
    {
        RefuseRepeat(topology.Members, m => m.Name, "MemberNameDuplicate");

        // Two members on one host would write the same manifest, certificates and data directory, whatever their ports.
        RefuseRepeat(topology.Members, m => m.Address, "MemberAddressDuplicate");
        RefuseRepeat([.. topology.Members.Where(m => m.DnsName is not null)], m => m.DnsName!, "MemberDnsNameDuplicate");
        RefuseRepeat(topology.Members, m => SshEndpoint(m, topology), "MemberSshTargetDuplicate");
        foreach (EtcdMember member in topology.Members)
        {
            CheckDistinctPorts(member, topology);
        }

        // etcd and kubeadm would take it, but the page says etcd has no dual stack: each host must reach every other one's
        // family, so it has an address of that family itself, and all members can be written in one.
        EtcdMember first = topology.Members[0];
        EtcdMember? other = topology.Members.FirstOrDefault(m => IpLiteral.IsIPv6(m.Address) != IpLiteral.IsIPv6(first.Address));
        if (other is not null)
        {
            throw new EtcdTopologyException("MemberAddressFamilyMixed", first.Name, first.Address, other.Name, other.Address) { Subject = other.Name };
        }
    }

    /// <summary>Refuses a TCP port outside 1 to 65535.</summary>
    public static void CheckPort(string subject, string what, int? port)
    {
        if (port is < 1 or > 65535)
        {
            throw new EtcdTopologyException("PortInvalid", subject, what, port) { Subject = subject };
        }
    }

    /// <summary>Refuses a time limit that has already passed.</summary>
    public static void CheckTimeout(TimeSpan? timeout, string subject)
    {
        if (timeout <= TimeSpan.Zero)
        {
            throw new EtcdTopologyException("TimeoutInvalid", subject, GoDuration.Format(timeout.Value)) { Subject = subject };
        }
    }

    private static void CheckName(EtcdMember member)
    {
        string name = member.Name ?? "";
        bool isForeignAddress = IpLiteral.TryParse(name, out _) && IpLiteral.Canonical(member.Address ?? "") != name;
        if (!DnsNames.IsSubdomain(name) || isForeignAddress)
        {
            // kubeadm lower-cases a node name silently; then --name and initial-cluster of the page no longer match.
            string suggestion = isForeignAddress ? "infra0" : DnsNames.Suggest(name) ?? "infra0";
            throw new EtcdTopologyException("MemberNameInvalid", name, suggestion) { Subject = name };
        }

        if (name is "localhost" or PkiFolder)
        {
            throw new EtcdTopologyException("MemberNameReserved", name) { Subject = name };
        }
    }

    private static void CheckDnsName(EtcdMember member)
    {
        // Go's certificate check compares names as they are; an address belongs into Address, where etcd can listen on it.
        if (member.DnsName is string name && (!DnsNames.IsSubdomain(name) || IpLiteral.TryParse(name, out _) || name == "localhost"))
        {
            throw new EtcdTopologyException("MemberDnsNameInvalid", member.Name, name) { Subject = member.Name };
        }
    }

    private static string CanonicalAddress(EtcdMember member)
    {
        string text = member.Address ?? "";
        if (!IpLiteral.TryParse(text, out IPAddress address))
        {
            throw Refused("MemberAddressInvalid");
        }

        if (address.IsIPv4MappedToIPv6)
        {
            // Go prints it as IPv4, .NET as IPv6: URLs, SANs and member IDs would not agree.
            throw new EtcdTopologyException("MemberAddressMapped", member.Name, text, address.MapToIPv4()) { Subject = member.Name };
        }

        if (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
        {
            throw Refused("MemberAddressUnspecified");
        }

        if (IPAddress.IsLoopback(address))
        {
            throw Refused("MemberAddressLoopback");
        }

        return IsGlobalUnicast(address) ? IpLiteral.Format(address) : throw Refused("MemberAddressNotGlobalUnicast");

        EtcdTopologyException Refused(string errorId) => new(errorId, member.Name, text) { Subject = member.Name };
    }

    // Go's net.IP.IsGlobalUnicast, which kubeadm asks of advertiseAddress (K: apimachinery's VerifyAPIServerBindAddress).
    private static bool IsGlobalUnicast(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetworkV6)
        {
            return !address.IsIPv6Multicast && !address.IsIPv6LinkLocal;
        }

        byte[] bytes = address.GetAddressBytes();
        bool isMulticast = bytes[0] is >= 224 and <= 239;
        bool isLinkLocal = bytes[0] == 169 && bytes[1] == 254;
        return !isMulticast && !isLinkLocal && !address.Equals(IPAddress.Broadcast);
    }

    private static void CheckDistinctPorts(EtcdMember member, EtcdTopology topology)
    {
        (string What, int Port)[] ports =
        [
            ("client", member.EffectiveClientPort(topology)),
            ("peer", member.EffectivePeerPort(topology)),
            ("metrics", member.EffectiveMetricsPort(topology)),
        ];
        IGrouping<int, (string What, int Port)>? shared = ports.GroupBy(p => p.Port).FirstOrDefault(g => g.Count() > 1);
        if (shared is not null)
        {
            throw new EtcdTopologyException("PortDuplicate", member.Name, shared.Key, string.Join(" and ", shared.Select(p => p.What)))
            {
                Subject = member.Name,
            };
        }
    }

    private static string SshEndpoint(EtcdMember member, EtcdTopology topology) => member.SshTarget is EtcdSshTarget target
        ? EtcdUrls.HostAndPort(IpLiteral.Canonical(target.HostName.ToLowerInvariant()), target.Port ?? topology.Ssh.Port ?? EtcdSshTarget.DefaultPort)
        : EtcdUrls.HostAndPort(member.Address, topology.Ssh.Port ?? EtcdSshTarget.DefaultPort);

    private static void RefuseRepeat(IReadOnlyList<EtcdMember> members, Func<EtcdMember, string> key, string errorId)
    {
        EtcdMember[]? clash = members.GroupBy(key, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.ToArray();
        if (clash is not null)
        {
            throw new EtcdTopologyException(errorId, key(clash[0]), clash[0].Name, clash[1].Name) { Subject = clash[1].Name };
        }
    }
}
