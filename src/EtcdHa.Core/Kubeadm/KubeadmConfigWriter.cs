namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// Writes a member's kubeadm configuration: the documented page's two documents, InitConfiguration with the member's name and
/// address and ClusterConfiguration with <c>etcd.local</c>. Without the first, kubeadm takes name and address of the machine it
/// runs on, and every member's certificates carry that machine's (kubernetes/website#31287).
/// </summary>
public static class KubeadmConfigWriter
{
    /// <summary>API versions written here; kubeadm 1.31 to 1.36 read them without a warning.</summary>
    internal static IReadOnlyList<string> ApiVersions { get; } = ["v1beta4"];

    /// <summary>The whole file, UTF-8 text with LF, the same for the same input. Only what differs from kubeadm's default is written.</summary>
    /// <param name="topology">A validated topology.</param>
    /// <param name="member">One of its members.</param>
    /// <exception cref="EtcdTopologyException"><c>KubeadmApiVersionNotWritten</c>: the topology asks for an API version that is not written.</exception>
    public static string Write(EtcdTopology topology, EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        KubeadmEtcdConfig config = KubeadmEtcdConfig.Of(topology, member);
        return topology.KubeadmApiVersion switch
        {
            "v1beta4" => V1Beta4Writer.Write(config),
            _ => throw new EtcdTopologyException("KubeadmApiVersionNotWritten", topology.KubeadmApiVersion, string.Join(", ", ApiVersions))
            {
                Subject = topology.KubeadmApiVersion,
            },
        };
    }
}
