namespace EtcdHa.Core.Topology;

/// <summary>
/// How kubeadm's etcd manifest changed, oldest first; each shape is named after the version it came with. Sources: kubeadm's
/// phases/etcd/local.go and util/staticpod/utils.go, the pull requests of kubernetes/kubernetes named here, and manifests of real
/// clusters of 1.14.0, 1.16, 1.17, 1.19, 1.21.0, 1.22 to 1.24, 1.29.0 and 1.30.14.
/// </summary>
internal static class EtcdManifestShapes
{
    public static EtcdManifestShape V1_13 { get; } = new();

    public static EtcdManifestShape V1_14 { get; } = V1_13 with { Annotation = EtcdManifestAnnotation.None };

    /// <summary>#81385.</summary>
    public static EtcdManifestShape V1_16 { get; } = V1_14 with { ListensForMetrics = true };

    public static EtcdManifestShape V1_18 { get; } = V1_16 with { Annotation = EtcdManifestAnnotation.AdvertiseClientUrls };

    /// <summary>#90063 and the startup probe.</summary>
    public static EtcdManifestShape V1_19 { get; } = V1_18 with { StartupPath = "/health", PriorityClass = "system-node-critical" };

    /// <summary>#94479.</summary>
    public static EtcdManifestShape V1_20 { get; } = V1_19 with { RequestsResources = true, RequestsEphemeralStorage = true };

    /// <summary>1.20.8 (#102704), 1.21.2 (#102705).</summary>
    public static EtcdManifestShape V1_20_8 { get; } = V1_20 with { RequestsEphemeralStorage = false };

    /// <summary>#100234, #102673.</summary>
    public static EtcdManifestShape V1_22 { get; } = V1_20_8 with { SetsSeccompProfile = true };

    /// <summary>1.22.10 (#109076), 1.23.7 (#109075), 1.24 (#109074).</summary>
    public static EtcdManifestShape V1_22_10 { get; } = V1_22 with { ChecksCorruption = true };

    /// <summary>#110072, #110744, #111383.</summary>
    public static EtcdManifestShape V1_25 { get; } = V1_22_10 with
    {
        LivenessPath = "/health?exclude=NOSPACE&serializable=true",
        StartupPath = "/health?serializable=false",
        NotifiesWatchProgress = true,
    };

    /// <summary>1.25.12 (#119118), 1.26.7 (#119117), 1.27 (#114338).</summary>
    public static EtcdManifestShape V1_25_12 { get; } = V1_25 with { WritesPriority = true };

    /// <summary>#124465.</summary>
    public static EtcdManifestShape V1_31 { get; } = V1_25_12 with { LivenessPath = "/livez", ReadinessPath = "/readyz", StartupPath = "/readyz" };

    public static EtcdManifestShape V1_32 { get; } = V1_31 with { SortsExtraArgs = false };

    /// <summary>#132776, #132838.</summary>
    public static EtcdManifestShape V1_34 { get; } = V1_32 with { NamesProbePort = true };
}
