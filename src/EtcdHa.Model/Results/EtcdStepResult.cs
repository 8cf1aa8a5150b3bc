namespace EtcdHa;

/// <summary>One typed step on a host: what it is, what was there, what was done.</summary>
public sealed record EtcdStepResult
{
    /// <summary>What the step does, in words: <c>Place file</c>, <c>Create directory</c>, <c>Restart unit</c> …</summary>
    public required string Action { get; init; }

    /// <summary>The path or unit.</summary>
    public required string Target { get; init; }

    /// <summary>What was done.</summary>
    public required EtcdChange Change { get; init; }

    /// <summary>Why: <c>absent</c>, <c>content differs</c>, <c>mode 0644, wanted 0600</c> …; empty when unchanged.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Owner and group, <c>root:root</c>; null for what has none.</summary>
    public string? Owner { get; init; }

    /// <summary>Mode in octal, <c>0600</c>; null for what has none.</summary>
    public string? Mode { get; init; }

    /// <summary>SHA-256 of the content in lower-case hex; null for what has none.</summary>
    public string? Sha256 { get; init; }

    /// <summary><c>Created /etc/kubernetes/pki/etcd/ca.crt</c>.</summary>
    public override string ToString() => $"{Change} {Target}";
}
