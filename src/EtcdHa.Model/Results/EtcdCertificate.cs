namespace EtcdHa;

/// <summary>What one certificate says. No key material.</summary>
public record EtcdCertificate
{
    /// <summary>kubeadm's base name: <c>etcd/ca</c>, <c>etcd/server</c>, <c>etcd/peer</c>, <c>etcd/healthcheck-client</c>, <c>apiserver-etcd-client</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The certificate file on the workstation, absolute.</summary>
    public required string Path { get; init; }

    /// <summary>The key file on the workstation, absolute; null when there is none.</summary>
    public string? KeyPath { get; init; }

    /// <summary>Subject, such as <c>CN=infra0</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Subject alternative names in the certificate's order, DNS names and IP addresses.</summary>
    public IReadOnlyList<string> SubjectAlternativeName { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Serial number in lower-case hex.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Start of validity, UTC.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>End of validity, UTC.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Key algorithm; null when it is none that kubeadm makes.</summary>
    public EtcdKeyAlgorithm? KeyAlgorithm { get; init; }

    /// <summary>SHA-256 fingerprint of the certificate in lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>Whether it was made now or already right.</summary>
    public required EtcdChange Status { get; init; }

    /// <summary>kubeadm's base name.</summary>
    public override string ToString() => Name;
}
