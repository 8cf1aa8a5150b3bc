using System.Security;

namespace EtcdHa.Core.Ssh;

/// <summary>An SSH target with every setting decided: parameters, then the topology, then ssh_config, then defaults.</summary>
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
    /// <summary>The name known_hosts is asked for instead of host and port (ssh_config(5), HostKeyAlias); null: host and port.</summary>
    public string? HostKeyAlias { get; init; }

    /// <summary>Files of keys that no host may have (ssh_config(5), RevokedHostKeys).</summary>
    public IReadOnlyList<string> RevokedHostKeysFiles { get; init; } = [];

    /// <summary>Whether <see cref="EtcdHostKeyPolicy.AcceptNew"/> hides the names it adds to known_hosts (ssh_config(5), HashKnownHosts).</summary>
    public bool HashKnownHosts { get; init; }

    /// <summary>OpenSSH user certificates that were named, and exist. <c>&lt;identity file&gt;-cert.pub</c> is not among them.</summary>
    public IReadOnlyList<string> CertificateFiles { get; init; } = [];

    /// <summary>True: an agent's keys are tried only where an identity file or certificate names them.</summary>
    public bool IdentitiesOnly { get; init; }

    /// <summary>Path of the agent's socket or pipe; null: no agent.</summary>
    public string? IdentityAgent { get; init; }

    /// <summary>Hosts to connect through, in order, each with its own settings and itself without jump hosts; empty: directly.</summary>
    public IReadOnlyList<ResolvedSshTarget> JumpHosts { get; init; } = [];

    /// <summary>Time allowed for one command; null: each step's own limit.</summary>
    public TimeSpan? CommandTimeout { get; init; }

    /// <summary>How commands become root.</summary>
    public EtcdSudoMode SudoMode { get; init; }

    /// <summary>True: weak algorithms are offered too.</summary>
    public bool AllowWeakAlgorithms { get; init; }

    /// <summary>The login password; null: neither password nor keyboard-interactive is tried.</summary>
    public SecureString? Password { get; init; }

    /// <summary>What sudo asks for; null: nothing to give it.</summary>
    public SecureString? SudoPassword { get; init; }

    /// <summary>The passphrase of encrypted identity files; null: to be asked for.</summary>
    public SecureString? KeyPassphrase { get; init; }

    /// <summary>The target and the way to it, for verbose text: <c>ubuntu@10.0.0.6 through admin@bastion, admin@inner</c>.</summary>
    public string ToPath() => JumpHosts.Count == 0 ? ToString() : $"{this} through {string.Join(", ", JumpHosts)}";

    /// <summary>The host as known_hosts names it; an alias stands without port, as in OpenSSH.</summary>
    internal KnownHostsName KnownHostsName => HostKeyAlias is null
        ? Ssh.KnownHostsName.Of(HostName, Port)
        : Ssh.KnownHostsName.OfAlias(HostKeyAlias);

    /// <summary>How often a silent connection is kept alive; zero: never. 15 seconds keep a NAT's mapping.</summary>
    public TimeSpan KeepAliveInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>What of the user's ssh_config was passed over, for verbose text.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary><c>user@host[:port]</c>; the port only when it is not 22.</summary>
    public override string ToString() => new EtcdSshTarget(HostName, Port == EtcdSshTarget.DefaultPort ? null : Port, UserName).ToString();
}
