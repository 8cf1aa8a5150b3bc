using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// Decides every SSH setting of a member: its own target first, then the topology's settings, then ssh_config, then OpenSSH's defaults.
/// </summary>
/// <param name="environment">The workstation's defaults.</param>
public sealed class SshTargetResolver(SshEnvironment environment)
{
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(30);

    // ssh_config(5), IdentityFile, without DSA and hardware keys, which SSH.NET cannot use.
    private static readonly string[] DefaultIdentityFiles = ["id_ed25519", "id_ecdsa", "id_rsa"];

    /// <summary>Decides how a member's host is reached.</summary>
    /// <param name="member">The member; without a target of its own, its address is used.</param>
    /// <param name="topology">The topology it belongs to.</param>
    /// <returns>The target.</returns>
    /// <exception cref="EtcdSshAuthenticationException"><c>SshIdentityFileMissing</c>: a key file that was named is not there.</exception>
    /// <exception cref="EtcdTopologyException">
    /// <c>SshPathNotAbsolute</c>: a path is neither absolute nor under <c>~</c>;
    /// <c>SshFingerprintInvalid</c>: the policy is Pinned and the fingerprint is missing or not <c>SHA256:…</c>.
    /// </exception>
    /// <exception cref="EtcdSshConfigException">
    /// ssh_config is missing though it was named, cannot be read, is malformed, or asks for what is not supported:
    /// <c>SshConfigMissing</c>, <c>SshConfigUnreadable</c>, <c>SshConfigWritableByOthers</c>, <c>SshConfigInvalid</c>, <c>SshConfigMatchUndecided</c>,
    /// <c>SshConfigUnsupported</c>, <c>SshConfigIdentityUnsupported</c>, <c>SshProxyJumpUnsupported</c>.
    /// </exception>
    public ResolvedSshTarget Resolve(EtcdMember member, EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(topology);
        return Resolve(member.SshTarget ?? new EtcdSshTarget(member.Address, null, null), topology.Ssh, member);
    }

    /// <summary>Decides how a host is reached that belongs to no topology.</summary>
    /// <param name="target">The host.</param>
    /// <returns>The target.</returns>
    /// <remarks>The same errors as for a member.</remarks>
    public ResolvedSshTarget Resolve(EtcdSshTarget target)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Resolve(target, new EtcdSshSettings(), target);
    }

    private ResolvedSshTarget Resolve(EtcdSshTarget own, EtcdSshSettings shared, object subject)
    {
        SshConfigDefaults config = SshConfigDefaults.Read(environment, own, own.UserName ?? shared.UserName, Expand);

        // A fingerprint is only ever given to pin a key: it decides unless the target itself says otherwise.
        EtcdHostKeyPolicy policy = own.HostKeyPolicy
            ?? (own.HostKeyFingerprint is null ? shared.HostKeyPolicy ?? config.HostKeyPolicy ?? EtcdHostKeyPolicy.Strict : EtcdHostKeyPolicy.Pinned);
        string userName = own.UserName ?? shared.UserName ?? config.UserName ?? environment.UserName;
        int port = own.Port ?? shared.Port ?? config.Port ?? EtcdSshTarget.DefaultPort;
        return new ResolvedSshTarget(
            config.HostName,
            port,
            userName,
            IdentityFiles(own.IdentityFile ?? shared.IdentityFile, config, userName, port),
            KnownHostsFiles(own.KnownHostsFile ?? shared.KnownHostsFile, config, userName, port),
            policy,
            policy == EtcdHostKeyPolicy.Pinned ? Fingerprint(own.HostKeyFingerprint, subject) : null,
            own.ConnectTimeout ?? shared.ConnectTimeout ?? config.ConnectTimeout ?? DefaultConnectTimeout)
        {
            HostKeyAlias = config.HostKeyAlias,
            RevokedHostKeysFiles = [.. config.HostKeyFiles("RevokedHostKeys", userName, port) ?? []],
            HashKnownHosts = config.HashKnownHosts ?? false,
            KeepAliveInterval = config.KeepAliveInterval ?? TimeSpan.FromSeconds(15),
            Notices = config.Notices,
        };
    }

    /// <summary>Decides how a host that is no member is reached, such as a control plane's: its target, then the topology's settings.</summary>
    /// <param name="target">The host.</param>
    /// <param name="topology">The topology whose SSH settings count for what the target leaves out.</param>
    /// <inheritdoc cref="Resolve(EtcdMember, EtcdTopology)"/>
    public ResolvedSshTarget Resolve(EtcdSshTarget target, EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(target);
        ArgumentNullException.ThrowIfNull(topology);
        return Resolve(target, topology.Ssh, target);
    }

    private static string Fingerprint(string? text, object subject)
    {
        string? fingerprint = SshHostKey.NormalizeFingerprint(text);
        string name = subject is EtcdMember member ? member.Name : string.Create(CultureInfo.InvariantCulture, $"{subject}");
        return fingerprint ?? throw new EtcdTopologyException("SshFingerprintInvalid", text ?? "", name) { Subject = subject };
    }

    private string[] IdentityFiles(IReadOnlyList<string>? named, SshConfigDefaults config, string userName, int port)
    {
        if (named is null)
        {
            // As in OpenSSH a file that only ssh_config or the defaults name need not be there.
            IEnumerable<string> files = config.IdentityFiles(userName, port)
                ?? DefaultIdentityFiles.Select(name => Path.Combine(environment.HomeDirectory, ".ssh", name));
            return [.. files.Where(environment.FileExists)];
        }

        string[] paths = [.. named.Select(Expand)];
        string? missing = paths.FirstOrDefault(path => !environment.FileExists(path));
        return missing is null
            ? paths
            : throw new EtcdSshAuthenticationException("SshIdentityFileMissing", missing) { Subject = missing };
    }

    private string[] KnownHostsFiles(IReadOnlyList<string>? named, SshConfigDefaults config, string userName, int port) =>
        named is not null ? [.. named.Select(Expand)] :
        [
            .. config.HostKeyFiles("UserKnownHostsFile", userName, port) ?? [Path.Combine(environment.HomeDirectory, ".ssh", "known_hosts")],
            .. config.HostKeyFiles("GlobalKnownHostsFile", userName, port) ?? [environment.SystemKnownHostsFile],
        ];

    // The process directory is not PowerShell's location, so a relative path would name another file than the user means.
    private string Expand(string path)
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
}
