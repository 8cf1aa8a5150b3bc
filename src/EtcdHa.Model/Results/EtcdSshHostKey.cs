namespace EtcdHa;

/// <summary>What known_hosts, or the fingerprint pinned, says of a key that a host presents.</summary>
public enum EtcdSshHostKeyStatus
{
    /// <summary>The very key is listed, or pinned; of a certificate, it counts.</summary>
    Known,

    /// <summary>No key of this type is listed; of a certificate, its CA is not trusted for the host.</summary>
    Unknown,

    /// <summary>Another key of this type is listed.</summary>
    Changed,

    /// <summary>The key is listed as revoked; of a certificate, the key or its CA.</summary>
    Revoked,

    /// <summary>A certificate whose CA is trusted and which does not count all the same; <see cref="EtcdSshHostKey.Problem"/> says why.</summary>
    Invalid,
}

/// <summary>One key a host presents. The host has proved that it holds the key; whether it is the right host is for the reader to compare.</summary>
public sealed record EtcdSshHostKey
{
    /// <summary>The host: address or DNS name.</summary>
    public required string HostName { get; init; }

    /// <summary>sshd's port.</summary>
    public required int Port { get; init; }

    /// <summary>The key's type, such as <c>ssh-ed25519</c>, or a certificate's, such as <c>ssh-ed25519-cert-v01@openssh.com</c>.</summary>
    public required string Type { get; init; }

    /// <summary><c>SHA256:…</c> as <c>ssh-keygen -lf</c> prints it on the host; a certificate's is that of the key in it.</summary>
    public required string Fingerprint { get; init; }

    /// <summary>What known_hosts says of the key.</summary>
    public required EtcdSshHostKeyStatus Status { get; init; }

    /// <summary><c>file:line</c> of the known_hosts line the status rests on; null when there is none.</summary>
    public string? KnownAt { get; init; }

    /// <summary>
    /// The line to add to known_hosts once the fingerprint was compared with the host's own; of a certificate, the line that trusts its CA for the host.
    /// </summary>
    public required string KnownHostsLine { get; init; }

    /// <summary>A certificate's CA, <c>SHA256:…</c>; null for a plain key.</summary>
    public string? AuthorityFingerprint { get; init; }

    /// <summary>The hosts a certificate is for, as patterns; null for a plain key.</summary>
    public IReadOnlyList<string>? Principals { get; init => field = IndexedList.Of(value); }

    /// <summary>When a certificate begins to be valid; null: it always was, or this is a plain key.</summary>
    public DateTimeOffset? ValidAfter { get; init; }

    /// <summary>When a certificate ends to be valid; null: never, or this is a plain key.</summary>
    public DateTimeOffset? ValidBefore { get; init; }

    /// <summary>Why a certificate does not count; null when it does, or for a plain key.</summary>
    public string? Problem { get; init; }

    /// <summary>Host, type and fingerprint.</summary>
    public override string ToString() => $"{HostName} {Type} {Fingerprint}";
}
