namespace EtcdHa;

/// <summary>The part of a control plane's kubeadm configuration that names this etcd, <c>etcd.external</c>.</summary>
public sealed record EtcdExternalConfig
{
    /// <summary>The whole topology.</summary>
    public required EtcdTopology Topology { get; init; }

    /// <summary>The file it was written to, absolute; null when none was asked for.</summary>
    public string? Path { get; init; }

    /// <summary>kubeadm API version, such as <c>v1beta4</c>.</summary>
    public required string ApiVersion { get; init; }

    /// <summary>The members' client URLs.</summary>
    public required IReadOnlyList<string> Endpoint { get; init => field = IndexedList.Of(value); }

    /// <summary>etcd's CA certificate on the control-plane host.</summary>
    public required string CaFile { get; init; }

    /// <summary>The API server's client certificate on the control-plane host.</summary>
    public required string CertFile { get; init; }

    /// <summary>The certificate's key on the control-plane host.</summary>
    public required string KeyFile { get; init; }

    /// <summary>The document's text.</summary>
    public required string Content { get; init; }

    /// <summary>Whether the file was written or already the same; null when none was asked for.</summary>
    public EtcdChange? Status { get; init; }
}
