using System.Net;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Pki;

/// <summary>
/// The five certificates of kubeadm's etcd phases, as data. Rules: kubeadm <c>phases/certs/certlist.go</c> and
/// <c>util/pkiutil</c>; what differs between versions is in <see cref="KubeadmCertificateRules"/>.
/// </summary>
public static class KubeadmCertificates
{
    /// <summary>Base name of the CA.</summary>
    public const string AuthorityName = "etcd/ca";

    /// <summary>The CA's certificate relative to the certificates directory.</summary>
    public const string AuthorityCertificateFile = AuthorityName + ".crt";

    /// <summary>The CA's key relative to the certificates directory.</summary>
    public const string AuthorityKeyFile = AuthorityName + ".key";

    /// <summary>Base name of the certificate etcd serves clients with.</summary>
    public const string ServerName = "etcd/server";

    /// <summary>Base name of the certificate members use among themselves.</summary>
    public const string PeerName = "etcd/peer";

    /// <summary>Base name of the client certificate for health checks.</summary>
    public const string HealthcheckClientName = "etcd/healthcheck-client";

    /// <summary>Base name of the API server's client certificate.</summary>
    public const string ApiServerClientName = "apiserver-etcd-client";

    private const string AuthorityCommonName = "etcd-ca";

    /// <summary>The CA: subject and, since 1.22, one DNS SAN <c>etcd-ca</c>, no extended key usage.</summary>
    /// <param name="rules">What kubeadm of the version does.</param>
    public static CertificateProfile AuthorityOf(KubeadmCertificateRules rules)
    {
        ArgumentNullException.ThrowIfNull(rules);
        return new CertificateProfile(AuthorityName, AuthorityCommonName, rules.AuthorityNamesItself ? [AuthorityCommonName] : [], [], ServerAuth: false, ClientAuth: false);
    }

    /// <summary>Base names of the four leaf certificates, in kubeadm's order.</summary>
    public static IReadOnlyList<string> LeafNames { get; } = [ServerName, PeerName, HealthcheckClientName, ApiServerClientName];

    /// <summary>
    /// The four leaf certificates of a member, in kubeadm's order. The SANs of server and peer are the member's name
    /// and <c>localhost</c>, its address, 127.0.0.1 and ::1, then the member's and the topology's own.
    /// </summary>
    /// <param name="topology">The topology the member belongs to.</param>
    /// <param name="member">The member.</param>
    /// <exception cref="EtcdTopologyException"><c>CertificateSanInvalid</c>: a SAN is neither an IP address nor a DNS
    /// name kubeadm accepts, or the member's address is no IP address; <c>KubernetesVersionInvalid</c>.</exception>
    public static IReadOnlyList<CertificateProfile> LeavesOf(EtcdTopology topology, EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        KubeadmCertificateRules rules = KubeadmCertificateRules.Of(topology);
        return
        [
            // etcd's own gateway dials its server port with the server certificate, hence clientAuth (etcd#9147).
            Serving(ServerName, member, CertificateSans.Server(topology, member), rules),
            Serving(PeerName, member, CertificateSans.Peer(topology, member), rules),
            Client(HealthcheckClientName, "kube-etcd-healthcheck-client", rules),
            Client(ApiServerClientName, "kube-apiserver-etcd-client", rules),
        ];
    }

    /// <summary>One leaf certificate of a member.</summary>
    /// <param name="topology">The topology the member belongs to.</param>
    /// <param name="member">The member.</param>
    /// <param name="name">Base name, one of <see cref="LeafNames"/>.</param>
    public static CertificateProfile LeafOf(EtcdTopology topology, EtcdMember member, string name)
        => LeavesOf(topology, member).First(p => p.Name == name);

    /// <summary>
    /// The files below the certificates directory of a member's host, in the order of the documented page's lists.
    /// </summary>
    /// <param name="includeCaKey">True for the page's HOST0.</param>
    public static IReadOnlyList<string> FilesOf(bool includeCaKey)
        => [.. LeafNames.Append(AuthorityName).Order(StringComparer.Ordinal)
            .SelectMany(name => new[] { name + ".crt", name + ".key" })
            .Where(file => includeCaKey || file != AuthorityKeyFile)];

    private static CertificateProfile Client(string name, string commonName, KubeadmCertificateRules rules)
        => new(name, commonName, [], [], ServerAuth: false, ClientAuth: true) { Organization = rules.ClientOrganization };

    private static CertificateProfile Serving(string name, EtcdMember member, IReadOnlyList<string> more, KubeadmCertificateRules rules)
    {
        (IReadOnlyList<string> dns, IReadOnlyList<IPAddress> addresses) = SubjectAlternativeNames.Canonical(
            [member.Name, "localhost"],
            [SubjectAlternativeNames.ParseAddress(member.Address) ?? throw SubjectAlternativeNames.Invalid(member.Address), IPAddress.Loopback, IPAddress.IPv6Loopback],
            more,
            !rules.SansAreCanonical);
        return new CertificateProfile(name, member.Name, dns, addresses, ServerAuth: true, ClientAuth: true);
    }
}
