namespace EtcdHa;

/// <summary>
/// The key algorithm of every certificate, as kubeadm's <c>encryptionAlgorithm</c> names them
/// (<c>RSA-2048</c> … <c>ECDSA-P384</c>; P-384 needs kubeadm 1.34 or newer).
/// </summary>
public enum EtcdKeyAlgorithm
{
    /// <summary>RSA, 2048 bits: kubeadm's default.</summary>
    Rsa2048,

    /// <summary>RSA, 3072 bits.</summary>
    Rsa3072,

    /// <summary>RSA, 4096 bits.</summary>
    Rsa4096,

    /// <summary>ECDSA on NIST P-256.</summary>
    EcdsaP256,

    /// <summary>ECDSA on NIST P-384.</summary>
    EcdsaP384,
}
