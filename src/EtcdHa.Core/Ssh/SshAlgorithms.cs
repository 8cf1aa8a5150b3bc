using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>Which algorithms are offered: SSH.NET's own without the broken ones, in an order that suits the host.</summary>
internal static class SshAlgorithms
{
    // RFC 9142 (SHA-1 key exchange), OpenSSH 7.6 to 8.8 release notes (CBC, 3DES, SHA-1 signatures). Also: 1024-bit group 1.
    private static readonly string[] KeyExchanges =
        ["diffie-hellman-group-exchange-sha1", "diffie-hellman-group14-sha1", "diffie-hellman-group1-sha1"];

    private static readonly string[] Ciphers = ["aes128-cbc", "aes192-cbc", "aes256-cbc", "3des-cbc"];

    private static readonly string[] Macs = ["hmac-sha1", "hmac-sha1-etm@openssh.com"];

    /// <summary>The RSA signature with SHA-1, for host keys and for logging in; an RSA key signs with SHA-2 instead.</summary>
    public const string RsaSha1 = "ssh-rsa";

    /// <summary>The type of every RSA key, whatever hash signs.</summary>
    public const string RsaKey = "ssh-rsa";

    private const string CertificateSuffix = "-cert-v01@openssh.com";

    // Authenticated ciphers first: they need no separate MAC.
    private static readonly string[] PreferredCiphers = ["chacha20-poly1305@openssh.com", "aes256-gcm@openssh.com", "aes128-gcm@openssh.com"];

    private static readonly string[] PreferredMacs = ["hmac-sha2-256-etm@openssh.com", "hmac-sha2-512-etm@openssh.com"];

    /// <summary>Takes the weak algorithms out and puts the preferred ones first.</summary>
    /// <param name="connection">The connection about to be made.</param>
    /// <param name="knownTypes">Host key types that known_hosts lists for the host: offered first, as OpenSSH does.</param>
    public static void Configure(ConnectionInfo connection, IReadOnlySet<string> knownTypes)
    {
        Remove(connection.KeyExchangeAlgorithms, KeyExchanges);
        Remove(connection.Encryptions, Ciphers);
        Remove(connection.HmacAlgorithms, Macs);
        Prefer(connection.Encryptions, PreferredCiphers);
        Prefer(connection.HmacAlgorithms, PreferredMacs);

        // SSH.NET checks a host certificate's signature and dates, not whether its CA may vouch for this host: plain keys only.
        string[] certificates = [.. connection.HostKeyAlgorithms.Keys.Where(name => name.EndsWith(CertificateSuffix, StringComparison.Ordinal))];
        Remove(connection.HostKeyAlgorithms, [.. certificates, RsaSha1]);
        Prefer(connection.HostKeyAlgorithms, [.. connection.HostKeyAlgorithms.Keys.Where(name => knownTypes.Contains(KeyType(name)))]);
    }

    /// <summary>Leaves only some host key algorithms.</summary>
    /// <param name="connection">The connection about to be made.</param>
    /// <param name="names">Those that stay.</param>
    public static void OfferHostKeys(ConnectionInfo connection, string[] names) =>
        Remove(connection.HostKeyAlgorithms, [.. connection.HostKeyAlgorithms.Keys.Where(name => !names.Contains(name))]);

    private static string KeyType(string algorithm) =>
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
