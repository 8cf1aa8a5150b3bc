namespace EtcdHa;

/// <summary>SSH settings a topology's hosts have in common. Null means what <c>~/.ssh/config</c> says, then OpenSSH's default.</summary>
public sealed record EtcdSshSettings
{
    /// <summary>The user to log in as; null: ssh_config's, else the current user.</summary>
    public string? UserName { get; init; }

    /// <summary>sshd's port; null: ssh_config's, else 22.</summary>
    public int? Port { get; init; }

    /// <summary>Private key files, tried in order. A leading <c>~</c> is the home directory.</summary>
    public IReadOnlyList<string>? IdentityFile { get; init => field = IndexedList.Of(value); }

    /// <summary>OpenSSH user certificates, each for one of the keys; <c>&lt;identity file&gt;-cert.pub</c> is tried without being named.</summary>
    public IReadOnlyList<string>? CertificateFile { get; init => field = IndexedList.Of(value); }

    /// <summary>True: an agent's keys are tried only where an identity file or certificate names them.</summary>
    public bool? IdentitiesOnly { get; init; }

    /// <summary>The agent's socket or pipe; <c>none</c>: no agent; <c>SSH_AUTH_SOCK</c>: the one that variable names.</summary>
    public string? IdentityAgent { get; init; }

    /// <summary>known_hosts files.</summary>
    public IReadOnlyList<string>? KnownHostsFile { get; init => field = IndexedList.Of(value); }

    /// <summary>What is done with an unknown host key.</summary>
    public EtcdHostKeyPolicy? HostKeyPolicy { get; init; }

    /// <summary>Time allowed to connect and log in.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>Time allowed for one command on a host; null: each step's own limit.</summary>
    public TimeSpan? CommandTimeout { get; init; }

    /// <summary>How commands become root on the hosts.</summary>
    public EtcdSudoMode? SudoMode { get; init; }

    /// <summary>Hosts that lead to the members, the first hop first; empty: none. Keys, known_hosts and policy of these settings count for them too, user and port do not.</summary>
    public IReadOnlyList<EtcdSshTarget>? JumpHost { get; init => field = IndexedList.Of(value); }

    /// <summary>True: algorithms that are broken or weak (SHA-1, CBC, 3DES) are offered too, last.</summary>
    public bool? AllowWeakAlgorithms { get; init; }
}
