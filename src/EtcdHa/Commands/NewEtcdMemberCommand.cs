using System.Management.Automation;
using EtcdHa.Completion;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>Describes one etcd member: its name, its address and how its host is reached.</summary>
/// <remarks>
/// <para>Nothing is contacted. The member is checked by kubeadm's and etcd's rules at once; pipe members into New-EtcdTopology.</para>
/// <para>Rows of a CSV file with the columns Name and Address bind as they are: Import-Csv hosts.csv | New-EtcdMember. An empty cell means the default.</para>
/// </remarks>
/// <example>
/// <summary>A member with an IPv4 address</summary>
/// <code>New-EtcdMember infra0 10.0.0.6 -SshTarget ubuntu@10.0.0.6</code>
/// <para>A member whose host is reached as user ubuntu.</para>
/// </example>
/// <example>
/// <summary>A member with an IPv6 address</summary>
/// <code>New-EtcdMember infra0 fd00:10::6 -ServerCertSan infra0.example.com</code>
/// <para>A member with an IPv6 address; its server certificate is also valid for a DNS name.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdMember")]
[OutputType(typeof(EtcdMember))]
public sealed class NewEtcdMemberCommand : PSCmdlet
{
    /// <summary>The member's and node's name: an RFC 1123 subdomain in lower case, such as infra0.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string Name { get; set; } = "";

    /// <summary>IPv4 or IPv6 address by which the other members and the clients reach the host. Not a DNS name: etcd listens on addresses only; see DnsName.</summary>
    [Parameter(Mandatory = true, Position = 1, ValueFromPipelineByPropertyName = true)]
    [Alias("IPAddress", "HostAddress")]
    [ValidateNotNullOrEmpty]
    public string Address { get; set; } = "";

    /// <summary>DNS name for the member's advertised URLs, initial-cluster and certificates. Peers, clients and this workstation must be able to resolve it. Default: the address everywhere.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsAbsent]
    [PSDefaultValue(Help = "the address")]
    public string? DnsName { get; set; }

    /// <summary>How the host is reached over SSH: [user@]host[:port], or an object of New-EtcdSshTarget. Default: the address, with the topology's SSH settings.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsAbsent]
    [PSDefaultValue(Help = "the address")]
    public EtcdSshTarget? SshTarget { get; set; }

    /// <summary>Client port. Default: the topology's, 2379.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsAbsent]
    [PSDefaultValue(Help = "the topology's")]
    public int? ClientPort { get; set; }

    /// <summary>Peer port. Default: the topology's, 2380.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsAbsent]
    [PSDefaultValue(Help = "the topology's")]
    public int? PeerPort { get; set; }

    /// <summary>Metrics and probe port on loopback. Default: the topology's, 2381.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsAbsent]
    [PSDefaultValue(Help = "the topology's")]
    public int? MetricsPort { get; set; }

    /// <summary>More subject alternative names of the server certificate: IP addresses, DNS names, *.wildcards.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsAbsent]
    public string[]? ServerCertSan { get; set; }

    /// <summary>More subject alternative names of the peer certificate.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [EmptyIsAbsent]
    public string[]? PeerCertSan { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        var member = new EtcdMember(Name, Address)
        {
            DnsName = DnsName,
            SshTarget = SshTarget,
            ClientPort = ClientPort,
            PeerPort = PeerPort,
            MetricsPort = MetricsPort,
            ServerCertSan = ServerCertSan ?? [],
            PeerCertSan = PeerCertSan ?? [],
        };
        try
        {
            WriteObject(TopologyRules.ValidateMember(member));
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Name));
        }
    }
}
