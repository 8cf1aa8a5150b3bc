namespace EtcdHa;

/// <summary>The etcd image on one host.</summary>
public sealed record EtcdHostImage : EtcdHostResult
{
    /// <summary>The image: <c>registry.k8s.io/etcd:3.6.8-0</c>.</summary>
    public required string Image { get; init; }

    /// <summary>The program on the host that was asked: <c>crictl</c>, <c>ctr</c>, <c>podman</c> or <c>docker</c>.</summary>
    public required string Tool { get; init; }

    /// <summary>The image's ID or digest as the tool tells it, <c>sha256:…</c>; null when it does not.</summary>
    public string? Digest { get; init; }
}
