using System.Security.Cryptography;

namespace EtcdHa.Core.Pki;

/// <summary>A new certificate and its private key. Disposing it zeroes the key's bytes.</summary>
public sealed class IssuedCertificate : IDisposable
{
    private readonly byte[] _keyPem;

    internal IssuedCertificate(CertificateProfile profile, string certificatePem, byte[] keyPem)
    {
        Profile = profile;
        CertificatePem = certificatePem;
        _keyPem = keyPem;
    }

    /// <summary>What the certificate was made for.</summary>
    public CertificateProfile Profile { get; }

    /// <summary>The certificate: one PEM block <c>CERTIFICATE</c>, 64 columns, LF at every line's end.</summary>
    public string CertificatePem { get; }

    /// <summary>The key as a PEM file's ASCII bytes: <c>RSA PRIVATE KEY</c> (PKCS#1) or <c>EC PRIVATE KEY</c> (SEC1). Zeros after disposal.</summary>
    public ReadOnlyMemory<byte> KeyPem => _keyPem;

    /// <summary>Zeroes the key's bytes.</summary>
    public void Dispose() => CryptographicOperations.ZeroMemory(_keyPem);
}
