namespace EtcdHa.Core.Ssh;

/// <summary>The files SSH uses: those that were named, else ssh_config's, else OpenSSH's defaults, each absolute.</summary>
/// <param name="environment">The workstation.</param>
internal sealed class SshPaths(SshEnvironment environment)
{
    /// <summary>The variable that names the agent's socket.</summary>
    public const string AgentVariable = "SSH_AUTH_SOCK";

    // ssh_config(5), IdentityFile, without DSA and hardware keys, which SSH.NET cannot use.
    private static readonly string[] DefaultIdentityFiles = ["id_ed25519", "id_ecdsa", "id_rsa"];

    /// <summary>Private key files.</summary>
    /// <param name="named">Those of the target or topology; null: none were named.</param>
    /// <param name="config">ssh_config's settings.</param>
    /// <returns>Files that exist.</returns>
    /// <exception cref="EtcdSshAuthenticationException"><c>SshIdentityFileMissing</c>: one that was named does not.</exception>
    public string[] IdentityFiles(IReadOnlyList<string>? named, SshConfigDefaults config)
    {
        if (named is not null)
        {
            return Existing(named, "SshIdentityFileMissing");
        }

        // As in OpenSSH a file that only ssh_config or the defaults name need not be there; a key that an agent holds is named by its .pub.
        IEnumerable<string> files = config.IdentityFiles
            ?? DefaultIdentityFiles.Select(name => Path.Combine(environment.HomeDirectory, ".ssh", name));
        return [.. files.Where(file => environment.FileExists(file) || environment.FileExists(file + ".pub"))];
    }

    /// <summary>User certificates.</summary>
    /// <param name="named">Those of the target or topology; null: none were named.</param>
    /// <param name="config">ssh_config's settings.</param>
    /// <returns>Files that exist.</returns>
    /// <exception cref="EtcdSshAuthenticationException"><c>SshCertificateFileMissing</c>: one that was named does not.</exception>
    public string[] CertificateFiles(IReadOnlyList<string>? named, SshConfigDefaults config) =>
        named is not null ? Existing(named, "SshCertificateFileMissing") : [.. config.CertificateFiles.Where(environment.FileExists)];

    /// <summary>known_hosts files, which need not exist.</summary>
    /// <param name="named">Those of the target or topology; null: none were named.</param>
    /// <param name="config">ssh_config's settings.</param>
    public string[] KnownHostsFiles(IReadOnlyList<string>? named, SshConfigDefaults config) =>
        named is not null ? [.. named.Select(Expand)] :
        [
            .. config.HostKeyFiles("UserKnownHostsFile") ?? [Path.Combine(environment.HomeDirectory, ".ssh", "known_hosts")],
            .. config.HostKeyFiles("GlobalKnownHostsFile") ?? [environment.SystemKnownHostsFile],
        ];

    /// <summary>The agent's socket or pipe.</summary>
    /// <param name="named">The target's or topology's: a path, none, SSH_AUTH_SOCK or $NAME; null: not named.</param>
    /// <param name="config">ssh_config's settings.</param>
    /// <returns>A path; null for no agent, also when the variable that names it is not set.</returns>
    public string? Agent(string? named, SshConfigDefaults config)
    {
        string? agent = named ?? config.IdentityAgent;
        return agent is null ? Variable(AgentVariable) ?? environment.DefaultAgent
            : agent.Equals("none", StringComparison.OrdinalIgnoreCase) ? null
            : agent == AgentVariable ? Variable(AgentVariable)
            : agent.StartsWith('$') ? Variable(agent[1..].Trim('{', '}'))
            : Expand(agent);
    }

    /// <summary>Makes a path absolute.</summary>
    /// <param name="path">A path that is absolute or begins with <c>~</c>.</param>
    /// <exception cref="EtcdTopologyException">
    /// <c>SshPathNotAbsolute</c>. The process directory is not PowerShell's location, so a relative path would name another file than the user means.
    /// </exception>
    public string Expand(string path)
    {
        if (path == "~")
        {
            return environment.HomeDirectory;
        }

        if (path.StartsWith("~/", StringComparison.Ordinal) || path.StartsWith("~\\", StringComparison.Ordinal))
        {
            return Path.Combine(environment.HomeDirectory, path[2..]);
        }

        return Path.IsPathFullyQualified(path)
            ? path
            : throw new EtcdTopologyException("SshPathNotAbsolute", path) { Subject = path };
    }

    private string[] Existing(IReadOnlyList<string> named, string missingId)
    {
        string[] paths = [.. named.Select(Expand)];
        string? missing = paths.FirstOrDefault(path => !environment.FileExists(path));
        return missing is null ? paths : throw new EtcdSshAuthenticationException(missingId, missing) { Subject = missing };
    }

    private string? Variable(string name) => environment.Variable(name) is { Length: > 0 } value ? value : null;
}
