using System.Collections.Immutable;

namespace EtcdHa.Core.Topology;

/// <summary>
/// The one table of Kubernetes minors, with <see cref="EtcdManifestShapes"/> and, for etcd's side, <see cref="EtcdFlags"/>. Sources:
/// kubeadm's constants.go, images.go and phases/etcd/local.go of each minor; images by patch from minikube's
/// constants_kubeadm_images.go (1.16 and newer) and listings of <c>kubeadm config images list</c> (1.13 to 1.15); 1.20.2, 1.31.14,
/// 1.32.13 and 1.36.3 from golden files, 1.33.13, 1.34.9 and 1.35.6 from runs of the real kubeadm.
/// </summary>
public static class KubernetesReleases
{
    /// <summary>All minors known, oldest first.</summary>
    public static ImmutableArray<KubernetesRelease> All { get; } =
    [
        Release(13, 12, null, "3.1", [(0, "1.2.6")], [(0, "3.2.24")], [(0, EtcdManifestShapes.V1_13)]),
        Release(14, 10, null, "3.1", [(0, "1.3.1")], [(0, "3.3.10")], [(0, EtcdManifestShapes.V1_14)]),
        Release(15, 12, null, "3.1", [(0, "1.3.1")], [(0, "3.3.10")], [(0, EtcdManifestShapes.V1_14)]),
        Release(16, 15, null, "3.1", [(0, "1.6.2")], [(0, "3.3.15-0")], [(0, EtcdManifestShapes.V1_16)]),
        Release(17, 17, null, "3.1", [(0, "1.6.5")], [(0, "3.4.3-0")], [(0, EtcdManifestShapes.V1_16)]),
        Release(18, 20, null, "3.2", [(0, "1.6.7")], [(0, "3.4.3-0")], [(0, EtcdManifestShapes.V1_18)]),
        Release(19, 16, null, "3.2", [(0, "1.7.0")], [(0, "3.4.9-1"), (1, "3.4.13-0")], [(0, EtcdManifestShapes.V1_19)]),
        Release(20, 15, null, "3.2", [(0, "1.7.0")], [(0, "3.4.13-0")], [(0, EtcdManifestShapes.V1_20), (8, EtcdManifestShapes.V1_20_8)]),
        Release(21, 14, null, "3.4.1", [(0, "v1.8.0")], [(0, "3.4.13-0")], [(0, EtcdManifestShapes.V1_20), (2, EtcdManifestShapes.V1_20_8)]),
        Release(22, 17, 17, "3.5", [(0, "v1.8.4")], [(0, "3.5.0-0"), (17, "3.5.6-0")], [(0, EtcdManifestShapes.V1_22), (10, EtcdManifestShapes.V1_22_10)]),
        Release(
            23, 17, 15, "3.6", [(0, "v1.8.6")],
            [(0, "3.5.1-0"), (14, "3.5.5-0"), (15, "3.5.6-0")],
            [(0, EtcdManifestShapes.V1_22), (7, EtcdManifestShapes.V1_22_10)]),
        Release(24, 17, 9, "3.7", [(0, "v1.8.6")], [(0, "3.5.3-0"), (8, "3.5.5-0"), (9, "3.5.6-0")], [(0, EtcdManifestShapes.V1_22_10)]),
        Release(
            25, 16, 0, "3.8", [(0, "v1.9.3")],
            [(0, "3.5.4-0"), (4, "3.5.5-0"), (5, "3.5.6-0"), (15, "3.5.9-0")],
            [(0, EtcdManifestShapes.V1_25), (12, EtcdManifestShapes.V1_25_12)]),
        Release(
            26, 15, 0, "3.9", [(0, "v1.9.3")],
            [(0, "3.5.6-0"), (10, "3.5.9-0"), (13, "3.5.10-0")],
            [(0, EtcdManifestShapes.V1_25), (7, EtcdManifestShapes.V1_25_12)]),
        Release(
            27, 16, 0, "3.9", [(0, "v1.10.1")],
            [(0, "3.5.7-0"), (7, "3.5.9-0"), (10, "3.5.10-0"), (12, "3.5.12-0")],
            [(0, EtcdManifestShapes.V1_25_12)]),
        Release(
            28, 15, 0, "3.9", [(0, "v1.10.1")],
            [(0, "3.5.9-0"), (6, "3.5.10-0"), (8, "3.5.12-0"), (14, "3.5.15-0")],
            [(0, EtcdManifestShapes.V1_25_12)]),
        Release(
            29, 15, 0, "3.9", [(0, "v1.11.1")],
            [(0, "3.5.10-0"), (3, "3.5.12-0"), (9, "3.5.15-0"), (11, "3.5.16-0")],
            [(0, EtcdManifestShapes.V1_25_12)]),
        Release(30, 14, 0, "3.9", [(0, "v1.11.1"), (5, "v1.11.3")], [(0, "3.5.12-0"), (5, "3.5.15-0")], [(0, EtcdManifestShapes.V1_25_12)]),
        Release(31, 14, 0, "3.10", [(0, "v1.11.1"), (1, "v1.11.3")], [(0, "3.5.15-0"), (14, "3.5.24-0")], [(0, EtcdManifestShapes.V1_31)]),
        Release(32, 13, 0, "3.10", [(0, "v1.11.3")], [(0, "3.5.16-0"), (10, "3.5.24-0")], [(0, EtcdManifestShapes.V1_32)]),
        Release(33, 13, 0, "3.10", [(0, "v1.12.0")], [(0, "3.5.21-0"), (6, "3.5.24-0")], [(0, EtcdManifestShapes.V1_32)]),
        Release(34, 9, 0, "3.10.1", [(0, "v1.12.1")], [(0, "3.6.4-0"), (2, "3.6.5-0")], [(0, EtcdManifestShapes.V1_34)]),
        Release(35, 6, 0, "3.10.1", [(0, "v1.13.1")], [(0, "3.6.6-0")], [(0, EtcdManifestShapes.V1_34)]),
        Release(36, 3, 0, "3.10.2", [(0, "v1.14.2")], [(0, "3.6.8-0")], [(0, EtcdManifestShapes.V1_34)]),
    ];

