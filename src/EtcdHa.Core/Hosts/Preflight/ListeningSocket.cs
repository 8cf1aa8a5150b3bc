using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>A TCP socket somebody listens on.</summary>
/// <param name="Address">The address; null: every one.</param>
/// <param name="Port">The port.</param>
/// <param name="ProcessId">Who; null when it could not be told.</param>
internal sealed partial record ListeningSocket(IPAddress? Address, int Port, int? ProcessId)
{
    /// <summary>Whether it keeps another from listening there.</summary>
    /// <param name="address">The address wanted.</param>
    /// <param name="port">The port wanted.</param>
    public bool Holds(IPAddress address, int port) => Port == port && (Address is null || Address.Equals(address));

    /// <summary>Reads a line of <c>ss -ltnp</c>.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The socket; null for the heading and what is none.</returns>
    public static ListeningSocket? ReadSs(string line)
    {
        Match match = SsLine().Match(line);
        return match.Success
            ? new(AddressOf(match.Groups[1].Value), Number(match.Groups[2]), Pid().Match(line) is { Success: true } pid ? Number(pid.Groups[1]) : null)
            : null;
    }

    /// <summary>Reads a line of /proc/net/tcp or tcp6, for hosts without ss. It names no process.</summary>
    /// <param name="line">The line.</param>
    /// <returns>The socket; null when nobody listens on it.</returns>
    public static ListeningSocket? ReadProc(string line)
    {
        Match match = ProcLine().Match(line);
        if (!match.Success)
        {
            return null;
        }

        // Words of four bytes in the machine's order, which is little endian wherever etcd is supported.
        byte[] bytes = Convert.FromHexString(match.Groups[1].Value);
        for (int i = 0; i < bytes.Length; i += 4)
        {
            Array.Reverse(bytes, i, 4);
        }

        return new(Specific(new IPAddress(bytes)), int.Parse(match.Groups[2].ValueSpan, NumberStyles.HexNumber, CultureInfo.InvariantCulture), null);
    }

    // "*", "0.0.0.0", "[::]", "127.0.0.53%lo", "[fe80::1]%eth0".
    private static IPAddress? AddressOf(string text)
        => IPAddress.TryParse(text.Split('%')[0].Trim('[', ']'), out IPAddress? address) ? Specific(address) : null;

    private static IPAddress? Specific(IPAddress address)
    {
        IPAddress plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
        return plain.Equals(IPAddress.Any) || plain.Equals(IPAddress.IPv6Any) ? null : plain;
    }

    private static int Number(Group digits) => int.Parse(digits.ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\ALISTEN\s+[0-9]+\s+[0-9]+\s+(\S+):([0-9]{1,5})\s", RegexOptions.CultureInvariant)]
    private static partial Regex SsLine();

    [GeneratedRegex(@"pid=([0-9]{1,9})\b", RegexOptions.CultureInvariant)]
    private static partial Regex Pid();

    [GeneratedRegex(@"\A\s*[0-9]+: ([0-9A-F]{8}|[0-9A-F]{32}):([0-9A-F]{4}) [0-9A-F]+:0000 0A ", RegexOptions.CultureInvariant)]
    private static partial Regex ProcLine();
}
