using System.Buffers;
using System.Globalization;
using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// A host's name as known_hosts writes it. known_hosts is bytes to OpenSSH, so the name is its UTF-8 with a character for each byte:
/// a <c>?</c> matches one byte, and nothing that is not ASCII has upper or lower case.
/// </summary>
/// <param name="Text">In lower case; <c>[host]:port</c> when the port is not 22.</param>
/// <param name="WithoutPort">The name to look up when nothing is known of the first; null when there is none.</param>
internal sealed record KnownHostsName(string Text, string? WithoutPort)
{
    // What OpenSSH does not write into known_hosts (sshconnect.c, check_host_key): it would read it back as something else.
    private static readonly SearchValues<char> Unrecordable = SearchValues.Create("@?*#[]|'\"\\, \t\r\n\0!");

    /// <summary>True when a line with the name would be read back as this name.</summary>
    public bool IsRecordable => !(WithoutPort ?? Text).AsSpan().ContainsAny(Unrecordable);

    /// <summary>Names a host.</summary>
    /// <param name="host">Address or DNS name.</param>
    /// <param name="port">TCP port.</param>
    public static KnownHostsName Of(string host, int port)
    {
        string name = Bytes(host);
        return port == EtcdSshTarget.DefaultPort
            ? new KnownHostsName(name, null)
            : new KnownHostsName(string.Create(CultureInfo.InvariantCulture, $"[{name}]:{port}"), name);
    }

    /// <summary>Names a host by its HostKeyAlias, which has no port.</summary>
    /// <param name="alias">The alias.</param>
    public static KnownHostsName OfAlias(string alias) => new(Bytes(alias), null);

    /// <summary>Lower case as OpenSSH has it: ASCII only.</summary>
    /// <param name="text">Any text.</param>
    public static string ToLower(string text) => string.Create(text.Length, text, static (lower, from) =>
    {
        for (int i = 0; i < from.Length; i++)
        {
            lower[i] = char.IsAsciiLetterUpper(from[i]) ? (char)(from[i] | 0x20) : from[i];
        }
    });

    /// <inheritdoc/>
    public override string ToString() => Text;

    private static string Bytes(string name) => ToLower(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(name)));
}
