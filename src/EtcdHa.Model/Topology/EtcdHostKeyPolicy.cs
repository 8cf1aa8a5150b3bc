namespace EtcdHa;

/// <summary>What is done with a host key that known_hosts does not vouch for.</summary>
public enum EtcdHostKeyPolicy
{
    /// <summary>Only keys that known_hosts lists are accepted (OpenSSH: <c>StrictHostKeyChecking yes</c>).</summary>
    Strict,

    /// <summary>A key never seen is added to known_hosts; a changed one is refused (<c>accept-new</c>).</summary>
    AcceptNew,

    /// <summary>Only the key with the fingerprint given is accepted; known_hosts is not read.</summary>
    Pinned,
}
