using System.Formats.Asn1;

namespace EtcdHa.Core.Pki;

/// <summary>
/// Writes one certificate in DER. Everything that is not random is byte for byte what Go's crypto/x509 makes of
/// kubeadm's template; .NET's own CertificateRequest differs (UTF8String names, for one), so the structure is written out here.
/// </summary>
internal sealed class CertificateWriter
{
    public required CertificateProfile Profile { get; init; }

    public required bool IsAuthority { get; init; }

    /// <summary>Positive; 0 for a CA as kubeadm made it before 1.28.</summary>
    public required long SerialNumber { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>SubjectPublicKeyInfo of the certificate's own key.</summary>
    public required byte[] PublicKeyInfo { get; init; }

    /// <summary>Whether basic constraints are written.</summary>
    public required bool HasBasicConstraints { get; init; }

    /// <summary>The issuer's name, DER; null for a self-signed certificate.</summary>
    public byte[]? Issuer { get; init; }

    /// <summary>The certificate's own subject key identifier (CA), or null.</summary>
    public byte[]? SubjectKeyIdentifier { get; init; }

    /// <summary>The issuer's subject key identifier (leaf), or null when it has none.</summary>
    public byte[]? AuthorityKeyIdentifier { get; init; }

    /// <summary>The signed certificate, DER.</summary>
    public byte[] Write(PrivateKey signer) => signer.WriteSigned(SignedPart(signer));

    private byte[] SignedPart(PrivateKey signer)
    {
        byte[] subject = DistinguishedName.Of(Profile);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(CertificateExtensions.ContextTag(0)))
            {
                writer.WriteInteger(2);
            }

            writer.WriteInteger(SerialNumber);
            signer.WriteSignatureAlgorithm(writer);
            writer.WriteEncodedValue(Issuer ?? subject);
            using (writer.PushSequence())
            {
                WriteTime(writer, NotBefore);
                WriteTime(writer, NotAfter);
            }

            writer.WriteEncodedValue(subject);
            writer.WriteEncodedValue(PublicKeyInfo);
            using (writer.PushSequence(CertificateExtensions.ContextTag(3)))
            using (writer.PushSequence())
            {
                WriteExtensions(writer, subject);
            }
        }

        return writer.Encode();
    }

    // The order is Go's: key usage, extended key usage, basic constraints, key identifiers, SANs.
    private void WriteExtensions(AsnWriter writer, byte[] subject)
    {
        CertificateExtensions.WriteKeyUsage(writer, IsAuthority);
        CertificateExtensions.WriteExtendedKeyUsage(writer, Profile);
        if (HasBasicConstraints)
        {
            CertificateExtensions.WriteBasicConstraints(writer, IsAuthority);
        }

        if (SubjectKeyIdentifier is not null)
        {
            CertificateExtensions.WriteSubjectKeyIdentifier(writer, SubjectKeyIdentifier);
        }

        // Go leaves it out when subject and issuer are the same name: a member called etcd-ca, for example.
        if (AuthorityKeyIdentifier is not null && Issuer is not null && !subject.AsSpan().SequenceEqual(Issuer))
        {
            CertificateExtensions.WriteAuthorityKeyIdentifier(writer, AuthorityKeyIdentifier);
        }

        CertificateExtensions.WriteSubjectAlternativeName(writer, Profile);
    }

    // RFC 5280, 4.1.2.5: UTCTime through 2049.
    private static void WriteTime(AsnWriter writer, DateTimeOffset time)
    {
        DateTimeOffset utc = time.ToUniversalTime();
        if (utc.Year < 2050)
        {
            writer.WriteUtcTime(utc);
        }
        else
        {
            writer.WriteGeneralizedTime(utc, omitFractionalSeconds: true);
        }
    }
}
