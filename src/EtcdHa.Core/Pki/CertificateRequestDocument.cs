using System.Formats.Asn1;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdHa.Core.Pki;

/// <summary>What a certificate request (PKCS#10) asks for, read once; its signature is right.</summary>
internal sealed class CertificateRequestDocument
{
    private readonly byte[] _publicKeyInfo;

    private CertificateRequestDocument(CertificateRequest request)
    {
        SubjectName = request.SubjectName.RawData;
        Subject = request.SubjectName.Name;
        _publicKeyInfo = request.PublicKey.ExportSubjectPublicKeyInfo();
        Extensions = ExtensionValues.Of(request.CertificateExtensions);
    }

    /// <summary>The subject, DER.</summary>
    public byte[] SubjectName { get; }

    public string Subject { get; }

    /// <summary>The extensions asked for.</summary>
    public ExtensionValues Extensions { get; }

    /// <summary>Reads the first request of a PEM text. Null, with the reason in words, when there is none.</summary>
    public static CertificateRequestDocument? TryRead(string pem, out string? problem)
    {
        problem = "no certificate request in PEM form";
        if (Pem.CertificateRequests(pem) is not [{ } der, ..])
        {
            return null;
        }

        try
        {
            // The hash is that of a certificate to be made of the request, which is not done here. The signature is checked.
            CertificateRequest request = CertificateRequest.LoadSigningRequest(
                der, HashAlgorithmName.SHA256, CertificateRequestLoadOptions.UnsafeLoadCertificateExtensions, RSASignaturePadding.Pkcs1);
            problem = null;
            return new CertificateRequestDocument(request);
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException or ArgumentException or NotSupportedException)
        {
            problem = "the request is damaged, or its signature is not its key's";
            return null;
        }
    }

    /// <summary>Whether the request is made with the key of a SubjectPublicKeyInfo.</summary>
    public bool BelongsTo(ReadOnlySpan<byte> publicKeyInfo) => publicKeyInfo.SequenceEqual(_publicKeyInfo);
}
