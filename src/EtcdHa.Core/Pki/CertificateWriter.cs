using System.Formats.Asn1;
using System.Net;

namespace EtcdHa.Core.Pki;

/// <summary>
/// Writes one certificate in DER. Everything that is not random is byte for byte what Go's crypto/x509 makes of
/// kubeadm's template; .NET's own CertificateRequest differs (UTF8String names, BIT STRING and basicConstraints
/// details), so the structure is written out here.
/// </summary>
internal sealed class CertificateWriter
{
    // digitalSignature and keyEncipherment, also for EC keys: kubeadm makes no difference.
    private static readonly byte[] LeafKeyUsage = [0x03, 0x02, 0x05, 0xA0];

    // The same and keyCertSign; no cRLSign.
    private static readonly byte[] AuthorityKeyUsage = [0x03, 0x02, 0x02, 0xA4];

    public required CertificateProfile Profile { get; init; }

    public required bool IsAuthority { get; init; }

    /// <summary>Positive.</summary>
    public required long SerialNumber { get; init; }

    public required DateTimeOffset NotBefore { get; init; }

    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>SubjectPublicKeyInfo of the certificate's own key.</summary>
    public required byte[] PublicKeyInfo { get; init; }

    /// <summary>The issuer's name, DER; null for a self-signed certificate.</summary>
    public byte[]? Issuer { get; init; }

    /// <summary>The certificate's own subject key identifier (CA), or null.</summary>
    public byte[]? SubjectKeyIdentifier { get; init; }

    /// <summary>The issuer's subject key identifier (leaf), or null when it has none.</summary>
    public byte[]? AuthorityKeyIdentifier { get; init; }

    /// <summary>The signed certificate, DER.</summary>
    public byte[] Write(PrivateKey signer)
    {
        byte[] signedPart = SignedPart(signer);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signedPart);
            signer.WriteSignatureAlgorithm(writer);
            writer.WriteBitString(signer.Sign(signedPart));
        }

        return writer.Encode();
    }

    /// <summary>A name that is one common name, as PrintableString, DER.</summary>
    public static byte[] Name(string commonName)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(Oids.CommonName);
            writer.WriteCharacterString(UniversalTagNumber.PrintableString, commonName);
        }

        return writer.Encode();
    }

    private byte[] SignedPart(PrivateKey signer)
    {
        byte[] subject = Name(Profile.CommonName);
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            using (writer.PushSequence(ContextTag(0)))
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
            using (writer.PushSequence(ContextTag(3)))
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
        WriteExtension(writer, Oids.KeyUsage, critical: true, IsAuthority ? AuthorityKeyUsage : LeafKeyUsage);
        if (Profile.ServerAuth || Profile.ClientAuth)
        {
            WriteExtension(writer, Oids.ExtendedKeyUsage, critical: false, ExtendedKeyUsage());
        }

        WriteExtension(writer, Oids.BasicConstraints, critical: true, BasicConstraints());
        if (SubjectKeyIdentifier is not null)
        {
            AsnWriter value = new(AsnEncodingRules.DER);
            value.WriteOctetString(SubjectKeyIdentifier);
            WriteExtension(writer, Oids.SubjectKeyIdentifier, critical: false, value.Encode());
        }

        // Go leaves it out when subject and issuer are the same name: a member called etcd-ca, for example.
        if (AuthorityKeyIdentifier is not null && Issuer is not null && !subject.AsSpan().SequenceEqual(Issuer))
        {
            AsnWriter value = new(AsnEncodingRules.DER);
            using (value.PushSequence())
            {
                value.WriteOctetString(AuthorityKeyIdentifier, ContextTag(0));
            }

            WriteExtension(writer, Oids.AuthorityKeyIdentifier, critical: false, value.Encode());
        }

        if (Profile.DnsNames.Count + Profile.IPAddresses.Count > 0)
        {
            WriteExtension(writer, Oids.SubjectAlternativeName, critical: false, SubjectAlternativeName());
        }
    }

    private byte[] ExtendedKeyUsage()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (Profile.ServerAuth)
            {
                writer.WriteObjectIdentifier(Oids.ServerAuth);
            }

            if (Profile.ClientAuth)
            {
                writer.WriteObjectIdentifier(Oids.ClientAuth);
            }
        }

        return writer.Encode();
    }

    private byte[] BasicConstraints()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (IsAuthority)
            {
                writer.WriteBoolean(true);
            }
        }

        return writer.Encode();
    }

    private byte[] SubjectAlternativeName()
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            foreach (string name in Profile.DnsNames)
            {
                writer.WriteCharacterString(UniversalTagNumber.IA5String, name, ContextTag(2));
            }

            foreach (IPAddress address in Profile.IPAddresses)
            {
                writer.WriteOctetString(address.GetAddressBytes(), ContextTag(7));
            }
        }

        return writer.Encode();
    }

    private static void WriteExtension(AsnWriter writer, string oid, bool critical, byte[] value)
    {
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            if (critical)
            {
                writer.WriteBoolean(true);
            }

            writer.WriteOctetString(value);
        }
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

    private static Asn1Tag ContextTag(int number) => new(TagClass.ContextSpecific, number);
}
