namespace EtcdHa.Core.Topology;

/// <summary>
/// The extra arguments of one member: the documented page's seven, then what the topology adds. The kubeadm configuration and the
/// manifest are both made from this list, so they cannot disagree.
/// </summary>
internal static class MemberArguments
{
    /// <summary>The flag of the metrics and probe listener.</summary>
    public const string ListenMetricsUrls = "listen-metrics-urls";

    /// <summary>The flag whose value keeps one build's members apart from another's.</summary>
    public const string InitialClusterToken = "initial-cluster-token";

    /// <summary>kubeadm's own metrics port (K: constants.EtcdMetricsPort); another one needs an extra argument.</summary>
    public const int KubeadmMetricsPort = 2381;

    /// <summary>The arguments in the page's order; the token right after <c>initial-cluster-state</c>, the operator's own last.</summary>
    public static IReadOnlyList<EtcdNameValue> Of(EtcdTopology topology, EtcdMember member)
    {
        List<EtcdNameValue> arguments =
        [
            new("initial-cluster", topology.InitialCluster()),
            new("initial-cluster-state", "new"),
        ];
        if (topology.InitialClusterToken is string token)
        {
            arguments.Add(new(InitialClusterToken, token));
        }

        arguments.AddRange(
        [
            new("name", member.Name),
            new("listen-peer-urls", member.ListenPeerUrl(topology)),
            new("listen-client-urls", member.ListenClientUrl(topology)),
            new("advertise-client-urls", member.ClientUrl(topology)),
            new("initial-advertise-peer-urls", member.PeerUrl(topology)),
        ]);
        bool metricsGiven = topology.ExtraArg.Any(a => a.Name == ListenMetricsUrls);
        if (!metricsGiven && member.EffectiveMetricsPort(topology) != KubeadmMetricsPort)
        {
            arguments.Add(new(ListenMetricsUrls, EtcdUrls.DefaultMetricsUrl(member, topology)));
        }

        arguments.AddRange(topology.ExtraArg);
        return arguments;
    }
}
