using System.Security.Cryptography;

namespace EtcdHa.Core.Pki;

/// <summary>A CA's certificate with its private key, ready to sign leaves; may be used by several threads at once.</summary>
public sealed class IssuingAuthority : IDisposable
{
    private IssuingAuthority(CertificateDocument certificate, PrivateKey key)
    {
        Certificate = certificate;
        Key = key;
    }

    internal CertificateDocument Certificate { get; }

    internal PrivateKey Key { get; }

    /// <summary>Reads a CA. It is not checked: <see cref="CertificateChecks.CheckAuthority"/> comes first.</summary>
    /// <param name="certificatePem">PEM text; the first certificate is the CA.</param>
    /// <param name="keyPem">The key file's bytes: PKCS#1, SEC1 or PKCS#8, RSA or ECDSA, not encrypted.</param>
    /// <exception cref="CryptographicException">One of them cannot be read, or the key is another certificate's.</exception>
    public static IssuingAuthority Read(string certificatePem, ReadOnlySpan<byte> keyPem)
    {
        CertificateDocument certificate = CertificateDocument.TryRead(certificatePem, out string? problem)
            ?? throw new CryptographicException(problem);
        PrivateKey key = PrivateKey.TryRead(keyPem, out problem) ?? throw new CryptographicException(problem);
        if (certificate.BelongsTo(key.PublicKeyInfo))
        {
            return new IssuingAuthority(certificate, key);
        }

        key.Dispose();
        throw new CryptographicException("the private key belongs to another certificate");
    }

    /// <summary>Lets go of the private key.</summary>
    public void Dispose() => Key.Dispose();
}
