namespace EtcdHa;

/// <summary>One member's static pod manifest in the staging folder.</summary>
public sealed record EtcdStaticPodManifest : EtcdMemberResult
{
    /// <summary>The file, <c>&lt;staging&gt;/&lt;member&gt;/etcd.yaml</c>, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The etcd image it names.</summary>
    public required string Image { get; init; }

    /// <summary>SHA-256 of the file, in lower-case hexadecimal, as <c>sha256sum</c> prints it.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The file's text.</summary>
    public required string Content { get; init; }

    /// <summary>Whether the file was written or already the same.</summary>
    public required EtcdChange Status { get; init; }
}
