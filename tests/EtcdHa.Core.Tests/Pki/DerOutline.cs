using System.Formats.Asn1;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Tests.Pki;

/// <summary>
/// Everything of a certificate that is not random, byte for byte, one part a line. Serial number, times, key bits, key
/// identifiers and signature stand as what must hold for them.
/// </summary>
internal static class DerOutline
{
    public static string OfAuthority(string pem) => Of(pem, (notBefore, notAfter) => $"lasting {notAfter - notBefore}");

    /// <param name="pem">The leaf.</param>
    /// <param name="authorityPem">Its CA.</param>
    /// <param name="beginsWithAuthority">True: it is said whether the leaf begins with its CA; it then lasts the seconds longer that it was made after it.</param>
    public static string OfLeaf(string pem, string authorityPem, bool beginsWithAuthority)
    {
        DateTimeOffset authority = CertificateDocument.TryRead(authorityPem, out _)!.NotBefore;
        return Of(pem, (notBefore, notAfter) => beginsWithAuthority
            ? $"beginning {notBefore - authority} after the CA, lasting {Math.Floor((notAfter - notBefore).TotalMinutes)} min"
            : $"lasting {notAfter - notBefore}");
    }

    private static string Of(string pem, Func<DateTimeOffset, DateTimeOffset, string> times)
    {
        AsnReader certificate = new AsnReader(Pem.Certificates(pem).Single(), AsnEncodingRules.DER).ReadSequence();
        AsnReader content = certificate.ReadSequence();
        List<string> lines = ["PEM " + (pem == Pem.Write(Pem.Certificate, Pem.Certificates(pem).Single())), "version " + Hex(content.ReadEncodedValue())];
        System.Numerics.BigInteger serial = content.ReadInteger();
        lines.Add(serial.IsZero ? "serial 0" : $"serial positive 63-bit {serial > 0 && serial < long.MaxValue}");
        lines.Add("signature algorithm " + Hex(content.ReadEncodedValue()));
        lines.Add("issuer " + Hex(content.ReadEncodedValue()));
        AsnReader validity = content.ReadSequence();
        string first = validity.PeekTag().ToString();
        DateTimeOffset notBefore = ReadTime(validity);
        lines.Add($"times {first} {validity.PeekTag()} {times(notBefore, ReadTime(validity))}");
        lines.Add("subject " + Hex(content.ReadEncodedValue()));
        AsnReader key = content.ReadSequence();
        lines.Add("key algorithm " + Hex(key.ReadEncodedValue()));
        lines.Add($"key bits {key.ReadBitString(out int unused).Length} unused {unused}");
        AsnReader extensions = content.ReadSequence(new Asn1Tag(TagClass.ContextSpecific, 3)).ReadSequence();
        while (extensions.HasData)
        {
            string extension = Hex(extensions.ReadEncodedValue());

            // 2.5.29.14 and 2.5.29.35 end with the 20 bytes of the identifier.
            lines.Add("extension " + (extension.Contains("0603551D0E") || extension.Contains("0603551D23") ? extension[..^40] : extension));
        }

        Assert.False(content.HasData);
        lines.Add("signature algorithm " + Hex(certificate.ReadEncodedValue()));
        certificate.ReadBitString(out unused);
        lines.Add($"signature unused {unused}");
        Assert.False(certificate.HasData);
        return string.Join('\n', lines);
    }

    private static DateTimeOffset ReadTime(AsnReader reader)
        => reader.PeekTag() == Asn1Tag.UtcTime ? reader.ReadUtcTime() : reader.ReadGeneralizedTime();

    private static string Hex(ReadOnlyMemory<byte> bytes) => Convert.ToHexString(bytes.Span);
}
