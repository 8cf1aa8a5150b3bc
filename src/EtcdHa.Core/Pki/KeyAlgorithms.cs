using System.Globalization;
using System.Security.Cryptography;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Pki;

/// <summary>Which of kubeadm's key algorithms a key is.</summary>
internal static class KeyAlgorithms
{
    public const string NistP256 = "1.2.840.10045.3.1.7";
    public const string NistP384 = "1.3.132.0.34";

    /// <summary>The algorithm of a key and its name; null when it is none that kubeadm makes.</summary>
    public static (EtcdKeyAlgorithm? Algorithm, string Name) Of(AsymmetricAlgorithm key)
    {
        EtcdKeyAlgorithm? algorithm = key switch
        {
            RSA { KeySize: 2048 } => EtcdKeyAlgorithm.Rsa2048,
            RSA { KeySize: 3072 } => EtcdKeyAlgorithm.Rsa3072,
            RSA { KeySize: 4096 } => EtcdKeyAlgorithm.Rsa4096,
            ECDsa ecdsa => CurveOf(ecdsa) switch
            {
                NistP256 => EtcdKeyAlgorithm.EcdsaP256,
                NistP384 => EtcdKeyAlgorithm.EcdsaP384,
                _ => null,
            },
            _ => null,
        };
        string family = key is RSA ? "RSA-" : "ECDSA-";
        return (algorithm, algorithm?.KubeadmName() ?? family + key.KeySize.ToString(CultureInfo.InvariantCulture));
    }

    private static string? CurveOf(ECDsa key)
    {
        ECCurve curve = key.ExportParameters(includePrivateParameters: false).Curve;
        if (!curve.IsNamed)
        {
            return null;
        }

        // Windows names its curves without an object identifier.
        return curve.Oid.Value ?? curve.Oid.FriendlyName switch
        {
            "nistP256" or "ECDSA_P256" => NistP256,
            "nistP384" or "ECDSA_P384" => NistP384,
            _ => null,
        };
    }
}
