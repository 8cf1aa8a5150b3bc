using System.Formats.Asn1;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdHa.Core.Pki;

/// <summary>What the extensions of a certificate, or those a request asks for, say.</summary>
internal sealed record ExtensionValues
{
    public bool IsAuthority { get; private init; }

    /// <summary>Null when the extension is absent, which allows every usage.</summary>
    public X509KeyUsageFlags? KeyUsages { get; private init; }

    public IReadOnlyList<string> ExtendedKeyUsages { get; private init; } = [];

    public byte[]? SubjectKeyIdentifier { get; private init; }

    public IReadOnlyList<AlternativeName> AlternativeNames { get; private init; } = [];

    /// <summary>Reads those that are known.</summary>
    /// <exception cref="CryptographicException">One is damaged.</exception>
    /// <exception cref="AsnContentException">One is damaged.</exception>
    public static ExtensionValues Of(IEnumerable<X509Extension> extensions)
    {
        ExtensionValues values = new();
        foreach (X509Extension extension in extensions)
        {
            values = extension.Oid?.Value switch
            {
                Oids.BasicConstraints => values with { IsAuthority = new X509BasicConstraintsExtension(extension, extension.Critical).CertificateAuthority },
                Oids.KeyUsage => values with { KeyUsages = new X509KeyUsageExtension(extension, extension.Critical).KeyUsages },
                Oids.ExtendedKeyUsage => values with { ExtendedKeyUsages = [.. new X509EnhancedKeyUsageExtension(extension, extension.Critical).EnhancedKeyUsages.Cast<Oid>().Select(o => o.Value!)] },
                Oids.SubjectKeyIdentifier => values with { SubjectKeyIdentifier = new AsnReader(extension.RawData, AsnEncodingRules.DER).ReadOctetString() },
                Oids.SubjectAlternativeName => values with { AlternativeNames = AlternativeNamesOf(extension.RawData) },
                _ => values,
            };
        }

        return values;
    }

    private static List<AlternativeName> AlternativeNamesOf(byte[] extension)
    {
        List<AlternativeName> names = [];
        AsnReader reader = new AsnReader(extension, AsnEncodingRules.DER).ReadSequence();
        while (reader.HasData)
        {
            Asn1Tag tag = reader.PeekTag();
            Asn1Tag contextTag = new(TagClass.ContextSpecific, tag.TagValue);
            names.Add(tag.TagValue switch
            {
                1 => new AlternativeName("e-mail", reader.ReadCharacterString(UniversalTagNumber.IA5String, contextTag)),
                2 => new AlternativeName(AlternativeName.Dns, reader.ReadCharacterString(UniversalTagNumber.IA5String, contextTag)),
                6 => new AlternativeName("URI", reader.ReadCharacterString(UniversalTagNumber.IA5String, contextTag)),
                7 => new AlternativeName(AlternativeName.IP, new IPAddress(reader.ReadOctetString(contextTag)).ToString()),
                _ => new AlternativeName("other", Convert.ToHexString(reader.ReadEncodedValue().Span)),
            });
        }

        return names;
    }
}
