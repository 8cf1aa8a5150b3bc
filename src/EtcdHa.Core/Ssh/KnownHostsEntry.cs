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

    private static readonly char[] Blank = [' ', '\t'];

    /// <summary><c>file:line</c>.</summary>
    public string Place => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Path}:{Line}");

    /// <summary>Parses one line.</summary>
    /// <param name="path">The file.</param>
    /// <param name="number">The line's number, from 1.</param>
    /// <param name="line">The line without its end.</param>
    /// <returns>The entry; null for a comment, an empty line and a line OpenSSH ignores as malformed.</returns>
    public static KnownHostsEntry? Parse(string path, int number, string line)
    {
        string[] fields = line.Split(Blank, StringSplitOptions.RemoveEmptyEntries);
        if (fields.Length == 0 || fields[0].StartsWith('#'))
        {
            return null;
        }

        KnownHostsMarker marker = KnownHostsMarker.None;
        if (fields[0].StartsWith('@'))
        {
            switch (fields[0])
            {
                case "@cert-authority": marker = KnownHostsMarker.CertificateAuthority; break;
                case "@revoked": marker = KnownHostsMarker.Revoked; break;
                default: return null;
            }

            fields = fields[1..];
        }

        // A second marker takes the place of the hosts and matches none; OpenSSH refuses such a line too.
        return fields.Length >= 3 && !fields[0].StartsWith('@') && SshHostKey.FromText(fields[1], fields[2]) is { } key
            ? new KnownHostsEntry(path, number, marker, fields[0], key)
            : null;
    }

    /// <summary>Tells whether the line speaks of a host.</summary>
    /// <param name="name">The name in lower case as known_hosts writes it, <c>[host]:port</c> when the port is not 22.</param>
    /// <returns>True when a pattern matches and no negated one does, or the hash is the name's.</returns>
    public bool Matches(string name) => Hosts.StartsWith('|') ? MatchesHash(name) : SshPattern.MatchesAny(Hosts.ToLowerInvariant().Split(','), name);

    private bool MatchesHash(string name)
    {
        string[] parts = Hosts.StartsWith(HashPrefix, StringComparison.Ordinal) ? Hosts[HashPrefix.Length..].Split('|') : [];
        if (parts.Length != 2)
        {
            return false;
        }

        byte[] salt = new byte[parts[0].Length];
        byte[] hash = new byte[parts[1].Length];
        if (!Convert.TryFromBase64String(parts[0], salt, out int saltLength)
            || !Convert.TryFromBase64String(parts[1], hash, out int hashLength)
            || hashLength != HMACSHA1.HashSizeInBytes)
        {
            return false;
        }

#pragma warning disable CA5350 // The file format is HMAC-SHA1; it hides names, it authenticates nothing.
        byte[] computed = HMACSHA1.HashData(salt.AsSpan(0, saltLength), Encoding.UTF8.GetBytes(name));
#pragma warning restore CA5350
        return computed.AsSpan().SequenceEqual(hash.AsSpan(0, hashLength));
    }
}
