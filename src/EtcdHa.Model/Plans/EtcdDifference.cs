namespace EtcdHa;

/// <summary>One difference between a topology and what is on its hosts, or what runs there.</summary>
public sealed record EtcdDifference : EtcdMemberResult
{
    /// <summary>The SSH target that was looked at.</summary>
    public required string HostName { get; init; }

    /// <summary>In what it differs.</summary>
    public required EtcdDifferenceKind Kind { get; init; }

    /// <summary>The path, unit, flag or member.</summary>
    public required string Target { get; init; }

    /// <summary>As the topology wants it, in words.</summary>
    public required string Expected { get; init; }

    /// <summary>As it is, in words. Never the content of a key.</summary>
    public required string Actual { get; init; }

    /// <summary><see cref="EtcdCheckSeverity.Error"/>, or <see cref="EtcdCheckSeverity.Warning"/> for what does no harm as it is.</summary>
    public EtcdCheckSeverity Severity { get; init; } = EtcdCheckSeverity.Error;

    /// <summary><c>infra0: Mode /etc/kubernetes/pki/etcd/ca.key: 0644, expected 0600</c>.</summary>
    public override string ToString() => $"{Member}: {Kind} {Target}: {Actual}, expected {Expected}";
}
