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

    /// <summary>known_hosts files.</summary>
    public IReadOnlyList<string>? KnownHostsFile { get; init => field = IndexedList.Of(value); }

    /// <summary>What is done with an unknown host key.</summary>
    public EtcdHostKeyPolicy? HostKeyPolicy { get; init; }

    /// <summary>Time allowed to connect and log in.</summary>
    public TimeSpan? ConnectTimeout { get; init; }
}
