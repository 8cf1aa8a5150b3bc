using EtcdHa.Core.Kubeadm;

namespace EtcdHa.Core.StaticPods;

/// <summary>
/// Writes the static pod manifest of etcd, byte for byte what <c>kubeadm init phase etcd local</c> of the topology's Kubernetes
/// version writes for <see cref="KubeadmConfigWriter"/>'s configuration (K: phases/etcd/local.go).
/// </summary>
public static class EtcdManifest
{
    /// <summary>The text of <c>etcd.yaml</c>, with LF.</summary>
    /// <param name="topology">A validated topology.</param>
    /// <param name="member">One of its members.</param>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is invalid or unknown.</exception>
    public static string Write(EtcdTopology topology, EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        return EtcdPodWriter.Write(EtcdPodSpec.Of(KubeadmEtcdConfig.Of(topology, member)));
    }
}
