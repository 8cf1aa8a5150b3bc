namespace EtcdHa;

/// <summary>A container image that kubeadm of a Kubernetes version asks for.</summary>
public sealed record EtcdContainerImage
{
    /// <summary>What to pull: <c>registry.k8s.io/etcd:3.6.8-0</c>.</summary>
    public string Image => $"{Repository}:{Tag}";

    /// <summary>The image without its tag, <c>registry.k8s.io/etcd</c>.</summary>
    public required string Repository { get; init; }

    /// <summary>The tag, such as <c>3.6.8-0</c>.</summary>
    public required string Tag { get; init; }

    /// <summary>The etcd version in the tag, such as <c>3.6.8</c>; null for another program's image, and for a tag that names no version.</summary>
    public string? EtcdVersion { get; init; }

    /// <summary>The Kubernetes version, <c>vX.Y.Z</c>.</summary>
    public required string KubernetesVersion { get; init; }

    /// <summary>The image, as a runtime takes it.</summary>
    public override string ToString() => Image;
}
