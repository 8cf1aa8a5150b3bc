namespace EtcdHa.Core.Ssh;

/// <summary>An SSH target with every setting decided: parameters, then the topology, then defaults.</summary>
/// <param name="HostName">IPv4 or IPv6 address or DNS name.</param>
/// <param name="Port">sshd's port.</param>
/// <param name="UserName">The user to log in as.</param>
/// <param name="IdentityFiles">Private key files that exist, in order.</param>
/// <param name="KnownHostsFiles">known_hosts files in order; the first is the one a new key is added to.</param>
/// <param name="HostKeyPolicy">What is done with an unknown host key.</param>
/// <param name="HostKeyFingerprint">The pinned fingerprint, <c>SHA256:…</c>, for <see cref="EtcdHostKeyPolicy.Pinned"/>.</param>
/// <param name="ConnectTimeout">Time allowed to connect and log in.</param>
public sealed record ResolvedSshTarget(
    string HostName,
    int Port,
    string UserName,
    IReadOnlyList<string> IdentityFiles,
    IReadOnlyList<string> KnownHostsFiles,
    EtcdHostKeyPolicy HostKeyPolicy,
    string? HostKeyFingerprint,
    TimeSpan ConnectTimeout)
{
    /// <summary><c>user@host[:port]</c>.</summary>
    public override string ToString() => new EtcdSshTarget(HostName, Port, UserName).ToString();
}
