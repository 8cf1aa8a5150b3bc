namespace EtcdHa;

/// <summary>What known_hosts, or the fingerprint pinned, says of a key that a host presents.</summary>
public enum EtcdSshHostKeyStatus
{
    /// <summary>The very key is listed, or pinned.</summary>
    Known,

    /// <summary>No key of this type is listed.</summary>
    Unknown,

    /// <summary>Another key of this type is listed.</summary>
    Changed,

    /// <summary>The key is listed as revoked.</summary>
    Revoked,
}

/// <summary>One key a host presents. The host has proved that it holds the key; whether it is the right host is for the reader to compare.</summary>
public sealed record EtcdSshHostKey
{
    /// <summary>The host: address or DNS name.</summary>
    public required string HostName { get; init; }

    /// <summary>sshd's port.</summary>
    public required int Port { get; init; }

    /// <summary>The key's type, such as <c>ssh-ed25519</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>SHA256:…</c> as <c>ssh-keygen -lf</c> prints it on the host.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What known_hosts says of the key.</summary>
    public required EtcdSshHostKeyStatus Status { get; init; }

    /// <summary><c>file:line</c> of the known_hosts line the status rests on; null when there is none.</summary>
    public string? KnownAt { get; init; }

    /// <summary>The line to add to known_hosts once the fingerprint was compared with the host's own.</summary>
    public required string KnownHostsLine { get; init; }

    /// <summary>Host, type and fingerprint.</summary>
    public override string ToString() => $"{HostName} {Type} {Fingerprint}";
}
