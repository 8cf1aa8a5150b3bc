using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdHa.Core.Pki;

/// <summary>What a certificate says, read once; holds no native handle.</summary>
internal sealed class CertificateDocument
{
    private readonly byte[] _signedPart;
    private readonly string _signatureAlgorithm;
    private readonly byte[] _signature;
    private readonly byte[]? _publicKeyInfo;

    private CertificateDocument(byte[] der, X509Certificate2 certificate)
    {
        AsnReader outer = new AsnReader(der, AsnEncodingRules.DER).ReadSequence();
        _signedPart = outer.ReadEncodedValue().ToArray();
        _signatureAlgorithm = outer.ReadSequence().ReadObjectIdentifier();
        _signature = outer.ReadBitString(out _);

        Sha256 = Convert.ToHexString(SHA256.HashData(der)).ToLowerInvariant();
        SubjectName = certificate.SubjectName.RawData;
        Subject = certificate.SubjectName.Name;
        CommonName = CommonNameOf(certificate.SubjectName);
        IssuerName = certificate.IssuerName.RawData;
        Issuer = certificate.IssuerName.Name;
        SerialNumber = Convert.ToHexString(certificate.SerialNumberBytes.Span).ToLowerInvariant();
        NotBefore = new DateTimeOffset(certificate.NotBefore).ToUniversalTime();
        NotAfter = new DateTimeOffset(certificate.NotAfter).ToUniversalTime();
        using AsymmetricAlgorithm? key = PublicKeyOf(certificate);
        _publicKeyInfo = key?.ExportSubjectPublicKeyInfo();
        (KeyAlgorithm, KeyAlgorithmName) = key is null
            ? (null, AlgorithmNames.Of(certificate.GetKeyAlgorithm()))
            : KeyAlgorithms.Of(key);
        IsWeak = key is RSA { KeySize: < 2048 };
        Extensions = ExtensionValues.Of(certificate.Extensions);
    }

    /// <summary>SHA-256 of the DER in lower-case hex.</summary>
    public string Sha256 { get; }

    /// <summary>The subject, DER.</summary>
    public byte[] SubjectName { get; }

    public string Subject { get; }

    public string? CommonName { get; }

    /// <summary>The issuer, DER.</summary>
    public byte[] IssuerName { get; }

    public string Issuer { get; }

    public string SerialNumber { get; }

    public DateTimeOffset NotBefore { get; }

    public DateTimeOffset NotAfter { get; }

    /// <summary>Null when it is none that kubeadm makes.</summary>
    public EtcdKeyAlgorithm? KeyAlgorithm { get; }

    public string KeyAlgorithmName { get; }

    /// <summary>Whether the key is neither RSA nor ECDSA: kubeadm and etcd cannot use it.</summary>
    public bool IsForeign => _publicKeyInfo is null;

    /// <summary>An RSA key shorter than 2048 bits.</summary>
    public bool IsWeak { get; }

    public ExtensionValues Extensions { get; }

    /// <summary>The subject key identifier; null when there is none.</summary>
    public byte[]? SubjectKeyIdentifier => Extensions.SubjectKeyIdentifier;

    /// <summary>Reads the first certificate of a PEM text, as kubeadm does. Null, with the reason in words, when there is none.</summary>
    public static CertificateDocument? TryRead(string pem, out string? problem)
    {
        IReadOnlyList<CertificateDocument?> all = ReadAll(pem);
        problem = all.Count == 0 ? "no certificate in PEM form" : all[0] is null ? "the certificate is damaged" : null;
        return all.Count == 0 ? null : all[0];
    }

    /// <summary>Reads every certificate of a PEM text; null stands for one that is damaged.</summary>
    public static IReadOnlyList<CertificateDocument?> ReadAll(string pem) => [.. Pem.Certificates(pem).Select(TryDecode)];

    private static CertificateDocument? TryDecode(byte[] der)
    {
        try
        {
            // X509Certificate2 would also take a PKCS#12 or PKCS#7 container, whose first element is no sequence.
            if (!new AsnReader(der, AsnEncodingRules.DER).ReadSequence().PeekTag().HasSameClassAndValue(Asn1Tag.Sequence))
            {
                return null;
            }

            using X509Certificate2 certificate = new(der);
            return new CertificateDocument(der, certificate);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>Whether this certificate's key is the one of a SubjectPublicKeyInfo.</summary>
    public bool BelongsTo(ReadOnlySpan<byte> publicKeyInfo) => _publicKeyInfo is not null && publicKeyInfo.SequenceEqual(_publicKeyInfo);

    /// <summary>Why this certificate is not signed by a CA, in words; null when it is. Looks at name and signature, not at times.</summary>
    public string? WhyNotSignedBy(CertificateDocument authority)
    {
        if (!IssuerName.AsSpan().SequenceEqual(authority.SubjectName))
        {
            return $"issued by '{Issuer}', not by the CA '{authority.Subject}'";
        }

        using AsymmetricAlgorithm? key = authority.PublicKey();
        return key is null ? $"the CA's key algorithm {authority.KeyAlgorithmName} is neither RSA nor ECDSA"
            : SignatureAlgorithms.Verify(key, _signatureAlgorithm, _signedPart, _signature) switch
            {
                true => null,
                false => $"signed by another CA that is also called '{authority.Subject}'",
                null => $"signature algorithm {AlgorithmNames.Of(_signatureAlgorithm)} is not accepted by etcd",
            };
    }

    /// <summary>The model's record of this certificate.</summary>
    public EtcdCertificate Describe(string name, string path, string? keyPath, EtcdChange status) => new()
    {
        Name = name,
        Path = path,
        KeyPath = keyPath,
        Subject = Subject,
        SubjectAlternativeName = [.. Extensions.AlternativeNames.Select(n => n.Value)],
        SerialNumber = SerialNumber,
        NotBefore = NotBefore,
        NotAfter = NotAfter,
        KeyAlgorithm = KeyAlgorithm,
        Sha256 = Sha256,
        Status = status,
    };

    private AsymmetricAlgorithm? PublicKey()
    {
        if (_publicKeyInfo is null)
        {
            return null;
        }

        AsymmetricAlgorithm key = KeyAlgorithmName.StartsWith("RSA", StringComparison.Ordinal) ? RSA.Create() : ECDsa.Create();
        key.ImportSubjectPublicKeyInfo(_publicKeyInfo, out _);
        return key;
    }

    private static AsymmetricAlgorithm? PublicKeyOf(X509Certificate2 certificate)
    {
        try
        {
            return (AsymmetricAlgorithm?)certificate.GetRSAPublicKey() ?? certificate.GetECDsaPublicKey();
        }
        catch (CryptographicException)
        {
            // A curve the platform does not know.
            return null;
        }
    }

    private static string? CommonNameOf(X500DistinguishedName name)
        => name.EnumerateRelativeDistinguishedNames(reversed: false)
            .Where(part => !part.HasMultipleElements && part.GetSingleElementType().Value == Oids.CommonName)
            .Select(part => part.GetSingleElementValue())
            .LastOrDefault();
}
