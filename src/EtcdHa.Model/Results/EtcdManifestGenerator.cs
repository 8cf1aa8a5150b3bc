namespace EtcdHa;

/// <summary>What writes the static pod manifest.</summary>
public enum EtcdManifestGenerator
{
    /// <summary>EtcdHa itself, byte for byte as kubeadm of the topology's version does.</summary>
    Native,

    /// <summary><c>kubeadm init phase etcd local</c>, run on the host with the copied configuration.</summary>
    Kubeadm,
}
