using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EtcdHa.Core.Pki;

/// <summary>The signature algorithms Go's crypto/x509 chooses and accepts for RSA and ECDSA keys.</summary>
internal static class SignatureAlgorithms
{
    private const string Sha256Rsa = "1.2.840.113549.1.1.11";
    private const string Sha384Rsa = "1.2.840.113549.1.1.12";
    private const string Sha512Rsa = "1.2.840.113549.1.1.13";
    private const string Sha256Ecdsa = "1.2.840.10045.4.3.2";
    private const string Sha384Ecdsa = "1.2.840.10045.4.3.3";
    private const string Sha512Ecdsa = "1.2.840.10045.4.3.4";

    /// <summary>Writes the AlgorithmIdentifier of the signatures a key makes.</summary>
    public static void Write(AsnWriter writer, AsymmetricAlgorithm key)
    {
        using (writer.PushSequence())
        {
            if (key is RSA)
            {
                writer.WriteObjectIdentifier(Sha256Rsa);
                writer.WriteNull();
            }
            else
            {
                writer.WriteObjectIdentifier(key.KeySize switch { 384 => Sha384Ecdsa, 521 => Sha512Ecdsa, _ => Sha256Ecdsa });
            }
        }
    }

    /// <summary>Signs with the algorithm <see cref="Write"/> names.</summary>
    public static byte[] Sign(AsymmetricAlgorithm key, ReadOnlySpan<byte> data)
    {
        if (key is RSA rsa)
        {
            byte[] signature = new byte[rsa.KeySize / 8];
            rsa.SignData(data, signature, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
            return signature;
        }

        ECDsa ecdsa = (ECDsa)key;
        byte[] buffer = new byte[ecdsa.GetMaxSignatureSize(DSASignatureFormat.Rfc3279DerSequence)];
        HashAlgorithmName hash = key.KeySize switch { 384 => HashAlgorithmName.SHA384, 521 => HashAlgorithmName.SHA512, _ => HashAlgorithmName.SHA256 };
        ecdsa.TrySignData(data, buffer, hash, DSASignatureFormat.Rfc3279DerSequence, out int written);
        return buffer[..written];
    }

    /// <summary>
    /// Whether a signature is right. Null when the algorithm is none that Go accepts with such a key (SHA-1 among
    /// them) or that kubeadm could have made.
    /// </summary>
    public static bool? Verify(AsymmetricAlgorithm key, string algorithm, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        HashAlgorithmName? hash = algorithm switch
        {
            Sha256Rsa or Sha256Ecdsa => HashAlgorithmName.SHA256,
            Sha384Rsa or Sha384Ecdsa => HashAlgorithmName.SHA384,
            Sha512Rsa or Sha512Ecdsa => HashAlgorithmName.SHA512,
            _ => null,
        };
        bool isRsa = algorithm is Sha256Rsa or Sha384Rsa or Sha512Rsa;
        return (hash, key) switch
        {
            (null, _) => null,
            ({ } h, RSA rsa) when isRsa => rsa.VerifyData(data, signature, h, RSASignaturePadding.Pkcs1),
            ({ } h, ECDsa ecdsa) when !isRsa => ecdsa.VerifyData(data, signature, h, DSASignatureFormat.Rfc3279DerSequence),
            _ => false,
        };
    }
}
