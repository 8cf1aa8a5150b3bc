using System.Net;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Pki;

/// <summary>
/// SANs in the form kubeadm gives them (pkiutil <c>appendSANsToAltNames</c>, <c>RemoveDuplicateAltNames</c>):
/// DNS names sorted and deduplicated, IP addresses deduplicated in the order given; before 1.19 both as given.
/// </summary>
internal static class SubjectAlternativeNames
{
    /// <summary>Sorts the texts into DNS names and addresses and brings both into kubeadm's form.</summary>
    /// <param name="dnsNames">DNS names, first.</param>
    /// <param name="addresses">Addresses, first.</param>
    /// <param name="more">Either, as texts.</param>
    /// <param name="asGiven">True: duplicates stay and nothing is sorted.</param>
    /// <exception cref="EtcdTopologyException"><c>CertificateSanInvalid</c>: kubeadm would refuse or drop a text.</exception>
    public static (IReadOnlyList<string> DnsNames, IReadOnlyList<IPAddress> Addresses) Canonical(
        IEnumerable<string> dnsNames, IEnumerable<IPAddress> addresses, IEnumerable<string> more, bool asGiven)
    {
        List<string> names = [.. dnsNames];
        List<IPAddress> ips = [.. addresses];
        foreach (string text in more)
        {
            if (ParseAddress(text) is { } address)
            {
                ips.Add(address);
            }
            else if (DnsNames.IsSubdomain(text) || DnsNames.IsWildcard(text))
            {
                names.Add(text);
            }
            else
            {
                throw Invalid(text);
            }
        }

        return asGiven ? (names, ips) : ([.. names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal)], [.. ips.Distinct()]);
    }

    /// <summary>Reads an address as kubeadm does; null when it is none.</summary>
    public static IPAddress? ParseAddress(string text) => IpLiteral.ParseSloppy(text);

    public static EtcdTopologyException Invalid(string text) => new("CertificateSanInvalid", text) { Subject = text };
}
