using System.Formats.Asn1;

namespace EtcdHa.Core.Pki;

/// <summary>
/// Writes a certificate request (PKCS#10, RFC 2986) for one of kubeadm's leaves. It asks for key usages and SANs as kubeadm would
/// give them; basic constraints and key identifiers are the signing CA's to add.
/// </summary>
internal static class CertificateRequestWriter
{
    /// <summary>The signed request, DER.</summary>
    public static byte[] Write(CertificateProfile profile, PrivateKey key)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteInteger(0);
            writer.WriteEncodedValue(DistinguishedName.Of(profile));
            writer.WriteEncodedValue(key.PublicKeyInfo);
            using (writer.PushSetOf(CertificateExtensions.ContextTag(0)))
            using (writer.PushSequence())
            {
                writer.WriteObjectIdentifier(Oids.ExtensionRequest);
                using (writer.PushSetOf())
                using (writer.PushSequence())
                {
                    CertificateExtensions.WriteKeyUsage(writer, isAuthority: false);
                    CertificateExtensions.WriteExtendedKeyUsage(writer, profile);
                    CertificateExtensions.WriteSubjectAlternativeName(writer, profile);
                }
            }
        }

        return key.WriteSigned(writer.Encode());
    }
}
