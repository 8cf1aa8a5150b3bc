using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Pki;

/// <summary>
/// Judges certificates more strictly than kubeadm, which reuses a file without looking at its key and its SANs, and a
/// CA without looking whether it is one.
/// </summary>
public static class CertificateChecks
{
    /// <summary>Everything that is wrong with a leaf certificate, in words; empty when it is right.</summary>
    /// <param name="certificatePem">The certificate file's text; its first certificate counts.</param>
    /// <param name="key">Its private key's public half; null when the key is missing.</param>
    /// <param name="authorityPem">The CA's file. Any of its certificates may have signed: a bundle of an old and a new CA is how a CA is rotated.</param>
    /// <param name="profile">What the certificate must say.</param>
    /// <param name="expected">The key algorithm wanted; null: any RSA or ECDSA key.</param>
    /// <param name="now">The current time.</param>
    public static IReadOnlyList<string> CheckLeaf(
        string certificatePem, CertificateKey? key, string authorityPem, CertificateProfile profile, EtcdKeyAlgorithm? expected, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(profile);
        if (CertificateDocument.TryRead(certificatePem, out string? problem) is not { } certificate)
        {
            return [problem!];
        }

        List<string> findings = [];
        AddTimes(findings, certificate, now);
        if (certificate.IsAuthority)
        {
            findings.Add("it is a certificate authority, not a leaf");
        }

        if (WhyNotSignedBy(certificate, authorityPem) is { } reason)
        {
            findings.Add(reason);
        }

        AddKey(findings, certificate, key);
        AddAlgorithm(findings, certificate, expected);
        if (certificate.CommonName != profile.CommonName)
        {
            findings.Add($"common name is '{certificate.CommonName}', not '{profile.CommonName}'");
        }

        AddAlternativeNames(findings, certificate, profile);
        AddExtendedKeyUsage(findings, certificate, profile);
        return findings;
    }

    /// <summary>Everything that is wrong with a CA; empty when it is right.</summary>
    /// <param name="certificatePem">The CA file's text; its first certificate counts.</param>
    /// <param name="key">Its private key's public half; null for a CA whose key is kept elsewhere.</param>
    /// <param name="now">The current time.</param>
    public static IReadOnlyList<CertificateFinding> CheckAuthority(string certificatePem, CertificateKey? key, DateTimeOffset now)
    {
        if (CertificateDocument.TryRead(certificatePem, out string? problem) is not { } certificate)
        {
            return [new CertificateFinding("CertificateUnreadable", problem!)];
        }

        List<CertificateFinding> findings = [];
        if (!certificate.IsAuthority)
        {
            findings.Add(new CertificateFinding("CertificateNotCA", "it is not a certificate authority"));
        }
        else if (certificate.KeyUsages is { } usages && !usages.HasFlag(X509KeyUsageFlags.KeyCertSign))
        {
            findings.Add(new CertificateFinding("CertificateNotCA", "its key usage does not allow it to sign certificates"));
        }

        if (certificate.IsForeign || certificate.IsWeak)
        {
            findings.Add(new CertificateFinding("KeyAlgorithmUnsupported", $"key algorithm {certificate.KeyAlgorithmName} is not supported"));
        }

        if (key?.Problem is { } keyProblem)
        {
            findings.Add(new CertificateFinding("CertificateKeyUnreadable", keyProblem));
        }
        else if (key is not null && !certificate.BelongsTo(key.PublicKeyInfo))
        {
            findings.Add(new CertificateFinding("CertificateKeyMismatch", "the key belongs to another certificate"));
        }

        if (now > certificate.NotAfter)
        {
            findings.Add(new CertificateFinding("CertificateExpired", $"expired since {Time(certificate.NotAfter)}"));
        }
        else if (now < certificate.NotBefore)
        {
            findings.Add(new CertificateFinding("CertificateNotYetValid", $"not valid before {Time(certificate.NotBefore)}"));
        }

        return findings;
    }

    /// <summary>
    /// What to know before leaves are made with a CA that is right as such, in words. kubeadm makes leaves that
    /// outlive their CA (with a warning at most); they stop working when the CA ends.
    /// </summary>
    /// <param name="authority">The CA.</param>
    /// <param name="leafValidity">Validity of the leaves to be made.</param>
    /// <param name="now">The current time.</param>
    public static IReadOnlyList<string> AuthorityWarnings(EtcdCertificate authority, TimeSpan leafValidity, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(authority);
        return now + leafValidity > authority.NotAfter
            ? [$"The certificate authority {authority.Path} ends {Time(authority.NotAfter)}, before the certificates it signs now ({Time(now + leafValidity)}); they stop working with it."]
            : [];
    }

