using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>Which algorithms are offered: SSH.NET's own without the broken ones, in an order that suits the host.</summary>
internal static class SshAlgorithms
{
    // RFC 9142 (SHA-1 key exchange), OpenSSH 7.6 to 8.8 release notes (CBC, 3DES, SHA-1 signatures). Also: 1024-bit group 1.
    private static readonly string[] KeyExchanges =
        ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"];

    private static readonly string[] Ciphers = ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"];

    // SHA-1, and the ones of 1996 that no SSH.NET of today has any more.
    private static readonly string[] Macs = ["hmac-sha1", "hmac-sha1-etm@openssh.com", "hmac-sha1-96", "hmac-md5", "hmac-md5-96"];

    /// <summary>The RSA signature with SHA-1, for host keys and for logging in; an RSA key signs with SHA-2 instead.</summary>
    public const string RsaSha1 = "ssh-rsa";

    /// <summary>The RSA signature with SHA-256.</summary>
    public const string RsaSha256 = "rsa-sha2-256";

    /// <summary>The RSA signature with SHA-512.</summary>
    public const string RsaSha512 = "rsa-sha2-512";

    /// <summary>The type of every RSA key, whatever hash signs.</summary>
    public const string RsaKey = "ssh-rsa";

    /// <summary>What a certificate's algorithm ends with; before it stands the plain key's.</summary>
    public const string CertificateSuffix = "-cert-v01@openssh.com";

    // Authenticated ciphers first: they need no separate MAC.
    private static readonly string[] PreferredCiphers = ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com"];

    private static readonly string[] PreferredMacs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"];

    /// <summary>Takes the weak algorithms out, or puts them last, and puts the preferred ones first.</summary>
    /// <param name="connection">The connection about to be made.</param>
    /// <param name="knownTypes">Host key types that known_hosts lists for the host: offered first, as OpenSSH does.</param>
    /// <param name="allowWeak">True: the weak algorithms stay, after all others.</param>
    public static void Configure(ConnectionInfo connection, IReadOnlySet<string> knownTypes, bool allowWeak)
    {
        Weaken(connection.KeyExchangeAlgorithms, KeyExchanges, allowWeak);
        Weaken(connection.Encryptions, Ciphers, allowWeak);
        Weaken(connection.HmacAlgorithms, Macs, allowWeak);
        Prefer(connection.Encryptions, PreferredCiphers);
        Prefer(connection.HmacAlgorithms, PreferredMacs);

        // SSH.NET checks a host certificate's signature and dates, not whether its CA may vouch for this host: see HostCertificateOffer.
        string[] certificates = [.. connection.HostKeyAlgorithms.Keys.Where(name => name.EndsWith(CertificateSuffix, StringComparison.Ordinal))];
        Remove(connection.HostKeyAlgorithms, certificates);
        Weaken(connection.HostKeyAlgorithms, [RsaSha1], allowWeak);
        Prefer(connection.HostKeyAlgorithms, [.. connection.HostKeyAlgorithms.Keys.Where(name => knownTypes.Contains(KeyType(name)))]);
    }

    /// <summary>Leaves only some host key algorithms.</summary>
    /// <param name="connection">The connection about to be made.</param>
    /// <param name="names">Those that stay.</param>
    public static void OfferHostKeys(ConnectionInfo connection, string[] names) =>
        Remove(connection.HostKeyAlgorithms, [.. connection.HostKeyAlgorithms.Keys.Where(name => !names.Contains(name))]);

    /// <summary>What client and host agreed on, in words.</summary>
    /// <param name="connection">The open connection.</param>
    public static string Negotiated(ConnectionInfo connection) =>
        string.Join(", ", Current(connection).Where(part => part.Name is { Length: > 0 }).Select(part => $"{part.Use} {part.Name}").Distinct());

    /// <summary>The weak ones of what was agreed on.</summary>
    /// <param name="connection">The open connection.</param>
    /// <returns>Use and name of each; none when all is well.</returns>
    public static IReadOnlyList<string> WeakOf(ConnectionInfo connection) =>
        [.. Current(connection).Where(part => part.Name is { } name && (KeyExchanges.Contains(name) || Ciphers.Contains(name) || Macs.Contains(name) || name == RsaSha1))
            .Select(part => $"{part.Use} {part.Name}").Distinct()];

    /// <summary>What this side offered of the kind that SSH.NET's message says nothing matched of.</summary>
    /// <param name="connection">The attempted connection.</param>
    /// <param name="message">Such as <c>No matching host key algorithm (server offers …)</c>.</param>
    /// <returns>Names, separated by commas.</returns>
    public static string Offered(ConnectionInfo connection, string message) => string.Join(",",
        message.Contains("key exchange", StringComparison.OrdinalIgnoreCase) ? connection.KeyExchangeAlgorithms.Keys
        : message.Contains("encryption", StringComparison.OrdinalIgnoreCase) ? connection.Encryptions.Keys
        : message.Contains("MAC", StringComparison.Ordinal) ? connection.HmacAlgorithms.Keys
        : message.Contains("compression", StringComparison.OrdinalIgnoreCase) ? connection.CompressionAlgorithms.Keys
        : connection.HostKeyAlgorithms.Keys);

    private static (string Use, string? Name)[] Current(ConnectionInfo connection) =>
    [
        ("key exchange", connection.CurrentKeyExchangeAlgorithm),
        ("host key", connection.CurrentHostKeyAlgorithm),
        ("cipher", connection.CurrentClientEncryption),
        ("cipher", connection.CurrentServerEncryption),
        ("MAC", connection.CurrentClientHmacAlgorithm),
        ("MAC", connection.CurrentServerHmacAlgorithm),
    ];

    private static void Weaken<T>(IOrderedDictionary<string, T> algorithms, string[] names, bool allowWeak)
    {
        foreach (string name in names)
        {
            if (algorithms.TryGetValue(name, out T? value))
            {
                algorithms.Remove(name);
                if (allowWeak)
                {
                    algorithms.Add(name, value);
                }
            }
        }
    }

    /// <summary>The type of the key an algorithm signs with.</summary>
    /// <param name="algorithm">A plain host key algorithm.</param>
    public static string KeyType(string algorithm) =>
        algorithm.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? RsaKey : algorithm;

    private static void Remove<T>(IOrderedDictionary<string, T> algorithms, string[] names)
    {
        foreach (string name in names)
        {
            algorithms.Remove(name);
        }
    }

    private static void Prefer<T>(IOrderedDictionary<string, T> algorithms, string[] names)
    {
        int index = 0;
        foreach (string name in names)
        {
            if (algorithms.TryGetValue(name, out T? value))
            {
                algorithms.Remove(name);
                algorithms.Insert(index++, name, value);
            }
        }
    }
}
