using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace EtcdHa.Core.Topology;

/// <summary>
/// IP literals as Go's <c>net.ParseIP</c> reads and prints them, so that an address compares and hashes here as it does in
/// etcd. .NET's own parser is laxer (<c>10.6</c>, <c>0x0a000006</c>, <c>[::1]:80</c>) and prints some IPv6 ranges with a dotted tail.
/// </summary>
internal static class IpLiteral
{
    /// <summary>Reads a literal without brackets, port or zone.</summary>
    public static bool TryParse(string text, out IPAddress address)
    {
        address = IPAddress.None;
        if (!text.Contains(':', StringComparison.Ordinal))
        {
            return TryParseIPv4(text, out address);
        }

        bool isPlainIPv6 = text.All(c => char.IsAsciiHexDigit(c) || c is ':' or '.');
        if (!isPlainIPv6 || !IPAddress.TryParse(text, out IPAddress? parsed) || parsed.AddressFamily != AddressFamily.InterNetworkV6)
        {
            return false;
        }

        address = parsed;
        return true;
    }

    /// <summary>The canonical text: RFC 5952 for IPv6.</summary>
    public static string Format(IPAddress address)
    {
        if (address.AddressFamily == AddressFamily.InterNetwork)
        {
            return address.ToString();
        }

        byte[] bytes = address.GetAddressBytes();
        int[] groups = [.. Enumerable.Range(0, 8).Select(i => (bytes[2 * i] << 8) | bytes[(2 * i) + 1])];
        (int start, int length) = LongestZeroRun(groups);
        string Hex(IEnumerable<int> part) => string.Join(':', part.Select(g => g.ToString("x", CultureInfo.InvariantCulture)));
        return length < 2 ? Hex(groups) : Hex(groups.Take(start)) + "::" + Hex(groups.Skip(start + length));
    }

    /// <summary>The canonical text of an IP literal, or the text itself when it is none.</summary>
    public static string Canonical(string text) => TryParse(text, out IPAddress address) ? Format(address) : text;

    /// <summary>
    /// Reads an address as kubeadm does (k8s.io/utils ParseIPSloppy): four decimal numbers, leading zeros allowed, or IPv6 without
    /// zone and brackets; an IPv4-mapped IPv6 address is the IPv4 address. Null when it is none.
    /// </summary>
    public static IPAddress? ParseSloppy(string text)
    {
        if (text.Contains(':', StringComparison.Ordinal))
        {
            return !TryParse(text, out IPAddress address) ? null : address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        }

        string[] parts = text.Split('.');
        var bytes = new byte[4];
        return parts.Length == 4 && Enumerable.Range(0, 4).All(i => byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
            ? new IPAddress(bytes)
            : null;
    }

    /// <summary>True for an IPv6 literal.</summary>
    public static bool IsIPv6(string text) =>
        TryParse(text, out IPAddress address) && address.AddressFamily == AddressFamily.InterNetworkV6;

    private static bool TryParseIPv4(string text, out IPAddress address)
    {
        address = IPAddress.None;
        string[] parts = text.Split('.');
        var bytes = new byte[4];
        if (parts.Length != 4)
        {
            return false;
        }

        for (int i = 0; i < 4; i++)
        {
            // Go refuses leading zeros since 1.17: some programs read them as octal.
            bool hasLeadingZero = parts[i].Length > 1 && parts[i][0] == '0';
            if (hasLeadingZero || !byte.TryParse(parts[i], NumberStyles.None, CultureInfo.InvariantCulture, out bytes[i]))
            {
                return false;
            }
        }

        address = new IPAddress(bytes);
        return true;
    }

    private static (int Start, int Length) LongestZeroRun(int[] groups)
    {
        (int Start, int Length) best = (0, 0);
        for (int i = 0; i < groups.Length; i++)
        {
            int length = groups.Skip(i).TakeWhile(g => g == 0).Count();
            if (length > best.Length)
            {
                best = (i, length);
            }
        }

        return best;
    }
}