    /// <summary>The minors known, for messages: <c>1.31, 1.32, …</c>.</summary>
    public static string Known { get; } = string.Join(", ", All);

    /// <summary>The newest version known, compared with a real kubeadm: what a topology takes that names none.</summary>
    public static string NewestVersion { get; } = All[^1].Newest.ToString();

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

    /// <summary>
    /// The etcd image tag one kubeadm has for a Kubernetes version. Its map holds one tag a minor (K: constants.SupportedEtcdVersion):
    /// for its own, that of its own patch; for the one before, the newest; a newer one gets its own.
    /// </summary>
    /// <param name="kubernetes">The Kubernetes version asked for.</param>
    /// <param name="kubeadm">kubeadm's own version.</param>
    /// <exception cref="EtcdTopologyException"><c>KubernetesVersionUnknown</c>.</exception>
    internal static string EtcdTag(KubernetesVersion kubernetes, KubernetesVersion kubeadm)
    {
        KubernetesRelease older = Find(kubernetes.Minor < kubeadm.Minor ? kubernetes : kubeadm);
        return older.EtcdTag(kubernetes.Minor < kubeadm.Minor ? older.CheckedPatch : kubeadm.Patch);
    }

    private static KubernetesRelease Release(
        int minor,
        int checkedPatch,
        int? registryFromPatch,
        string pauseTag,
        (int, string)[] coreDnsTags,
        (int, string)[] etcdTags,
        (int, EtcdManifestShape)[] shapes) => new()
        {
            Minor = minor,
            CheckedPatch = checkedPatch,
            RegistryFromPatch = registryFromPatch,
            PauseTag = pauseTag,
            CoreDnsTags = [.. coreDnsTags],
            EtcdTags = [.. etcdTags],
            Shapes = [.. shapes],
            ApiVersions = minor switch
            {
                <= 14 => ["v1beta1"],
                <= 21 => ["v1beta1", "v1beta2"],
                <= 26 => ["v1beta2", "v1beta3"],
                <= 30 => ["v1beta3"],
                _ => ["v1beta3", "v1beta4"],
            },
            FlagNames = minor switch
            {
                <= 33 => EtcdFlagNames.Experimental,
                <= 35 => EtcdFlagNames.ByImageTag,
                _ => EtcdFlagNames.Current,
            },
            KnowsEcdsaP384 = minor >= 34,
        };
}
