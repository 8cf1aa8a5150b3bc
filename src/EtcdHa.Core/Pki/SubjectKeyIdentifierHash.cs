namespace EtcdHa.Core.Pki;

/// <summary>
/// How a CA's subject key identifier is made from its public key bits. It depends on the Go release that built
/// kubeadm (golang/go#71746), and no reader may rely on it: a leaf only has to repeat it.
/// </summary>
public enum SubjectKeyIdentifierHash
{
    /// <summary>SHA-1 (RFC 5280, method 1): kubeadm 1.19 to 1.34.</summary>
    Sha1,

    /// <summary>The leftmost 20 bytes of SHA-256 (RFC 7093, method 1): kubeadm 1.35 and newer.</summary>
    TruncatedSha256,
}
