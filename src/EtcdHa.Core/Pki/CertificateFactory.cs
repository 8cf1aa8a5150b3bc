using System.Formats.Asn1;
using System.Security.Cryptography;

namespace EtcdHa.Core.Pki;

/// <summary>
/// Makes certificates that differ from kubeadm's only in what is random: key, serial number, signature. When validity
/// begins follows the version's rules; it ends the time given plus the validity. Both lose their fraction of a second. Keys
/// and serial numbers come from the operating system's cryptographic random source.
/// </summary>
public static class CertificateFactory
{
    /// <summary>Makes a self-signed etcd CA.</summary>
    /// <param name="algorithm">Algorithm of its key.</param>
    /// <param name="now">The current time.</param>
    /// <param name="validity">Time from <paramref name="now"/> to the end of validity; kubeadm's default is 87600 h.</param>
    /// <param name="rules">What kubeadm of the version does; null: the newest.</param>
    public static IssuedCertificate CreateAuthority(EtcdKeyAlgorithm algorithm, DateTimeOffset now, TimeSpan validity, KubeadmCertificateRules? rules = null)
    {
        rules ??= KubeadmCertificateRules.Newest;
        using PrivateKey key = PrivateKey.Generate(algorithm);
        CertificateWriter content = new()
        {
            Profile = KubeadmCertificates.AuthorityOf(rules),
            IsAuthority = true,
            SerialNumber = rules.AuthoritySerialIsRandom ? NewSerialNumber() : 0,
            NotBefore = now - rules.AuthorityBackdating,
            NotAfter = now + validity,
            PublicKeyInfo = key.PublicKeyInfo,
            HasBasicConstraints = true,
            SubjectKeyIdentifier = rules.SubjectKeyIdentifier is { } hash ? IdentifierOf(key.PublicKeyInfo, hash) : null,
        };
        return Issue(content, key, key);
    }

    /// <summary>Makes a leaf certificate with a new key. The end of validity is not clamped to the CA's: kubeadm does not.</summary>
    /// <param name="profile">What it says.</param>
    /// <param name="authority">The CA that signs it.</param>
    /// <param name="algorithm">Algorithm of its key; the signature's follows from the CA's key.</param>
    /// <param name="now">The current time.</param>
    /// <param name="validity">Time from <paramref name="now"/> to the end of validity; kubeadm's default is 8760 h.</param>
    /// <param name="rules">What kubeadm of the version does; null: the newest.</param>
    public static IssuedCertificate CreateLeaf(
        CertificateProfile profile, IssuingAuthority authority, EtcdKeyAlgorithm algorithm, DateTimeOffset now, TimeSpan validity, KubeadmCertificateRules? rules = null)
    {
        using PrivateKey key = PrivateKey.Generate(algorithm);
        return CreateLeaf(profile, authority, key, now, validity, rules ?? KubeadmCertificateRules.Newest);
    }

    /// <summary>Makes a leaf certificate for a key that exists.</summary>
    internal static IssuedCertificate CreateLeaf(
        CertificateProfile profile, IssuingAuthority authority, PrivateKey key, DateTimeOffset now, TimeSpan validity, KubeadmCertificateRules rules)
    {
        ArgumentNullException.ThrowIfNull(profile);
        ArgumentNullException.ThrowIfNull(authority);
        CertificateWriter content = new()
        {
            Profile = profile,
            IsAuthority = false,
            SerialNumber = NewSerialNumber(),
            NotBefore = rules.LeafBackdating is { } backdating ? now - backdating : authority.Certificate.NotBefore,
            NotAfter = now + validity,
            PublicKeyInfo = key.PublicKeyInfo,
            HasBasicConstraints = rules.LeafHasBasicConstraints,
            Issuer = authority.Certificate.SubjectName,
            AuthorityKeyIdentifier = authority.Certificate.SubjectKeyIdentifier,
        };
        return Issue(content, key, authority.Key);
    }

    /// <summary>Makes a certificate request for a key, for a CA whose key is elsewhere.</summary>
    internal static IssuedRequest CreateRequest(CertificateProfile profile, PrivateKey key)
        => new(profile, Pem.Write(Pem.CertificateRequest, CertificateRequestWriter.Write(profile, key)), key.ExportPem());

    private static IssuedCertificate Issue(CertificateWriter content, PrivateKey key, PrivateKey signer)
        => new(content.Profile, Pem.Write(Pem.Certificate, content.Write(signer)), key.ExportPem());

    // kubeadm: uniform in [1, 2^63 - 1). Rejection leaves the distribution uniform; a second try is a 2^-62 event.
    private static long NewSerialNumber()
    {
        Span<byte> bytes = stackalloc byte[8];
        long serial;
        do
        {
            RandomNumberGenerator.Fill(bytes);
            serial = BitConverter.ToInt64(bytes) & long.MaxValue;
        }
        while (serial is 0 or long.MaxValue);

        return serial;
    }

    private static byte[] IdentifierOf(byte[] publicKeyInfo, SubjectKeyIdentifierHash hash)
    {
        AsnReader info = new AsnReader(publicKeyInfo, AsnEncodingRules.DER).ReadSequence();
        info.ReadSequence();
        byte[] bits = info.ReadBitString(out _);
        return hash switch
        {
#pragma warning disable CA5350 // An identifier, not a protection: RFC 5280 and kubeadm up to 1.34 use SHA-1 for it.
            SubjectKeyIdentifierHash.Sha1 => SHA1.HashData(bits),
#pragma warning restore CA5350
            SubjectKeyIdentifierHash.TruncatedSha256 => SHA256.HashData(bits)[..20],
            _ => throw new ArgumentOutOfRangeException(nameof(hash), hash, null),
        };
    }
}
