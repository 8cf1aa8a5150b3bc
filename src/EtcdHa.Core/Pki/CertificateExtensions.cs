using System.Formats.Asn1;
using System.Net;

namespace EtcdHa.Core.Pki;

/// <summary>
/// Writes X.509 extensions in DER as Go's crypto/x509 does; .NET's own differ (the BIT STRING of the key usage, basic constraints).
/// </summary>
internal static class CertificateExtensions
{
    // digitalSignature and keyEncipherment, also for EC keys: kubeadm makes no difference.
    private static readonly byte[] LeafKeyUsage = [0x03, 0x02, 0x05, 0xA0];

    // The same and keyCertSign; no cRLSign.
    private static readonly byte[] AuthorityKeyUsage = [0x03, 0x02, 0x02, 0xA4];

    public static void WriteKeyUsage(AsnWriter writer, bool isAuthority)
        => Write(writer, Oids.KeyUsage, critical: true, isAuthority ? AuthorityKeyUsage : LeafKeyUsage);

    /// <summary>Left out when the profile names no usage.</summary>
    public static void WriteExtendedKeyUsage(AsnWriter writer, CertificateProfile profile)
    {
        if (!profile.ServerAuth && !profile.ClientAuth)
        {
            return;
        }

        AsnWriter value = new(AsnEncodingRules.DER);
        using (value.PushSequence())
        {
            if (profile.ServerAuth)
            {
                value.WriteObjectIdentifier(Oids.ServerAuth);
            }

            if (profile.ClientAuth)
            {
                value.WriteObjectIdentifier(Oids.ClientAuth);
            }
        }

        Write(writer, Oids.ExtendedKeyUsage, critical: false, value.Encode());
    }

    public static void WriteBasicConstraints(AsnWriter writer, bool isAuthority)
    {
        AsnWriter value = new(AsnEncodingRules.DER);
        using (value.PushSequence())
        {
            if (isAuthority)
            {
                value.WriteBoolean(true);
            }
        }

        Write(writer, Oids.BasicConstraints, critical: true, value.Encode());
    }

    public static void WriteSubjectKeyIdentifier(AsnWriter writer, byte[] identifier)
    {
        AsnWriter value = new(AsnEncodingRules.DER);
        value.WriteOctetString(identifier);
        Write(writer, Oids.SubjectKeyIdentifier, critical: false, value.Encode());
    }

    public static void WriteAuthorityKeyIdentifier(AsnWriter writer, byte[] identifier)
    {
        AsnWriter value = new(AsnEncodingRules.DER);
        using (value.PushSequence())
        {
            value.WriteOctetString(identifier, ContextTag(0));
        }

        Write(writer, Oids.AuthorityKeyIdentifier, critical: false, value.Encode());
    }

    /// <summary>Left out when the profile has no SAN.</summary>
    public static void WriteSubjectAlternativeName(AsnWriter writer, CertificateProfile profile)
    {
        if (profile.DnsNames.Count + profile.IPAddresses.Count == 0)
        {
            return;
        }

        AsnWriter value = new(AsnEncodingRules.DER);
        using (value.PushSequence())
        {
            foreach (string name in profile.DnsNames)
            {
                value.WriteCharacterString(UniversalTagNumber.IA5String, name, ContextTag(2));
            }

            foreach (IPAddress address in profile.IPAddresses)
            {
                value.WriteOctetString(address.GetAddressBytes(), ContextTag(7));
            }
        }

        Write(writer, Oids.SubjectAlternativeName, critical: false, value.Encode());
    }

    public static Asn1Tag ContextTag(int number) => new(TagClass.ContextSpecific, number);

    private static void Write(AsnWriter writer, string oid, bool critical, byte[] value)
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
}
