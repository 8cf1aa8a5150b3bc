namespace EtcdHa;

/// <summary>One etcd member: its name, the address its peers and clients use, and how its host is reached.</summary>
public sealed record EtcdMember
{
    /// <summary>Creates a member.</summary>
    /// <param name="name">The etcd member's and kubeadm node's name: an RFC 1123 subdomain in lower case.</param>
    /// <param name="address">IPv4 or IPv6 address of the host, as its peers reach it.</param>
    public EtcdMember(string name, string address)
    {
        Name = name;
        Address = address;
    }

    /// <summary>The member's name (<c>--name</c>) and the node name in its certificates.</summary>
    public string Name { get; init; }

    /// <summary>IPv4 or IPv6 address, in canonical form, without brackets.</summary>
    public string Address { get; init; }

    /// <summary>
    /// DNS name by which peers and clients reach the host, in the advertised URLs, <c>initial-cluster</c> and the certificates; the
    /// member listens on <see cref="Address"/>, as etcd's listeners take addresses only. Null: the address everywhere.
    /// </summary>
    public string? DnsName { get; init; }

    /// <summary>How the host is reached over SSH; null: the address, with the topology's SSH settings.</summary>
    public EtcdSshTarget? SshTarget { get; init; }

    /// <summary>Client port; null: the topology's.</summary>
    public int? ClientPort { get; init; }

    /// <summary>Peer port; null: the topology's.</summary>
    public int? PeerPort { get; init; }

    /// <summary>Metrics and probe port on loopback; null: the topology's.</summary>
    public int? MetricsPort { get; init; }

    /// <summary>More SANs of this member's server certificate.</summary>
    public IReadOnlyList<string> ServerCertSan { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>More SANs of this member's peer certificate.</summary>
    public IReadOnlyList<string> PeerCertSan { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>The member's name.</summary>
    public override string ToString() => Name;
}
