namespace EtcdHa.Core.Ssh;

/// <summary>What the workstation gives SSH by default, as values, so that tests choose them.</summary>
/// <param name="UserName">The user who runs the session: the default login name.</param>
/// <param name="HomeDirectory">What a leading <c>~</c> stands for; absolute.</param>
/// <param name="SystemKnownHostsFile">The known_hosts file of the whole machine.</param>
/// <param name="FileExists">Tells whether a file is there.</param>
public sealed record SshEnvironment(
    string UserName,
    string HomeDirectory,
    string SystemKnownHostsFile,
    Func<string, bool> FileExists)
{
    /// <summary>The pipe of the ssh-agent service that Windows brings.</summary>
    public const string WindowsAgent = @"\\.\pipe\openssh-ssh-agent";

    /// <summary>The value of an environment variable, null when it is not set; none is unless this is given.</summary>
    public Func<string, string?> Variable { get; init; } = _ => null;

    /// <summary>The agent that is asked when neither a setting nor <c>SSH_AUTH_SOCK</c> names one; null: none.</summary>
    public string? DefaultAgent { get; init; }

    /// <summary>Where ssh_config files come from; none unless they are given.</summary>
    internal ISshConfigFiles ConfigFiles { get; init; } = new NoSshConfigFiles();

    /// <summary>Reads this process's user, home directory and file system.</summary>
    /// <returns>OpenSSH's places: <c>/etc/ssh/ssh_known_hosts</c>, on Windows <c>%ProgramData%\ssh\ssh_known_hosts</c>.</returns>
    public static SshEnvironment Current()
    {
        string system = OperatingSystem.IsWindows()
            ? Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.CommonApplicationData), "ssh", "ssh_known_hosts")
            : "/etc/ssh/ssh_known_hosts";
        return new SshEnvironment(
            Environment.UserName,
            Environment.GetFolderPath(Environment.SpecialFolder.UserProfile),
            system,
            File.Exists)
        {
            Variable = Environment.GetEnvironmentVariable,
            DefaultAgent = OperatingSystem.IsWindows() ? WindowsAgent : null,
            ConfigFiles = new SshConfigFiles(),
        };
    }
}
