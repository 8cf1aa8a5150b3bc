namespace EtcdHa;

/// <summary>The etcd static pod manifest of one member on its host.</summary>
public sealed record EtcdStaticPod : EtcdHostResult
{
    /// <summary>The manifest on the host.</summary>
    public required string Path { get; init; }

    /// <summary>The image it names.</summary>
    public required string Image { get; init; }

    /// <summary>What wrote it.</summary>
    public required EtcdManifestGenerator Generator { get; init; }
}
