namespace EtcdHa.Core.Topology;

/// <summary>
/// What differs between kubeadm's etcd manifests of different versions, apart from image and addresses. The defaults are those of
/// Kubernetes 1.13; <see cref="EtcdManifestShapes"/> has the history.
/// </summary>
internal sealed record EtcdManifestShape
{
    public EtcdManifestAnnotation Annotation { get; init; } = EtcdManifestAnnotation.CriticalPod;

    /// <summary>False: the liveness probe runs etcdctl in the container, and etcd has no listener for metrics.</summary>
    public bool ListensForMetrics { get; init; }

    /// <summary>Path of the HTTP liveness probe.</summary>
    public string LivenessPath { get; init; } = "/health";

    /// <summary>Path of the readiness probe; null: there is none.</summary>
    public string? ReadinessPath { get; init; }

    /// <summary>Path of the startup probe; null: there is none, and the liveness probe starts later, with the API's default period.</summary>
    public string? StartupPath { get; init; }

    public bool RequestsResources { get; init; }

    public bool RequestsEphemeralStorage { get; init; }

    public string PriorityClass { get; init; } = "system-cluster-critical";

    /// <summary>True: the class's number is written too, so that the kubelet ends etcd last.</summary>
    public bool WritesPriority { get; init; }

    public bool SetsSeccompProfile { get; init; }

    public bool ChecksCorruption { get; init; }

    public bool NotifiesWatchProgress { get; init; }

    /// <summary>True: the whole command is sorted by name, then value. False: extra arguments come last, in the order given.</summary>
    public bool SortsExtraArgs { get; init; } = true;

    /// <summary>True: probes name the port <c>probe-port</c>, and there is no <c>creationTimestamp</c> line.</summary>
    public bool NamesProbePort { get; init; }

    /// <summary>The default arguments whose names etcd 3.6 changed.</summary>
    /// <param name="usesCurrentFlagNames">True: with the names that etcd has since 3.6.</param>
    public IEnumerable<EtcdNameValue> RenamedArguments(bool usesCurrentFlagNames)
    {
        if (ChecksCorruption)
        {
            yield return usesCurrentFlagNames
                ? new(EtcdFlags.FeatureGates, "InitialCorruptCheck=true")
                : new("experimental-initial-corrupt-check", "true");
        }

        if (NotifiesWatchProgress)
        {
            yield return new(usesCurrentFlagNames ? "watch-progress-notify-interval" : "experimental-watch-progress-notify-interval", "5s");
        }
    }
}

/// <summary>The one annotation of the etcd pod.</summary>
internal enum EtcdManifestAnnotation
{
    /// <summary>The pod has none.</summary>
    None,

    /// <summary><c>scheduler.alpha.kubernetes.io/critical-pod</c>, empty.</summary>
    CriticalPod,

    /// <summary><c>kubeadm.kubernetes.io/etcd.advertise-client-urls</c>.</summary>
    AdvertiseClientUrls,
}
