using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>The settings ssh_config gives a host, each null when it gives none. What cannot be followed is refused, never left out.</summary>
internal sealed class SshConfigDefaults
{
    private const string None = "none";

    private readonly SshConfig _config;

    private SshConfigDefaults(SshConfig config)
    {
        _config = config;
        Notices = config.Notices;
        if (StrictHostKeyChecking is "no" or "off" or "false")
        {
            Notices = [.. Notices, $"{config.First("StrictHostKeyChecking")!.Place}: StrictHostKeyChecking {StrictHostKeyChecking} is not followed; only known host keys are accepted"];
        }
    }

    /// <summary>The name or address to connect to.</summary>
    public string HostName => _config.HostName;

    /// <summary>The login name.</summary>
    public string? UserName => _config.First("User")?.Text;

    /// <summary>sshd's port.</summary>
    public int? Port => _config.First("Port") is { } value ? int.Parse(value.Text, CultureInfo.InvariantCulture) : null;

    /// <summary>accept-new is AcceptNew; yes, ask and no are Strict: nothing is asked here, and no key is trusted unseen.</summary>
    public EtcdHostKeyPolicy? HostKeyPolicy => StrictHostKeyChecking switch
    {
        null => null,
        "accept-new" => EtcdHostKeyPolicy.AcceptNew,
        _ => EtcdHostKeyPolicy.Strict,
    };

    /// <summary>The name known_hosts is asked for.</summary>
    public string? HostKeyAlias => _config.First("HostKeyAlias")?.Text;

    /// <summary>Time allowed to connect; null also for none and 0, which leave it to the default.</summary>
    public TimeSpan? ConnectTimeout => Time("ConnectTimeout") is { } time && time > TimeSpan.Zero ? time : null;

    /// <summary>How often a silent connection is kept alive; zero: never.</summary>
    public TimeSpan? KeepAliveInterval => Time("ServerAliveInterval");

    /// <summary>Whether new names in known_hosts are hidden.</summary>
    public bool? HashKnownHosts => _config.First("HashKnownHosts") is { } value
        ? value.Text.ToLowerInvariant() is "yes" or "true"
        : null;

    /// <summary>What was passed over.</summary>
    public IReadOnlyList<string> Notices { get; }

    private string? StrictHostKeyChecking => _config.First("StrictHostKeyChecking")?.Text.ToLowerInvariant();

    /// <summary>Reads them.</summary>
    /// <param name="environment">The workstation.</param>
    /// <param name="target">The host as the user named it, and the file.</param>
    /// <param name="userName">The login name decided already, or null.</param>
    /// <param name="expand">Makes a path absolute.</param>
    /// <returns>The settings.</returns>
    public static SshConfigDefaults Read(SshEnvironment environment, EtcdSshTarget target, string? userName, Func<string, string> expand)
    {
        SshConfigQuery query = new(target.HostName, userName, environment.UserName, environment.HomeDirectory);
        if (None.Equals(target.ConfigFile, StringComparison.OrdinalIgnoreCase))
        {
            return new SshConfigDefaults(new SshConfig(query));
        }

        bool isUsers = target.ConfigFile is null;
        string path = isUsers ? Path.Combine(environment.HomeDirectory, ".ssh", "config") : expand(target.ConfigFile!);
        if (!isUsers && !environment.FileExists(path))
        {
            throw new EtcdSshConfigException("SshConfigMissing", path) { Subject = path };
        }

        SshConfig config = SshConfigReader.Read(path, isUsers, query, environment.ConfigFiles);
        RefuseUnsupported(config);
        return new SshConfigDefaults(config);
    }

    /// <summary>The private keys.</summary>
    /// <param name="userName">The login name.</param>
    /// <param name="port">sshd's port.</param>
    /// <returns>Paths; empty when all are none; null when there is no IdentityFile.</returns>
    /// <exception cref="EtcdSshConfigException"><c>SshConfigIdentityUnsupported</c>: a certificate or an agent is to be used.</exception>
    public IEnumerable<string>? IdentityFiles(string userName, int port)
    {
        foreach (SshConfigValue? value in (SshConfigValue?[])[_config.All("CertificateFile").FirstOrDefault(v => !v.IsNone), _config.First("IdentityAgent")])
        {
            if (value is { IsNone: false })
            {
                string keyword = value == _config.First("IdentityAgent") ? "IdentityAgent" : "CertificateFile";
                throw new EtcdSshConfigException("SshConfigIdentityUnsupported", value.Place, keyword) { Subject = value.Place };
            }
        }

        IReadOnlyList<SshConfigValue> files = _config.All("IdentityFile");
        return files.Count == 0 ? null : files.Where(file => !file.IsNone).Select(file => File(file.Text, file, userName, port)).Distinct();
    }

    /// <summary>Files of host keys: known_hosts or revoked ones.</summary>
    /// <param name="keyword">UserKnownHostsFile, GlobalKnownHostsFile or RevokedHostKeys.</param>
    /// <param name="userName">The login name.</param>
    /// <param name="port">sshd's port.</param>
    /// <returns>Paths; empty for none; null when the keyword is not given.</returns>
    public IEnumerable<string>? HostKeyFiles(string keyword, string userName, int port) =>
        _config.First(keyword) is not { } value ? null
        : value.IsNone ? []
        : value.Arguments.Select(path => File(path, value, userName, port));

    private static void RefuseUnsupported(SshConfig config)
    {
        if (config.First("ProxyCommand") is { IsNone: false } command)
        {
            throw new EtcdSshConfigException("SshConfigUnsupported", command.Place, "ProxyCommand") { Subject = command.Place };
        }

        if (config.First("ProxyJump") is { IsNone: false } jump)
        {
            throw new EtcdSshConfigException("SshProxyJumpUnsupported", jump.Place, jump.Text) { Subject = jump.Place };
        }
    }

    // ssh resolves a relative path in its working directory, which is not PowerShell's location.
    private string File(string text, SshConfigValue value, string userName, int port)
    {
        string path = _config.FillPath(text, value, userName, port);
        return Path.IsPathFullyQualified(path) ? path : throw SshConfig.Invalid(value, $"the path '{text}' is neither absolute nor under ~");
    }

    private TimeSpan? Time(string keyword) => _config.First(keyword) is { } value ? SshConfigKeyword.Time(value.Text) : null;
}
