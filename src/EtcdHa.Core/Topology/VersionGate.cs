namespace EtcdHa.Core.Topology;

/// <summary>
/// Refuses a Kubernetes version and an etcd image that do not start together: kubeadm writes such a manifest without a word, and
/// etcd then ends at its first flag it does not know, or the kubelet ends etcd for want of what its probes ask. The facts are in
/// <see cref="KubernetesReleases"/> (flags, probes and API versions by version and patch), <see cref="EtcdFlags"/>,
/// <see cref="Probes"/> and <see cref="EtcdAdvisories"/>.
/// </summary>
internal static class VersionGate
{
    /// <summary>etcd with flags under two names.</summary>
    private static readonly EtcdVersionSpan TwoNames = EtcdVersionSpan.Of("3.6.0", "3.7.0");

    /// <summary>What the manifest's probes ask of etcd's image.</summary>
    private static readonly (Func<EtcdManifestShape, bool> Asks, EtcdVersionSpan Has, string Reason)[] Probes =
    [
        // etcd CHANGELOG-3.4 (#17128) and CHANGELOG-3.5 (#17039); kubernetes/kubernetes#124465.
        (shape => shape.ReadinessPath is not null, EtcdVersionSpan.Of("3.4.29 3.5.11", null), "the manifest's probes ask /livez and /readyz, which"),

        // K: util/staticpod EtcdProbe before kubernetes/kubernetes#81385; Kubernetes' images of etcd 3.6 hold no shell.
        (shape => !shape.ListensForMetrics, EtcdVersionSpan.Of("3.2.0", "3.6.0"), "the manifest's probe runs a shell in the container, which"),
    ];

    /// <summary>Checks a topology in canonical form.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="warnings">Takes what is allowed but worth knowing.</param>
    /// <exception cref="EtcdTopologyException"><c>ImageTagIncompatible</c>, <c>ExtraArgUnknownToEtcd</c> or <c>ExtraArgNamedTwice</c>.</exception>
    public static void Check(EtcdTopology topology, List<string> warnings)
    {
        string tag = EtcdImage.TagOf(topology);
        if (EtcdImage.VersionOf(tag) is not Version etcd || etcd < EtcdFlags.Oldest)
        {
            warnings.Add(
                $"Image tag '{tag}' does not start with an etcd version of {EtcdFlags.Oldest.ToString(2)} or newer: it cannot be checked whether that etcd starts with the manifest of Kubernetes {topology.KubernetesVersion}.");
            return;
        }

        if (Conflict(topology) is string reason)
        {
            throw new EtcdTopologyException("ImageTagIncompatible", tag, topology.KubernetesVersion, reason, NearestPairs(topology)) { Subject = tag };
        }

        // Another metrics port than kubeadm's is an extra argument too.
        bool movesMetrics = topology.Members.Any(m => m.EffectiveMetricsPort(topology) != MemberArguments.KubeadmMetricsPort);
        string[] moved = movesMetrics ? [MemberArguments.ListenMetricsUrls] : [];
        foreach (string flag in topology.ExtraArg.Select(a => a.Name).Concat(moved).Distinct())
        {
            CheckFlag(flag, topology, etcd, warnings);
        }

        if (TwoNames.Holds(etcd) && EtcdFlagConflicts.Find(Effective(topology)) is var (old, renamed))
        {
            throw new EtcdTopologyException("ExtraArgNamedTwice", old, renamed, etcd) { Subject = old };
        }

        warnings.AddRange(EtcdAdvisories.Of(etcd).Select(a => $"etcd {etcd} {a}"));
    }

    /// <summary>Flags of the manifest that not every etcd has.</summary>
    public static IEnumerable<string> FlagsOf(EtcdTopology topology)
    {
        IEnumerable<string> renamed = DefaultArguments(topology).Select(a => a.Name);
        return ShapeOf(topology).ListensForMetrics ? renamed.Prepend(MemberArguments.ListenMetricsUrls) : renamed;
    }

    private static IEnumerable<EtcdNameValue> DefaultArguments(EtcdTopology topology) =>
        ShapeOf(topology).RenamedArguments(EtcdImage.UsesCurrentFlagNames(KubernetesReleases.Of(topology), EtcdImage.TagOf(topology)));

    // An extra argument replaces kubeadm's of the same name.
    private static List<EtcdNameValue> Effective(EtcdTopology topology) =>
        [.. topology.ExtraArg, .. DefaultArguments(topology).Where(d => topology.ExtraArg.All(e => e.Name != d.Name))];

    /// <summary>Why etcd does not start with kubeadm's manifest; null when it does.</summary>
    private static string? Conflict(EtcdTopology topology)
    {
        Version etcd = EtcdImage.VersionOf(EtcdImage.TagOf(topology))!;
        EtcdManifestShape shape = ShapeOf(topology);
        (string What, EtcdVersionSpan Has)[] needs =
        [
            .. FlagsOf(topology).Select(f => ($"the manifest has --{f}, which", EtcdFlags.Find(f)!)),
            .. Probes.Where(p => p.Asks(shape)).Select(p => (p.Reason, p.Has)),
        ];
        (string What, EtcdVersionSpan Has) unmet = needs.FirstOrDefault(n => !n.Has.Holds(etcd));
        return unmet.What is null ? null : $"{unmet.What} {unmet.Has}";
    }

    private static void CheckFlag(string flag, EtcdTopology topology, Version etcd, List<string> warnings)
    {
        if (EtcdFlags.Find(flag) is not EtcdVersionSpan span)
        {
            warnings.Add($"Extra argument --{flag}: no etcd from {EtcdFlags.Oldest.ToString(2)} to 3.7 is known to have it, and etcd ends at a flag it does not know.");
        }
        else if (!span.Holds(etcd))
        {
            KubernetesRelease? nearest = ByDistance(topology).FirstOrDefault(r => span.Holds(EtcdImage.VersionOf(r.EtcdTag(r.CheckedPatch))!));
            throw new EtcdTopologyException("ExtraArgUnknownToEtcd", flag, etcd, span, nearest is null ? "none that kubeadm installs" : Pair(nearest))
            {
                Subject = flag,
            };
        }
    }

    /// <summary>kubeadm's own image of the same Kubernetes version, and the nearest Kubernetes minor for the same image.</summary>
    private static string NearestPairs(EtcdTopology topology)
    {
        string own = $"Kubernetes {topology.KubernetesVersion} with image tag {EtcdImage.TagOf(topology with { ImageTag = null })}";
        KubernetesRelease? nearest = ByDistance(topology)
            .FirstOrDefault(r => Conflict(topology with { KubernetesVersion = r.Newest.ToString() }) is null);
        return nearest is null ? own : $"{own}, or Kubernetes {nearest.Newest} with image tag {topology.ImageTag}";
    }

    private static IOrderedEnumerable<KubernetesRelease> ByDistance(EtcdTopology topology)
    {
        int minor = KubernetesVersion.Parse(topology.KubernetesVersion).Minor;
        return KubernetesReleases.All.OrderBy(r => Math.Abs(r.Minor - minor)).ThenByDescending(r => r.Minor);
    }

    private static string Pair(KubernetesRelease release) => $"Kubernetes {release.Newest} with image tag {release.EtcdTag(release.CheckedPatch)}";

    private static EtcdManifestShape ShapeOf(EtcdTopology topology) =>
        KubernetesReleases.Of(topology).Shapes.At(KubernetesVersion.Parse(topology.KubernetesVersion).Patch);
}
