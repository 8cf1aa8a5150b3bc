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
        if (certificate.Extensions.IsAuthority)
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

        ProfileComparison.AddAlternativeNames(findings, certificate.Extensions, profile);
        ProfileComparison.AddExtendedKeyUsage(findings, certificate.Extensions, profile);
        return findings;
    }

    /// <summary>
    /// Everything that is wrong with a certificate request, in words; empty when it is right. Stricter than with a certificate: a
    /// request for another version's organization would still be signed.
    /// </summary>
    /// <param name="requestPem">The request file's text; its first request counts.</param>
    /// <param name="key">The private key's public half.</param>
    /// <param name="profile">What the certificate must say.</param>
    public static IReadOnlyList<string> CheckRequest(string requestPem, CertificateKey key, CertificateProfile profile)
    {
        ArgumentNullException.ThrowIfNull(key);
        ArgumentNullException.ThrowIfNull(profile);
        if (CertificateRequestDocument.TryRead(requestPem, out string? problem) is not { } request)
        {
            return [problem!];
        }

        List<string> findings = [];
        if (!request.BelongsTo(key.PublicKeyInfo))
        {
            findings.Add("the request was made with another key");
        }

        byte[] subject = DistinguishedName.Of(profile);
        if (!request.SubjectName.AsSpan().SequenceEqual(subject))
        {
            findings.Add($"subject is '{request.Subject}', not '{new X500DistinguishedName(subject).Name}'");
        }

        ProfileComparison.AddAlternativeNames(findings, request.Extensions, profile);
        ProfileComparison.AddExtendedKeyUsage(findings, request.Extensions, profile);
        if (request.Extensions.KeyUsages != (X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment))
        {
            findings.Add($"key usage is {request.Extensions.KeyUsages?.ToString() ?? "absent"}, not DigitalSignature, KeyEncipherment");
        }

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
        if (!certificate.Extensions.IsAuthority)
        {
            findings.Add(new CertificateFinding("CertificateNotCA", "it is not a certificate authority"));
        }
        else if (certificate.Extensions.KeyUsages is { } usages && !usages.HasFlag(X509KeyUsageFlags.KeyCertSign))
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
}
