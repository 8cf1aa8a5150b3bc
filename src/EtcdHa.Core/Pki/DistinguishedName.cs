using System.Formats.Asn1;

namespace EtcdHa.Core.Pki;

/// <summary>A subject as Go writes kubeadm's: PrintableStrings, the organization before the common name.</summary>
internal static class DistinguishedName
{
    /// <summary>The name, DER.</summary>
    public static byte[] Of(CertificateProfile profile)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            if (profile.Organization is { } organization)
            {
                WritePart(writer, Oids.Organization, organization);
            }

            WritePart(writer, Oids.CommonName, profile.CommonName);
        }

        return writer.Encode();
    }

    private static void WritePart(AsnWriter writer, string oid, string value)
    {
        using (writer.PushSetOf())
        using (writer.PushSequence())
        {
            writer.WriteObjectIdentifier(oid);
            writer.WriteCharacterString(UniversalTagNumber.PrintableString, value);
        }
    }
}
