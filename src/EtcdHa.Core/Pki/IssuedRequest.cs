using System.Security.Cryptography;

namespace EtcdHa.Core.Pki;

/// <summary>A certificate request and the private key it was made with. Disposing it zeroes the key's bytes.</summary>
internal sealed class IssuedRequest(CertificateProfile profile, string requestPem, byte[] keyPem) : IDisposable
{
    /// <summary>What the request asks for.</summary>
    public CertificateProfile Profile { get; } = profile;

    /// <summary>The request: one PEM block <c>CERTIFICATE REQUEST</c>, 64 columns, LF at every line's end.</summary>
    public string RequestPem { get; } = requestPem;

    /// <summary>The key as a PEM file's ASCII bytes, PKCS#1 or SEC1. Zeros after disposal.</summary>
    public ReadOnlyMemory<byte> KeyPem => keyPem;

    public void Dispose() => CryptographicOperations.ZeroMemory(keyPem);
}
