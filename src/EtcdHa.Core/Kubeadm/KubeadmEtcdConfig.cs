using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// What a member's kubeadm configuration says of etcd, whatever the API version: made of a topology, or read from a file with
/// nothing added. Null: not written, kubeadm's default holds.
/// </summary>
internal sealed record KubeadmEtcdConfig
{
    /// <summary><c>v1beta1</c> … <c>v1beta4</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The node name as kubeadm takes it: trimmed and in lower case. Null: that of the machine kubeadm runs on.</summary>
    public string? NodeName { get; init; }

    /// <summary>Null: the address of the default route's interface of the machine kubeadm runs on.</summary>
    public string? AdvertiseAddress { get; init; }

    /// <summary>Null: kubeadm asks the network for the newest.</summary>
    public string? KubernetesVersion { get; init; }

    public string? CertificatesDirectory { get; init; }

    public string? EncryptionAlgorithm { get; init; }

    public TimeSpan? CertificateValidityPeriod { get; init; }

    public TimeSpan? CaCertificateValidityPeriod { get; init; }

    /// <summary><c>imageRepository</c> of the whole cluster; that of <c>etcd.local</c> wins over it.</summary>
    public string? ClusterImageRepository { get; init; }

    /// <summary><c>imageRepository</c> of <c>etcd.local</c>.</summary>
    public string? ImageRepository { get; init; }

    public string? ImageTag { get; init; }

    public string? DataDirectory { get; init; }

    public IReadOnlyList<string> ServerCertSans { get; init; } = [];

    public IReadOnlyList<string> PeerCertSans { get; init; } = [];

    /// <summary>In the order of the file, or of the page; <see cref="ConvertedExtraArgs"/> is what kubeadm works with.</summary>
    public IReadOnlyList<EtcdNameValue> ExtraArgs { get; init; } = [];

    public IReadOnlyList<EtcdEnvironmentVariable> ExtraEnvs { get; init; } = [];

    /// <summary>How long the startup probe may fail; kubeadm's default is 4 min.</summary>
    public TimeSpan? HealthCheckTimeout { get; init; }

    /// <summary>
    /// The extra arguments as kubeadm has them after conversion: of the map of v1beta1 to v1beta3 a list sorted by name
    /// (K: apis/kubeadm/v1beta3/conversion.go), of v1beta4 the list as it is, duplicates included.
    /// </summary>
    public IReadOnlyList<EtcdNameValue> ConvertedExtraArgs =>
        ApiVersion == KubeadmApiVersions.WithLists ? ExtraArgs : [.. ExtraArgs.OrderBy(a => a.Name, StringComparer.Ordinal)];

    /// <summary>The configuration of one member.</summary>
    public static KubeadmEtcdConfig Of(EtcdTopology topology, EtcdMember member)
    {
        var defaults = new EtcdTopology { Members = [], KubernetesVersion = topology.KubernetesVersion };
        return new()
        {
            ApiVersion = KubeadmApiVersions.Of(topology),
            NodeName = member.Name,
            AdvertiseAddress = member.Address,
            KubernetesVersion = topology.KubernetesVersion,
            CertificatesDirectory = Differing(topology.CertificatesDirectory, defaults.CertificatesDirectory),
            EncryptionAlgorithm = Differing(topology.KeyAlgorithm.KubeadmName(), defaults.KeyAlgorithm.KubeadmName()),
            CertificateValidityPeriod = Differing(topology.CertificateValidity, defaults.CertificateValidity),
            CaCertificateValidityPeriod = Differing(topology.CaCertificateValidity, defaults.CaCertificateValidity),
            ImageRepository = topology.ImageRepository,
            ImageTag = topology.ImageTag,
            DataDirectory = Differing(topology.DataDirectory, defaults.DataDirectory),
            ServerCertSans = CertificateSans.Server(topology, member),
            PeerCertSans = CertificateSans.Peer(topology, member),
            ExtraArgs = MemberArguments.Of(topology, member),
            ExtraEnvs = topology.ExtraEnv,
            HealthCheckTimeout = Differing(topology.HealthCheckTimeout, defaults.HealthCheckTimeout),
        };
    }

    private static string? Differing(string value, string defaultValue) => value == defaultValue ? null : value;

    private static TimeSpan? Differing(TimeSpan value, TimeSpan defaultValue) => value == defaultValue ? null : value;
}
