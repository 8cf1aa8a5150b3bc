using System.Collections.Immutable;
using System.Globalization;

namespace EtcdHa.Core.Topology;

/// <summary>
/// The one table of Kubernetes minors. Sources: kubeadm's constants.go and phases/etcd/local.go of each minor; tags by patch from
/// minikube's constants_kubeadm_images.go; 1.31.14, 1.32.13 and 1.36.3 byte for byte from golden files, 1.33.13, 1.34.9 and
/// 1.35.6 from runs of the real kubeadm.
/// </summary>
public static class KubernetesReleases
{
    /// <summary>All minors known, oldest first.</summary>
    public static ImmutableArray<KubernetesRelease> All { get; } =
    [
        Release(13, 0, EtcdFlagNames.Experimental, (0, "3.2.24")),
        Release(14, 0, EtcdFlagNames.Experimental, (0, "3.3.10")),
        Release(15, 0, EtcdFlagNames.Experimental, (0, "3.3.10")),
        Release(16, 0, EtcdFlagNames.Experimental, (0, "3.3.15-0")),
        Release(17, 0, EtcdFlagNames.Experimental, (0, "3.4.3-0")),
        Release(18, 0, EtcdFlagNames.Experimental, (0, "3.4.3-0")),
        Release(19, 0, EtcdFlagNames.Experimental, (0, "3.4.9-1")),
        Release(20, 2, EtcdFlagNames.Experimental, (0, "3.4.13-0")),
        Release(21, 0, EtcdFlagNames.Experimental, (0, "3.4.13-0")),
        Release(22, 0, EtcdFlagNames.Experimental, (0, "3.5.0-0"), (17, "3.5.6-0")),
        Release(23, 0, EtcdFlagNames.Experimental, (0, "3.5.1-0"), (14, "3.5.5-0"), (15, "3.5.6-0")),
        Release(24, 0, EtcdFlagNames.Experimental, (0, "3.5.3-0"), (8, "3.5.5-0"), (9, "3.5.6-0")),
        Release(25, 0, EtcdFlagNames.Experimental, (0, "3.5.4-0"), (4, "3.5.5-0"), (5, "3.5.6-0"), (15, "3.5.9-0")),
        Release(26, 0, EtcdFlagNames.Experimental, (0, "3.5.6-0"), (10, "3.5.9-0"), (13, "3.5.10-0")),
        Release(27, 0, EtcdFlagNames.Experimental, (0, "3.5.7-0"), (7, "3.5.9-0"), (10, "3.5.10-0"), (12, "3.5.12-0")),
        Release(28, 0, EtcdFlagNames.Experimental, (0, "3.5.9-0"), (6, "3.5.10-0"), (8, "3.5.12-0"), (14, "3.5.15-0")),
        Release(29, 0, EtcdFlagNames.Experimental, (0, "3.5.10-0"), (3, "3.5.12-0"), (9, "3.5.15-0"), (11, "3.5.16-0")),
        Release(30, 14, EtcdFlagNames.Experimental, (0, "3.5.12-0"), (5, "3.5.15-0")),
        Release(31, 14, EtcdFlagNames.Experimental, (0, "3.5.15-0"), (14, "3.5.24-0")),
        Release(32, 13, EtcdFlagNames.Experimental, (0, "3.5.16-0"), (10, "3.5.24-0")),
        Release(33, 13, EtcdFlagNames.Experimental, (0, "3.5.21-0"), (6, "3.5.24-0")),
        Release(34, 9, EtcdFlagNames.ByImageTag, (0, "3.6.4-0"), (2, "3.6.5-0")),
        Release(35, 6, EtcdFlagNames.ByImageTag, (0, "3.6.6-0")),
        Release(36, 3, EtcdFlagNames.Current, (0, "3.6.8-0")),
    ];

    /// <summary>The minors known, for messages: <c>1.31, 1.32, …</c>.</summary>
    public static string Known { get; } = string.Join(", ", All);

    /// <summary>The newest version whose output was compared with a real kubeadm: what a topology takes that names none.</summary>
    public static string NewestVersion { get; } = string.Create(CultureInfo.InvariantCulture, $"v1.{All[^1].Minor}.{All[^1].CheckedPatch}");

    /// <summary>The release a version belongs to.</summary>
    /// <param name="version">A Kubernetes version.</param>
    /// <exception cref="EtcdTopologyException"><c>KubernetesVersionUnknown</c>: not in the table; nothing is guessed.</exception>
    public static KubernetesRelease Find(KubernetesVersion version) =>
        All.FirstOrDefault(r => version.Major == 1 && r.Minor == version.Minor)
            ?? throw new EtcdTopologyException("KubernetesVersionUnknown", version, Known) { Subject = version.ToString() };

    /// <summary>The release of a topology's Kubernetes version.</summary>
    /// <param name="topology">The topology.</param>
    /// <exception cref="EtcdTopologyException"><c>KubernetesVersionInvalid</c> or <c>KubernetesVersionUnknown</c>.</exception>
    public static KubernetesRelease Of(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return Find(KubernetesVersion.Parse(topology.KubernetesVersion));
    }

    private static KubernetesRelease Release(int minor, int checkedPatch, EtcdFlagNames flagNames, params (int, string)[] etcdTags) => new()
    {
        Minor = minor,
        CheckedPatch = checkedPatch,
        EtcdTags = [.. etcdTags],
        ApiVersions = minor switch
        {
            <= 14 => ["v1beta1"],
            <= 21 => ["v1beta1", "v1beta2"],
            <= 26 => ["v1beta2", "v1beta3"],
            <= 30 => ["v1beta3"],
            _ => ["v1beta3", "v1beta4"],
        },
        FlagNames = flagNames,
        SortsExtraArgs = minor <= 31,
        NamesProbePort = minor >= 34,
        KnowsEcdsaP384 = minor >= 34,
    };
}
