namespace EtcdHa;

/// <summary>The four leaf certificates of one member in the staging folder.</summary>
public sealed record EtcdCertificateSet : EtcdMemberResult
{
    /// <summary>The member's certificates directory, <c>&lt;staging&gt;/&lt;member&gt;/pki</c>, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>etcd/server, etcd/peer, etcd/healthcheck-client, apiserver-etcd-client.</summary>
    public required IReadOnlyList<EtcdCertificate> Certificates { get; init => field = IndexedList.Of(value); }

    /// <summary>The earliest end of validity of the four.</summary>
    public DateTimeOffset NotAfter => Certificates.Min(c => c.NotAfter);

    /// <summary>What was done: <see cref="EtcdChange.Unchanged"/> when all four were already right.</summary>
    public required EtcdChange Status { get; init; }
}
