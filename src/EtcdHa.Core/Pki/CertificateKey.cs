namespace EtcdHa.Core.Pki;

/// <summary>
/// What is known of the private key beside a certificate: its public half, or why it cannot be read. Holds nothing secret,
/// so that a key is read, reduced to this and forgotten.
/// </summary>
public sealed class CertificateKey
{
    private CertificateKey(byte[]? publicKeyInfo, string? problem)
    {
        PublicKeyInfo = publicKeyInfo;
        Problem = problem;
    }

    /// <summary>Stands for a key that was not looked at: whether it belongs to the certificate is judged elsewhere.</summary>
    public static CertificateKey NotLookedAt { get; } = new(null, null);

    /// <summary>SubjectPublicKeyInfo, DER; null when the key cannot be read.</summary>
    internal byte[]? PublicKeyInfo { get; }

    /// <summary>Why the key cannot be read, in words; null when it can.</summary>
    public string? Problem { get; }

    /// <summary>Reads a private key file's bytes: the first PEM block of PKCS#1, SEC1 or PKCS#8, RSA or ECDSA, not encrypted.</summary>
    public static CertificateKey FromPem(ReadOnlySpan<byte> keyPem)
    {
        using PrivateKey? key = PrivateKey.TryRead(keyPem, out string? problem);
        return Of(key, problem);
    }

    /// <summary>Takes the public half alone, as a host can tell it without showing its key.</summary>
    /// <param name="publicKeyInfo">SubjectPublicKeyInfo, DER, as <c>openssl pkey -pubout -outform DER</c> prints it.</param>
    public static CertificateKey FromPublicKeyInfo(ReadOnlySpan<byte> publicKeyInfo) => new(publicKeyInfo.ToArray(), null);

    internal static CertificateKey Of(PrivateKey? key, string? problem) => new(key?.PublicKeyInfo, problem);
}