    /// <summary>True when a key belongs to a certificate.</summary>
    /// <param name="certificatePem">The certificate file's text; its first certificate counts.</param>
    /// <param name="key">The private key's public half.</param>
    public static bool IsKeyOf(string certificatePem, CertificateKey key)
    {
        ArgumentNullException.ThrowIfNull(key);
        return key.PublicKeyInfo is { } info && CertificateDocument.TryRead(certificatePem, out _)?.BelongsTo(info) == true;
    }

    /// <summary>End of validity of a file's first certificate; null when it is none.</summary>
    /// <param name="certificatePem">The certificate file's text.</param>
    public static DateTimeOffset? NotAfterOf(string certificatePem) => CertificateDocument.TryRead(certificatePem, out _)?.NotAfter;

    internal static string Time(DateTimeOffset time)
        => time.ToUniversalTime().ToString("yyyy-MM-dd HH:mm:ss 'UTC'", CultureInfo.InvariantCulture);

    private static void AddTimes(List<string> findings, CertificateDocument certificate, DateTimeOffset now)
    {
        // Both bounds are inclusive, as in Go.
        if (now > certificate.NotAfter)
        {
            findings.Add($"expired since {Time(certificate.NotAfter)}");
        }
        else if (now < certificate.NotBefore)
        {
            findings.Add($"not valid before {Time(certificate.NotBefore)}");
        }
    }

    private static string? WhyNotSignedBy(CertificateDocument certificate, string authorityPem)
    {
        string? first = null;
        foreach (CertificateDocument? authority in CertificateDocument.ReadAll(authorityPem))
        {
            string? reason = authority is null ? "the CA's certificate is damaged" : certificate.WhyNotSignedBy(authority);
            if (reason is null)
            {
                return null;
            }

            first ??= reason;
        }

        return first ?? "the CA's file has no certificate in PEM form";
    }

    private static void AddKey(List<string> findings, CertificateDocument certificate, CertificateKey? key)
    {
        if (key is null)
        {
            findings.Add("the key is missing");
        }
        else if (key.Problem is { } problem)
        {
            findings.Add(problem);
        }
        else if (key != CertificateKey.NotLookedAt && !certificate.BelongsTo(key.PublicKeyInfo))
        {
            findings.Add("the key belongs to another certificate");
        }
    }

    private static void AddAlgorithm(List<string> findings, CertificateDocument certificate, EtcdKeyAlgorithm? expected)
    {
        if (expected is { } wanted ? certificate.KeyAlgorithm != wanted : certificate.IsForeign || certificate.IsWeak)
        {
            string end = expected is { } name ? $", the topology asks for {name.KubeadmName()}" : ", which is not supported";
            findings.Add($"key algorithm is {certificate.KeyAlgorithmName}{end}");
        }
    }

    private static void AddAlternativeNames(List<string> findings, CertificateDocument certificate, CertificateProfile profile)
    {
        AlternativeName[] wanted =
        [
            .. profile.DnsNames.Select(name => new AlternativeName(AlternativeName.Dns, name)),
            .. profile.IPAddresses.Select(address => new AlternativeName(AlternativeName.IP, address.ToString())),
        ];
        AlternativeName[] missing = [.. wanted.Except(certificate.AlternativeNames)];
        AlternativeName[] extra = [.. certificate.AlternativeNames.Except(wanted)];
        if (missing.Length > 0)
        {
            findings.Add($"SAN missing: {string.Join(", ", (IEnumerable<AlternativeName>)missing)}");
        }

        if (extra.Length > 0)
        {
            findings.Add($"SAN not asked for: {string.Join(", ", (IEnumerable<AlternativeName>)extra)}");
        }
    }

    private static void AddExtendedKeyUsage(List<string> findings, CertificateDocument certificate, CertificateProfile profile)
    {
        string[] wanted = [.. profile.ServerAuth ? ["serverAuth"] : Array.Empty<string>(), .. profile.ClientAuth ? ["clientAuth"] : Array.Empty<string>()];
        string[] actual = [.. certificate.ExtendedKeyUsages.Select(oid => oid switch { Oids.ServerAuth => "serverAuth", Oids.ClientAuth => "clientAuth", _ => oid })];
        if (!wanted.ToHashSet(StringComparer.Ordinal).SetEquals(actual))
        {
            string found = actual.Length == 0 ? "absent" : string.Join(", ", actual);
            findings.Add($"extended key usage is {found}, not {string.Join(", ", wanted)}");
        }
    }
}
