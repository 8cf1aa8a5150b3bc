using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Kubeadm;

/// <summary>What a member's kubeadm configuration says, whatever the API version. Null: not written, kubeadm's default holds.</summary>
internal sealed record KubeadmEtcdConfig
{
    public required string NodeName { get; init; }

    public required string AdvertiseAddress { get; init; }

    public required string KubernetesVersion { get; init; }

    public string? CertificatesDirectory { get; init; }

    public string? EncryptionAlgorithm { get; init; }

    public string? CertificateValidityPeriod { get; init; }

    public string? CaCertificateValidityPeriod { get; init; }

    /// <summary><c>imageRepository</c> of the whole cluster; that of <c>etcd.local</c> wins over it.</summary>
    public string? ClusterImageRepository { get; init; }

    /// <summary><c>imageRepository</c> of <c>etcd.local</c>.</summary>
    public string? ImageRepository { get; init; }

    public string? ImageTag { get; init; }

    public string? DataDirectory { get; init; }

    public required IReadOnlyList<string> ServerCertSans { get; init; }

    public required IReadOnlyList<string> PeerCertSans { get; init; }

    public required IReadOnlyList<EtcdNameValue> ExtraArgs { get; init; }

    public required IReadOnlyList<EtcdNameValue> ExtraEnvs { get; init; }

    /// <summary>How long the startup probe may fail; kubeadm's default is 4 min.</summary>
    public TimeSpan? HealthCheckTimeout { get; init; }

    /// <summary>The configuration of one member.</summary>
    public static KubeadmEtcdConfig Of(EtcdTopology topology, EtcdMember member)
    {
        var defaults = new EtcdTopology { Members = [], KubernetesVersion = topology.KubernetesVersion };
        return new()
        {
            NodeName = member.Name,
            AdvertiseAddress = member.Address,
            KubernetesVersion = topology.KubernetesVersion,
            CertificatesDirectory = Differing(topology.CertificatesDirectory, defaults.CertificatesDirectory),
            EncryptionAlgorithm = Differing(topology.KeyAlgorithm.KubeadmName(), defaults.KeyAlgorithm.KubeadmName()),
            CertificateValidityPeriod = Differing(GoDuration.Format(topology.CertificateValidity), GoDuration.Format(defaults.CertificateValidity)),
            CaCertificateValidityPeriod = Differing(GoDuration.Format(topology.CaCertificateValidity), GoDuration.Format(defaults.CaCertificateValidity)),
            ImageRepository = topology.ImageRepository,
            ImageTag = topology.ImageTag,
            DataDirectory = Differing(topology.DataDirectory, defaults.DataDirectory),
            ServerCertSans = CertificateSans.Server(topology, member),
            PeerCertSans = CertificateSans.Peer(topology, member),
            ExtraArgs = MemberArguments.Of(topology, member),
            ExtraEnvs = topology.ExtraEnv,
        };
    }

    private static string? Differing(string value, string defaultValue) => value == defaultValue ? null : value;
}
