using System.Formats.Asn1;
using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Core.Pki;

/// <summary>An RSA or ECDSA private key, and what kubeadm does with one. Disposing it lets go of the key.</summary>
internal sealed class PrivateKey : IDisposable
{
    private const string RsaEncryption = "1.2.840.113549.1.1.1";
    private const string EcPublicKey = "1.2.840.10045.2.1";

    private readonly AsymmetricAlgorithm _key;
    private readonly object _signing = new();

    private PrivateKey(AsymmetricAlgorithm key)
    {
        _key = key;
        (Algorithm, AlgorithmName) = KeyAlgorithms.Of(key);
        PublicKeyInfo = key.ExportSubjectPublicKeyInfo();
    }

    /// <summary>The algorithm; null when it is none that kubeadm makes, such as ECDSA on P-521.</summary>
    public EtcdKeyAlgorithm? Algorithm { get; }

    public string AlgorithmName { get; }

    /// <summary>The public key as SubjectPublicKeyInfo, DER.</summary>
    public byte[] PublicKeyInfo { get; }

    /// <summary>Makes a new key: CPU-bound, for RSA up to seconds.</summary>
    public static PrivateKey Generate(EtcdKeyAlgorithm algorithm) => new(algorithm switch
    {
        EtcdKeyAlgorithm.Rsa2048 => RSA.Create(2048),
        EtcdKeyAlgorithm.Rsa3072 => RSA.Create(3072),
        EtcdKeyAlgorithm.Rsa4096 => RSA.Create(4096),
        EtcdKeyAlgorithm.EcdsaP256 => ECDsa.Create(ECCurve.NamedCurves.nistP256),
        EtcdKeyAlgorithm.EcdsaP384 => ECDsa.Create(ECCurve.NamedCurves.nistP384),
        _ => throw new ArgumentOutOfRangeException(nameof(algorithm), algorithm, null),
    });

    /// <summary>
    /// Reads the first private key of a PEM file: PKCS#1, SEC1 or PKCS#8, not encrypted, RSA or ECDSA, as kubeadm
    /// does. Null, with the reason in words, when there is none.
    /// </summary>
    public static PrivateKey? TryRead(ReadOnlySpan<byte> pem, out string? problem)
    {
        char[] text = new char[Encoding.UTF8.GetCharCount(pem)];
        try
        {
            Encoding.UTF8.GetChars(pem, text);
            return TryRead((ReadOnlySpan<char>)text, out problem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    /// <inheritdoc cref="TryRead(ReadOnlySpan{byte}, out string?)"/>
    public static PrivateKey? TryRead(ReadOnlySpan<char> pem, out string? problem)
    {
        problem = pem.Contains("ENCRYPTED", StringComparison.Ordinal)
            ? "the key is encrypted; kubeadm and etcd read only unencrypted keys"
            : "no private key in PEM form";
        ReadOnlySpan<char> rest = pem;
        while (PemEncoding.TryFind(rest, out PemFields block))
        {
            ReadOnlySpan<char> label = rest[block.Label];
            if (label.SequenceEqual(Pem.RsaPrivateKey) || label.SequenceEqual(Pem.EcPrivateKey) || label.SequenceEqual(Pem.Pkcs8PrivateKey))
            {
                return Decode(label, rest[block.Base64Data], block.DecodedDataLength, out problem);
            }

            rest = rest[block.Location.End..];
        }

        return null;
    }

    /// <summary>The key in PEM as kubeadm writes it, PKCS#1 or SEC1. The caller zeroes it.</summary>
    public byte[] ExportPem()
    {
        byte[] der = _key is RSA rsa ? rsa.ExportRSAPrivateKey() : ((ECDsa)_key).ExportECPrivateKey();
        try
        {
            return Pem.WriteSecret(_key is RSA ? Pem.RsaPrivateKey : Pem.EcPrivateKey, der);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(der);
        }
    }

    /// <summary>The AlgorithmIdentifier of this key's signatures: Go pairs SHA-384 with P-384 and SHA-512 with P-521.</summary>
    public void WriteSignatureAlgorithm(AsnWriter writer) => SignatureAlgorithms.Write(writer, _key);

    /// <summary>Signs; may be called from several threads.</summary>
    public byte[] Sign(ReadOnlySpan<byte> data)
    {
        // .NET does not promise that one key object may sign on two threads.
        lock (_signing)
        {
            return SignatureAlgorithms.Sign(_key, data);
        }
    }

    /// <summary>What X.509 and PKCS#10 have in common: the signed part, the signature's algorithm, the signature; DER.</summary>
    public byte[] WriteSigned(byte[] signedPart)
    {
        AsnWriter writer = new(AsnEncodingRules.DER);
        using (writer.PushSequence())
        {
            writer.WriteEncodedValue(signedPart);
            WriteSignatureAlgorithm(writer);
            writer.WriteBitString(Sign(signedPart));
        }

        return writer.Encode();
    }

    public void Dispose() => _key.Dispose();

    private static PrivateKey? Decode(ReadOnlySpan<char> label, ReadOnlySpan<char> base64, int length, out string? problem)
    {
        byte[] der = new byte[length];
        AsymmetricAlgorithm? key = null;
        try
        {
            Convert.TryFromBase64Chars(base64, der, out _);
            string algorithm = label.SequenceEqual(Pem.RsaPrivateKey) ? RsaEncryption
                : label.SequenceEqual(Pem.EcPrivateKey) ? EcPublicKey
                : AlgorithmOfPkcs8(der);
            if (algorithm is not (RsaEncryption or EcPublicKey))
            {
                problem = $"key algorithm {AlgorithmNames.Of(algorithm)} is neither RSA nor ECDSA";
                return null;
            }

            key = algorithm == RsaEncryption ? RSA.Create() : ECDsa.Create();
            if (label.SequenceEqual(Pem.Pkcs8PrivateKey))
            {
                key.ImportPkcs8PrivateKey(der, out _);
            }
            else if (key is RSA rsa)
            {
                rsa.ImportRSAPrivateKey(der, out _);
            }
            else
            {
                ((ECDsa)key).ImportECPrivateKey(der, out _);
            }

            PrivateKey read = new(key);
            key = null;
            problem = null;
            return read;
        }
        catch (Exception e) when (e is CryptographicException or AsnContentException)
        {
            problem = "the private key is damaged";
            return null;
        }
        finally
        {
            key?.Dispose();
            CryptographicOperations.ZeroMemory(der);
        }
    }

    private static string AlgorithmOfPkcs8(ReadOnlyMemory<byte> der)
    {
        AsnReader info = new AsnReader(der, AsnEncodingRules.BER).ReadSequence();
        info.ReadInteger();
        return info.ReadSequence().ReadObjectIdentifier();
    }
}
