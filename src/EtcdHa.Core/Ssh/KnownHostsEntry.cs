using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>What the marker of a known_hosts line says about its key.</summary>
internal enum KnownHostsMarker
{
    /// <summary>The key is the host's.</summary>
    None,

    /// <summary><c>@cert-authority</c>: the key signs host certificates; it is no host's own.</summary>
    CertificateAuthority,

    /// <summary><c>@revoked</c>: the key must never be accepted.</summary>
    Revoked,
}

/// <summary>One line of a known_hosts file: for which hosts, which key, and what it means.</summary>
/// <param name="Path">The file.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="Marker">What the marker says.</param>
/// <param name="Hosts">The host field as written: patterns joined by commas, or one hashed name.</param>
/// <param name="Key">The key.</param>
internal sealed record KnownHostsEntry(string Path, int Line, KnownHostsMarker Marker, string Hosts, SshHostKey Key)
{
    // OpenSSH's one hash form: HMAC-SHA1 of the name, the salt as key.
    private const string HashPrefix = "|1|";

    // OpenSSH's buffer for one pattern (match.c, match_pattern_list): a list with a longer one matches nothing.
    private const int MaximumPatternLength = 1022;

    private static readonly char[] Blank = [' ', '\t'];

    /// <summary><c>file:line</c>.</summary>
    public string Place => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path}:{Line}");

    /// <summary>Parses one line as OpenSSH does (hostfile.c, hostkeys_foreach_file).</summary>
    /// <param name="path">The file.</param>
    /// <param name="number">The line's number, from 1.</param>
    /// <param name="line">The line without its LF, a character for each byte. What follows a NUL does not count.</param>
    /// <returns>The entry; null for a comment, an empty line and a line OpenSSH ignores as malformed.</returns>
    public static KnownHostsEntry? Parse(string path, int number, string line)
    {
        int end = line.IndexOf('\0', StringComparison.Ordinal);
        string text = (end < 0 ? line : line[..end]).TrimStart(Blank);
        if (text.Length == 0 || text[0] == '#' || ReadMarker(ref text) is not { } marker)
        {
            return null;
        }

        string[] fields = text.Split(Blank, 4, StringSplitOptions.RemoveEmptyEntries);
        return fields.Length >= 3 && ReadKey(marker, fields[1], fields[2]) is { } key
            ? new KnownHostsEntry(path, number, marker, fields[0], key)
            : null;
    }

    /// <summary>A new line's host field.</summary>
    /// <param name="name">The host.</param>
    /// <param name="hashed">True to hide the name, as ssh_config's HashKnownHosts does.</param>
    /// <returns>The name, or the hash of it with a new salt.</returns>
    public static string HostField(KnownHostsName name, bool hashed) =>
        hashed ? Hash(name.Text, RandomNumberGenerator.GetBytes(HMACSHA1.HashSizeInBytes)) : name.Text;

    /// <summary>Tells whether the line speaks of a host.</summary>
    /// <param name="name">The name in lower case as known_hosts writes it, <c>[host]:port</c> when the port is not 22.</param>
    /// <returns>True when a pattern matches and no negated one does, or the hash is the name's.</returns>
    public bool Matches(string name)
    {
        if (Hosts.StartsWith('|'))
        {
            return MatchesHash(name);
        }

        string[] patterns = KnownHostsName.ToLower(Hosts).Split(',');
        return !Array.Exists(patterns, pattern => pattern.Length - (pattern.StartsWith('!') ? 1 : 0) > MaximumPatternLength)
            && SshPattern.MatchesAny(patterns, name);
    }

    // One marker at most. As in OpenSSH it ends at the line's first space, and at a tab only in a line without a space.
    private static KnownHostsMarker? ReadMarker(ref string text)
    {
        if (text[0] != '@')
        {
            return KnownHostsMarker.None;
        }

        int end = text.IndexOf(' ', StringComparison.Ordinal);
        end = end < 0 ? text.IndexOf('\t', StringComparison.Ordinal) : end;
        string marker = end < 0 ? "" : text[..end];
        text = text[marker.Length..].TrimStart(Blank);
        return text.StartsWith('@') ? null
            : marker == "@cert-authority" ? KnownHostsMarker.CertificateAuthority
            : marker == "@revoked" ? KnownHostsMarker.Revoked
            : null;
    }

    // A certificate that is revoked stands for the key in it. One that is listed otherwise is no plain key's equal, so it makes one look changed.
    private static SshHostKey? ReadKey(KnownHostsMarker marker, string type, string base64) =>
        SshHostKey.FromText(type, base64) is { } key ? key
        : SshHostKey.BlobOf(base64) is not { } blob || SshHostCertificate.Parse(blob) is not { } certificate || certificate.Type != type ? null
        : marker == KnownHostsMarker.Revoked ? certificate.Key
        : SshHostKey.FromBlob(blob);

    private bool MatchesHash(string name)
    {
        string[] parts = Hosts.StartsWith(HashPrefix, StringComparison.Ordinal) ? Hosts[HashPrefix.Length..].Split('|') : [];
        byte[] salt = new byte[HMACSHA1.HashSizeInBytes];
        return parts.Length == 2
            && Convert.TryFromBase64String(parts[0], salt, out int length)
            && length == salt.Length
            && Hash(name, salt) == Hosts;
    }

    private static string Hash(string name, byte[] salt)
    {
#pragma warning disable CA5350 // The file format is HMAC-SHA1; it hides names, it authenticates nothing.
        byte[] hash = HMACSHA1.HashData(salt, Encoding.Latin1.GetBytes(name));
#pragma warning restore CA5350
        return $"{HashPrefix}{Convert.ToBase64String(salt)}|{Convert.ToBase64String(hash)}";
    }
}
