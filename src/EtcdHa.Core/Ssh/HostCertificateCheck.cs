using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// Decides whether a host's certificate vouches for its key, as OpenSSH does (sshconnect.c, check_host_key; sshkey.c, sshkey_cert_check_host):
/// known_hosts trusts its CA for the host, and it is a host's, valid now, for this name, without critical options and not signed with SHA-1.
/// A certificate that names no host is refused, as by OpenSSH since 2025. SSH.NET verifies the signatures.
/// </summary>
/// <param name="target">Which host.</param>
/// <param name="knownHosts">What is known, and what is revoked.</param>
/// <param name="clock">The time.</param>
internal sealed class HostCertificateCheck(ResolvedSshTarget target, KnownHosts knownHosts, TimeProvider clock)
{
    /// <summary>A problem that SSH.NET finds.</summary>
    public const string WrongSignature = "the CA's signature of it, or the host's of this connection, is wrong";

    // OpenSSH's CASignatureAlgorithms without those of hardware tokens, which SSH.NET cannot verify.
    private static readonly string[] SignatureAlgorithms =
        ["ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "rsa-sha2-512", "rsa-sha2-256"];

    /// <summary>The certificate that was presented; null while none was.</summary>
    public SshHostCertificate? Presented { get; private set; }

    /// <summary>What known_hosts says of the CA; Unknown also when the certificate has no signature of it that counts.</summary>
    public HostKeyVerdict Authority { get; private set; } = new(HostKeyStatus.Unknown, null);

    /// <summary>Why the certificate does not vouch for the key, for a message; null when it does.</summary>
    public string? Problem { get; private set; }

    /// <summary>Judges a certificate.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>True when it counts.</returns>
    public bool Counts(SshHostCertificate certificate)
    {
        Presented = certificate;
        Authority = knownHosts.CheckAuthority(target.KnownHostsName, certificate);
        Problem = Authority.Status != HostKeyStatus.Trusted
            ? $"known_hosts does not trust its CA {certificate.Authority.Type} {certificate.Authority.Fingerprint} for {target.KnownHostsName}"
            : Refuse(certificate);
        return Problem is null;
    }

    private string? Refuse(SshHostCertificate certificate)
    {
        ulong now = (ulong)Math.Max(0, clock.GetUtcNow().ToUnixTimeSeconds());
        string name = target.KnownHostsName.WithoutPort ?? target.KnownHostsName.Text;
        return certificate.Kind != SshHostCertificate.HostKind ? "it is a user's certificate, not a host's"
            : now < certificate.ValidAfter ? $"it is not valid before {Time(certificate.ValidAfter)}"
            : now >= certificate.ValidBefore ? $"it expired at {Time(certificate.ValidBefore)}"
            : certificate.Principals.Count == 0 ? "it names no host"
            : !certificate.Principals.Any(principal => SshPattern.Matches(principal, name)) ? $"it is for {SshErrors.Plain(string.Join(", ", certificate.Principals))}, not for {name}"
            : certificate.CriticalOptions.Count > 0 ? $"it has the critical option '{SshErrors.Plain(certificate.CriticalOptions[0])}', which no host's certificate may have"
            : !SignatureAlgorithms.Contains(certificate.SignatureAlgorithm) ? $"its CA signed it with {SshErrors.Plain(certificate.SignatureAlgorithm)}, which is not accepted"
            : null;
    }

    private static string Time(ulong seconds) => DateOf(seconds)?.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture) ?? "never";

    /// <summary>A certificate's time.</summary>
    /// <param name="seconds">Since 1970.</param>
    /// <returns>Null when it is beyond every date.</returns>
    public static DateTimeOffset? DateOf(ulong seconds) =>
        seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds() ? DateTimeOffset.FromUnixTimeSeconds((long)seconds) : null;
}
