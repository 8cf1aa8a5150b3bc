namespace EtcdHa.Core.Topology;

/// <summary>kubeadm's names of the key algorithms (<c>ClusterConfiguration.encryptionAlgorithm</c>).</summary>
public static class KeyAlgorithmNames
{
    private static readonly (EtcdKeyAlgorithm Algorithm, string Name)[] Names =
    [
        (EtcdKeyAlgorithm.Rsa2048, "RSA-2048"),
        (EtcdKeyAlgorithm.Rsa3072, "RSA-3072"),
        (EtcdKeyAlgorithm.Rsa4096, "RSA-4096"),
        (EtcdKeyAlgorithm.EcdsaP256, "ECDSA-P256"),
        (EtcdKeyAlgorithm.EcdsaP384, "ECDSA-P384"),
    ];

    /// <summary>All names, in kubeadm's spelling.</summary>
    public static IReadOnlyList<string> All { get; } = [.. Names.Select(n => n.Name)];

    /// <summary><c>RSA-2048</c> … <c>ECDSA-P384</c>.</summary>
    /// <param name="algorithm">The algorithm.</param>
    public static string KubeadmName(this EtcdKeyAlgorithm algorithm) => Names.Single(n => n.Algorithm == algorithm).Name;

    /// <summary>The algorithm of a name in kubeadm's spelling, or null.</summary>
    /// <param name="name">Such as <c>ECDSA-P256</c>.</param>
    public static EtcdKeyAlgorithm? Find(string name) =>
        Names.Where(n => n.Name == name).Select(n => (EtcdKeyAlgorithm?)n.Algorithm).FirstOrDefault();
}
