using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>The settings ssh_config gives a host, each null when it gives none. What cannot be followed is refused, never left out.</summary>
internal sealed class SshConfigDefaults
{
    private const string None = "none";

    private readonly SshConfig _config;
    private string _userName = "";
    private int _port;

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

    /// <summary>True: an agent's keys are tried only where a file names them.</summary>
    public bool? IdentitiesOnly => _config.First("IdentitiesOnly") is { } value ? value.Text.ToLowerInvariant() is "yes" or "true" : null;

    /// <summary>The agent: an absolute path, none, SSH_AUTH_SOCK or $NAME.</summary>
    public string? IdentityAgent => _config.First("IdentityAgent") is not { } value ? null
        : value.IsNone || value.Text == SshPaths.AgentVariable || (value.Text.StartsWith('$') && !value.Text.StartsWith("${", StringComparison.Ordinal)) ? value.Text
        : File(value.Text, value);

    /// <summary>The private keys; empty when all are none; null when there is no IdentityFile.</summary>
    public IEnumerable<string>? IdentityFiles => _config.All("IdentityFile") is { Count: > 0 } all ? Files(all) : null;

    /// <summary>The user certificates; empty when there are none.</summary>
    public IEnumerable<string> CertificateFiles => Files(_config.All("CertificateFile"));

    /// <summary>The jump hosts, the first hop first; empty for none; null when there is no ProxyJump.</summary>
    public IReadOnlyList<EtcdSshTarget>? JumpHosts => _config.First("ProxyJump") is not { } value ? null
        : SshConfigJump.Parse(_config.Fill(value.Text, value, _userName, _port)) ?? throw SshConfig.Invalid(value, $"'{value.Text}' is not a list of {SshConfigJump.Form}");

    /// <summary>What was passed over.</summary>
    public IReadOnlyList<string> Notices { get; }

    private string? StrictHostKeyChecking => _config.First("StrictHostKeyChecking")?.Text.ToLowerInvariant();

    /// <summary>Reads them.</summary>
    /// <param name="environment">The workstation.</param>
    /// <param name="target">The host as the user named it, and the file.</param>
    /// <param name="userName">The login name decided already, or null.</param>
    /// <param name="areJumpHostsDecided">True: ProxyJump and ProxyCommand no longer count.</param>
    /// <param name="expand">Makes a path absolute.</param>
    /// <returns>The settings.</returns>
    public static SshConfigDefaults Read(
        SshEnvironment environment, EtcdSshTarget target, string? userName, bool areJumpHostsDecided, Func<string, string> expand)
    {
        SshConfigQuery query = new(target.HostName, userName, environment.UserName, environment.HomeDirectory) { Variable = environment.Variable };
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
        if (config.First("ProxyCommand") is { IsNone: false } command && !areJumpHostsDecided)
        {
            throw new EtcdSshConfigException("SshConfigUnsupported", command.Place, "ProxyCommand") { Subject = command.Place };
        }

        return new SshConfigDefaults(config);
    }

    /// <summary>Tells what is decided by now, for the tokens of paths and hosts. To be called before those are asked for.</summary>
    /// <param name="userName">The login name.</param>
    /// <param name="port">sshd's port.</param>
    public void Complete(string userName, int port) => (_userName, _port) = (userName, port);

    /// <summary>Files of host keys: known_hosts or revoked ones.</summary>
    /// <param name="keyword">UserKnownHostsFile, GlobalKnownHostsFile or RevokedHostKeys.</param>
    /// <returns>Paths; empty for none; null when the keyword is not given.</returns>
    public IEnumerable<string>? HostKeyFiles(string keyword) =>
        _config.First(keyword) is not { } value ? null
        : value.IsNone ? []
        : value.Arguments.Select(path => File(path, value));

    private IEnumerable<string> Files(IReadOnlyList<SshConfigValue> values) =>
        values.Where(value => !value.IsNone).Select(value => File(value.Text, value)).Distinct();

    // ssh resolves a relative path in its working directory, which is not PowerShell's location.
    private string File(string text, SshConfigValue value)
    {
        string path = _config.FillPath(text, value, _userName, _port);
        return Path.IsPathFullyQualified(path) ? path : throw SshConfig.Invalid(value, $"the path '{text}' is neither absolute nor under ~");
    }

    private TimeSpan? Time(string keyword) => _config.First(keyword) is { } value ? SshConfigKeyword.Time(value.Text) : null;
}
