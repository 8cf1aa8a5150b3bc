namespace EtcdHa;

/// <summary>
/// The files a control plane's API server needs to reach etcd, on its host. It names no <c>Member</c>: piped into the next cmdlet it
/// means the whole cluster.
/// </summary>
public sealed record EtcdClientFiles
{
    /// <summary>The whole topology.</summary>
    public required EtcdTopology Topology { get; init; }

    /// <summary>The staging folder on the workstation, absolute.</summary>
    public required string StagingPath { get; init; }

    /// <summary>The member whose set the client certificate is of. Every member's is as good.</summary>
    public required EtcdMember CertificateOf { get; init; }

    /// <summary>The SSH target the files were copied to.</summary>
    public required string HostName { get; init; }

    /// <summary>The CA certificate on the host: <c>etcd.external.caFile</c>.</summary>
    public required string CaFile { get; init; }

    /// <summary>The client certificate on the host: <c>etcd.external.certFile</c>.</summary>
    public required string CertFile { get; init; }

    /// <summary>Its key on the host: <c>etcd.external.keyFile</c>.</summary>
    public required string KeyFile { get; init; }

    /// <summary>End of validity of the client certificate.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>What the steps together did.</summary>
    public required EtcdChange Status { get; init; }

    /// <summary>Every step, in the order it was taken.</summary>
    public required IReadOnlyList<EtcdStepResult> Steps { get; init => field = IndexedList.Of(value); }

    /// <summary>Time from connecting to the last answer.</summary>
    public required TimeSpan Duration { get; init; }
}
