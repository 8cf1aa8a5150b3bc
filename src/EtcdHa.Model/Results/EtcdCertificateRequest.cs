namespace EtcdHa;

/// <summary>A certificate request in the staging folder, to be signed by a CA whose key is elsewhere.</summary>
public sealed record EtcdCertificateRequest : EtcdMemberResult
{
    /// <summary>kubeadm's base name: <c>etcd/server</c>, <c>etcd/peer</c>, <c>etcd/healthcheck-client</c>, <c>apiserver-etcd-client</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The request, PKCS#10 in PEM form, <c>&lt;staging&gt;/&lt;member&gt;/pki/….csr</c>, absolute: what the CA signs.</summary>
    public required string Path { get; init; }

    /// <summary>The private key beside it, absolute. It stays where it is.</summary>
    public required string KeyPath { get; init; }

    /// <summary>Subject asked for, such as <c>CN=infra0</c>.</summary>
    public required string Subject { get; init; }

    /// <summary>Subject alternative names asked for, DNS names and IP addresses.</summary>
    public IReadOnlyList<string> SubjectAlternativeName { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Extended key usages asked for: <c>serverAuth</c>, <c>clientAuth</c>.</summary>
    public IReadOnlyList<string> ExtendedKeyUsage { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Key algorithm.</summary>
    public required EtcdKeyAlgorithm KeyAlgorithm { get; init; }

    /// <summary>Whether it was made now or already right.</summary>
    public required EtcdChange Status { get; init; }

    /// <summary>Member and base name.</summary>
    public override string ToString() => $"{Member.Name} {Name}";
}
