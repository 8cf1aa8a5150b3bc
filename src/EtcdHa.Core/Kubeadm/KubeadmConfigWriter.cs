using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// Writes a member's kubeadm configuration in the topology's API version: the documented page's two documents, InitConfiguration
/// with the member's name and address and ClusterConfiguration with <c>etcd.local</c>. Without the first, kubeadm takes name and
/// address of the machine it runs on, and every member's certificates carry that machine's (kubernetes/website#31287).
/// </summary>
public static class KubeadmConfigWriter
{
    /// <summary>The whole file, UTF-8 text with LF, the same for the same input. Only what differs from kubeadm's default is written.</summary>
    /// <param name="topology">A validated topology.</param>
    /// <param name="member">One of its members.</param>
    /// <param name="clusterConfigurationOnly">True: without InitConfiguration, as the page of v1beta1 and v1beta2 had it.</param>
    /// <exception cref="EtcdTopologyException">
    /// <c>ClusterConfigurationOnlyRefused</c>: asked for in another API version; <c>KubeadmApiVersion…</c>: not read by that kubeadm, or
    /// without a field for something the topology asks for.
    /// </exception>
    public static string Write(EtcdTopology topology, EtcdMember member, bool clusterConfigurationOnly = false)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        CheckShape(topology, clusterConfigurationOnly);
        KubeadmApiVersions.Check(topology, KubernetesReleases.Of(topology));
        KubeadmEtcdConfig config = KubeadmEtcdConfig.Of(topology, member);
        return config.ApiVersion == KubeadmApiVersions.WithLists
            ? V1Beta4Writer.Write(config)
            : V1Beta3Writer.Write(config, clusterConfigurationOnly);
    }

    /// <summary>Refuses the old page's shape in an API version whose page never had it.</summary>
    /// <param name="topology">A validated topology.</param>
    /// <param name="clusterConfigurationOnly">True: without InitConfiguration.</param>
    /// <exception cref="EtcdTopologyException"><c>ClusterConfigurationOnlyRefused</c>.</exception>
    public static void CheckShape(EtcdTopology topology, bool clusterConfigurationOnly)
    {
        ArgumentNullException.ThrowIfNull(topology);
        if (clusterConfigurationOnly && KubeadmApiVersions.Of(topology) is not ("v1beta1" or "v1beta2") and string api)
        {
            throw new EtcdTopologyException("ClusterConfigurationOnlyRefused", api) { Subject = api };
        }
    }
}
