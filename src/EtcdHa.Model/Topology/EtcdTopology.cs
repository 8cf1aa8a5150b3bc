namespace EtcdHa;

/// <summary>
/// A whole etcd cluster as wanted: its members and everything they have in common.
/// Made by <c>New-EtcdTopology</c> or <c>Import-EtcdTopology</c>, which validate it; every later step takes it.
/// </summary>
public sealed record EtcdTopology
{
    /// <summary>kubeadm's default certificates directory.</summary>
    public const string DefaultCertificatesDirectory = "/etc/kubernetes/pki";

    /// <summary>kubeadm's default data directory.</summary>
    public const string DefaultDataDirectory = "/var/lib/etcd";

    /// <summary>The folder of static pod manifests the page's kubelet reads.</summary>
    public const string DefaultManifestDirectory = "/etc/kubernetes/manifests";

    /// <summary>kubeadm's default image repository since 1.25.</summary>
    public const string DefaultImageRepository = "registry.k8s.io";

    /// <summary>The members, in the order of <c>initial-cluster</c>. The first one is the page's HOST0.</summary>
    public required IReadOnlyList<EtcdMember> Members { get; init => field = IndexedList.Of(value); }

    /// <summary>Kubernetes version <c>vX.Y.Z</c>: it chooses the etcd image, its flags and the manifest's shape.</summary>
    public required string KubernetesVersion { get; init; }

    /// <summary>
    /// kubeadm API version, such as <c>v1beta4</c>. Null: the newest that kubeadm of <see cref="KubernetesVersion"/> reads; a
    /// validated topology names it.
    /// </summary>
    public string? KubeadmApiVersion { get; init; }

    /// <summary>Image repository; the image is <c>&lt;repository&gt;/etcd:&lt;tag&gt;</c>. Null: kubeadm's default.</summary>
    public string? ImageRepository { get; init; }

    /// <summary>etcd image tag, taken literally. Null: the tag kubeadm has for the Kubernetes version.</summary>
    public string? ImageTag { get; init; }

    /// <summary>etcd's data directory on the hosts, absolute.</summary>
    public string DataDirectory { get; init; } = DefaultDataDirectory;

    /// <summary>Certificates directory on the hosts, absolute.</summary>
    public string CertificatesDirectory { get; init; } = DefaultCertificatesDirectory;

    /// <summary>Client port of members that name none.</summary>
    public int ClientPort { get; init; } = 2379;

    /// <summary>Peer port of members that name none.</summary>
    public int PeerPort { get; init; } = 2380;

    /// <summary>Metrics and probe port, on loopback, of members that name none.</summary>
    public int MetricsPort { get; init; } = 2381;

    /// <summary>Key algorithm of the CA and of every leaf.</summary>
    public EtcdKeyAlgorithm KeyAlgorithm { get; init; } = EtcdKeyAlgorithm.Rsa2048;

    /// <summary>Validity of leaf certificates; kubeadm's default is 8760 h.</summary>
    public TimeSpan CertificateValidity { get; init; } = TimeSpan.FromHours(8760);

    /// <summary>Validity of the CA; kubeadm's default is 87600 h.</summary>
    public TimeSpan CaCertificateValidity { get; init; } = TimeSpan.FromHours(87600);

    /// <summary>
    /// How long etcd may take to become healthy after its start before the kubelet starts it anew (the startup probe); kubeadm's
    /// <c>controlPlaneComponentHealthCheck</c>, 4 min by default.
    /// </summary>
    public TimeSpan HealthCheckTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Extra etcd arguments, after the page's own, duplicates kept.</summary>
    public IReadOnlyList<EtcdNameValue> ExtraArg { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Extra environment variables of the etcd container.</summary>
    public IReadOnlyList<EtcdEnvironmentVariable> ExtraEnv { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>More SANs of every member's server certificate.</summary>
    public IReadOnlyList<string> ServerCertSan { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>More SANs of every member's peer certificate.</summary>
    public IReadOnlyList<string> PeerCertSan { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>
    /// <c>initial-cluster-token</c>, or null to leave it out as the documented page does.
    /// Unique per build by default: two builds on the same addresses with the same token share member and cluster IDs,
    /// and a stale data directory then joins the new cluster.
    /// </summary>
    public string? InitialClusterToken { get; init; }

    /// <summary>
    /// True when the token was made up by <c>New-EtcdTopology</c> and not given; a staging folder that already
    /// belongs to the same members then keeps its own token, so that a second run writes the same bytes.
    /// </summary>
    public bool IsTokenGenerated { get; init; }

    /// <summary>SSH settings of members whose target names none; its host name is not used.</summary>
    public EtcdSshSettings Ssh { get; init; } = new();

    /// <summary>The members' names, joined by commas.</summary>
    public override string ToString() => string.Join(',', Members.Select(m => m.Name));
}
