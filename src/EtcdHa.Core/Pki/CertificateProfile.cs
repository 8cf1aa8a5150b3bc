using System.Net;

namespace EtcdHa.Core.Pki;

/// <summary>What one of kubeadm's etcd certificates must say.</summary>
/// <param name="Name">kubeadm's base name, relative to the certificates directory, such as <c>etcd/server</c>.</param>
/// <param name="CommonName">Common name of the subject.</param>
/// <param name="DnsNames">DNS SANs in kubeadm's order: since 1.19 sorted by code point, without duplicates.</param>
/// <param name="IPAddresses">IP SANs in kubeadm's order, since 1.19 without duplicates; IPv4 never as a mapped IPv6 address.</param>
/// <param name="ServerAuth">Whether the extended key usage names serverAuth.</param>
/// <param name="ClientAuth">Whether the extended key usage names clientAuth.</param>
public sealed record CertificateProfile(
    string Name,
    string CommonName,
    IReadOnlyList<string> DnsNames,
    IReadOnlyList<IPAddress> IPAddresses,
    bool ServerAuth,
    bool ClientAuth)
{
    /// <summary>Organization of the subject, before the common name; null since Kubernetes 1.29 and in certificates that servers show.</summary>
    public string? Organization { get; init; }

    /// <summary>The extended key usages by name, <c>serverAuth</c> before <c>clientAuth</c>.</summary>
    public IReadOnlyList<string> ExtendedKeyUsages
        => [.. ServerAuth ? ["serverAuth"] : Array.Empty<string>(), .. ClientAuth ? ["clientAuth"] : Array.Empty<string>()];

    /// <summary>The certificate file relative to the certificates directory, with <c>/</c>: <c>etcd/server.crt</c>.</summary>
    public string CertificateFile => Name + ".crt";

    /// <summary>The key file relative to the certificates directory, with <c>/</c>: <c>etcd/server.key</c>.</summary>
    public string KeyFile => Name + ".key";

    /// <summary>The certificate request beside them on the workstation: <c>etcd/server.csr</c>. It does not go to a host.</summary>
    public string RequestFile => Name + ".csr";
}
