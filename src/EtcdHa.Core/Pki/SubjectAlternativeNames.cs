using System.Globalization;
using System.Net;
using System.Net.Sockets;
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

    /// <summary>
    /// Reads an address as Go's ParseIPSloppy: four decimal numbers (leading zeros allowed and decimal), or IPv6
    /// without zone and brackets; an IPv4-mapped IPv6 address is the IPv4 address. Null when it is none.
    /// </summary>
    public static IPAddress? ParseAddress(string text)
    {
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            // IPAddress.Parse would read 010 as octal and "10.6" as 10.0.0.6.
            string[] parts = text.Split('.');
            byte[] bytes = new byte[4];
            return parts.Length == 4 && Enumerable.Range(0, 4).All(i => byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
                ? new IPAddress(bytes)
                : null;
        }

        bool plain = text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        return plain && IPAddress.TryParse(text, out IPAddress? address) && address.AddressFamily == AddressFamily.InterNetworkV6
            ? address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address
            : null;
    }

    public static EtcdTopologyException Invalid(string text) => new("CertificateSanInvalid", text) { Subject = text };
}
