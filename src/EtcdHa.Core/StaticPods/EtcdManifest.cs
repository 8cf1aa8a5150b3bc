using EtcdHa.Core.Topology;

namespace EtcdHa.Core.StaticPods;

/// <summary>
/// Writes the static pod manifest of etcd, byte for byte what <c>kubeadm init phase etcd local</c> of the topology's Kubernetes
/// version writes for <see cref="Kubeadm.KubeadmConfigWriter"/>'s configuration (K: phases/etcd/local.go).
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
        return EtcdPodWriter.Write(Spec(topology, member));
    }

    private static EtcdPodSpec Spec(EtcdTopology topology, EtcdMember member)
    {
        KubernetesRelease release = KubernetesReleases.Of(topology);
        return new()
        {
            Release = release,
            NodeName = member.Name,
            AdvertiseAddress = member.Address,
            Image = EtcdImage.For(topology),
            UsesCurrentFlagNames = EtcdImage.UsesCurrentFlagNames(release, EtcdImage.TagOf(topology)),
            DataDirectory = topology.DataDirectory,
            CertificatesDirectory = topology.CertificatesDirectory,
            ExtraArgs = MemberArguments.Of(topology, member),
            ExtraEnvs = topology.ExtraEnv,
            HealthCheckTimeout = topology.HealthCheckTimeout,
        };
    }
}
