namespace EtcdHa;

/// <summary>What a member will be called and where it will be reached, known before it exists.</summary>
public sealed record EtcdMemberIdentity : EtcdMemberResult
{
    /// <summary>
    /// The member's ID in lower-case hex without padding, as etcdctl prints it; null while the initial-cluster-token is still to be
    /// made. A member that was added to a running cluster has another one, which nobody can compute.
    /// </summary>
    public string? MemberId { get; init; }

    /// <summary>The ID of the cluster these members found, in lower-case hex without padding; null while the token is still to be made.</summary>
    public string? ClusterId { get; init; }

    /// <summary>Where its peers reach it.</summary>
    public required string PeerUrl { get; init; }

    /// <summary>Where clients reach it.</summary>
    public required string ClientUrl { get; init; }

    /// <summary>Where the kubelet's probes and monitoring reach it, on the host itself by default.</summary>
    public required string MetricsUrl { get; init; }

    /// <summary>The image its manifest names.</summary>
    public required string Image { get; init; }
}
