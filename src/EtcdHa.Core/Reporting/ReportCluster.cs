namespace EtcdHa.Core.Reporting;

/// <summary>The cluster as wanted: what its members have in common.</summary>
public sealed record ReportCluster
{
    /// <summary>Kubernetes version, <c>vX.Y.Z</c>.</summary>
    public required string KubernetesVersion { get; init; }

    /// <summary>kubeadm API version.</summary>
    public required string? KubeadmApiVersion { get; init; }

    /// <summary>The image the manifests name.</summary>
    public required string Image { get; init; }

    /// <summary><c>initial-cluster</c>: every member and its peer URL.</summary>
    public required string InitialCluster { get; init; }

    /// <summary><c>initial-cluster-token</c>. It tells clusters apart and opens nothing, so it is no secret; null: etcd's default.</summary>
    public required string? InitialClusterToken { get; init; }

    /// <summary>The ID of the cluster these members found, lower-case hex; null while the token is still to be made.</summary>
    public required string? FoundingClusterId { get; init; }

    /// <summary>How many members must be up for the cluster to work.</summary>
    public required int Quorum { get; init; }

    /// <summary>Data directory on the hosts.</summary>
    public required string DataDirectory { get; init; }

    /// <summary>Certificates directory on the hosts.</summary>
    public required string CertificatesDirectory { get; init; }

    /// <summary>Key algorithm of every certificate, in kubeadm's words.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>Validity of leaf certificates, hours.</summary>
    public required double CertificateValidityHours { get; init; }

    /// <summary>Validity of the CA, hours.</summary>
    public required double CaCertificateValidityHours { get; init; }

    /// <summary>How long etcd may take to become healthy after its start, seconds.</summary>
    public required double HealthCheckTimeoutSeconds { get; init; }

    /// <summary>Extra arguments of etcd, <c>name=value</c>; the value of one that is a password or holds one is left out.</summary>
    public required IReadOnlyList<string> ExtraArguments { get; init; }

    /// <summary>Names of extra environment variables of etcd. Their values are left out: they may be secret.</summary>
    public required IReadOnlyList<string> ExtraEnvironment { get; init; }
}
