namespace EtcdHa;

/// <summary>One member's kubeadm configuration in the staging folder.</summary>
public sealed record EtcdKubeadmConfig : EtcdMemberResult
{
    /// <summary>The file, <c>&lt;staging&gt;/&lt;member&gt;/kubeadmcfg.yaml</c>, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>kubeadm API version, such as <c>v1beta4</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The file's text.</summary>
    public required string Content { get; init; }

    /// <summary>Whether the file was written or already the same.</summary>
    public required EtcdChange Status { get; init; }
}
