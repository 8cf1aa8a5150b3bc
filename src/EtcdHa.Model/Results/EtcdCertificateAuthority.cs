namespace EtcdHa;

/// <summary>The etcd certificate authority in the staging folder, <c>&lt;staging&gt;/pki/etcd/ca.crt</c> and <c>ca.key</c>.</summary>
public sealed record EtcdCertificateAuthority : EtcdCertificate
{
    /// <summary>The staging folder, absolute: binds to the next cmdlet.</summary>
    public required string StagingPath { get; init; }

    /// <summary>The topology it was made for, when one was given: binds to the next cmdlet.</summary>
    public EtcdTopology? Topology { get; init; }

    /// <summary>False for an external CA whose key is not on the workstation.</summary>
    public bool HasKey => KeyPath is not null;
}
