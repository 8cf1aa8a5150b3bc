using System.Net;

namespace EtcdHa.Core.Pki;

/// <summary>What one of kubeadm's etcd certificates must say.</summary>
/// <param name="Name">kubeadm's base name, relative to the certificates directory, such as <c>etcd/server</c>.</param>
/// <param name="CommonName">Common name of the subject. There is no organization since Kubernetes 1.29.</param>
/// <param name="DnsNames">DNS SANs, sorted by code point, without duplicates.</param>
/// <param name="IPAddresses">IP SANs, in kubeadm's order, without duplicates; IPv4 never as a mapped IPv6 address.</param>
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
    /// <summary>The certificate file relative to the certificates directory, with <c>/</c>: <c>etcd/server.crt</c>.</summary>
    public string CertificateFile => Name + ".crt";

    /// <summary>The key file relative to the certificates directory, with <c>/</c>: <c>etcd/server.key</c>.</summary>
    public string KeyFile => Name + ".key";
}
