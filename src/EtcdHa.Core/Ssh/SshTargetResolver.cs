namespace EtcdHa.Core.Ssh;

/// <summary>Decides every SSH setting of a member: its own target first, then the topology's settings, then OpenSSH's defaults.</summary>
/// <param name="environment">The workstation's defaults.</param>
public sealed class SshTargetResolver(SshEnvironment environment)
{
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(30);

    // ssh_config(5), IdentityFile, without DSA and hardware keys, which SSH.NET cannot use.
    private static readonly string[] DefaultIdentityFiles = ["id_ed25519", "id_ecdsa", "id_rsa"];

    /// <summary>Decides how a member's host is reached.</summary>
    /// <param name="member">The member; without a target of its own, its address is used.</param>
    /// <param name="topology">The topology it belongs to.</param>
    /// <returns>The target. Port 22 in a member's target counts as not given, so that the topology's port applies.</returns>
    /// <exception cref="EtcdSshAuthenticationException"><c>SshIdentityFileMissing</c>: a key file that was named is not there.</exception>
    /// <exception cref="EtcdTopologyException">
    /// <c>SshPathNotAbsolute</c>: a path is neither absolute nor under <c>~</c>;
    /// <c>SshFingerprintInvalid</c>: the policy is Pinned and the fingerprint is missing or not <c>SHA256:…</c>.
    /// </exception>
    public ResolvedSshTarget Resolve(EtcdMember member, EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(topology);
        EtcdSshSettings shared = topology.Ssh;
        EtcdSshTarget own = member.SshTarget ?? new EtcdSshTarget(member.Address, EtcdSshTarget.DefaultPort, null);

        // A fingerprint is only ever given to pin a key: it decides unless the target itself says otherwise.
        EtcdHostKeyPolicy policy = own.HostKeyPolicy
            ?? (own.HostKeyFingerprint is null ? shared.HostKeyPolicy ?? EtcdHostKeyPolicy.Strict : EtcdHostKeyPolicy.Pinned);
        return new ResolvedSshTarget(
            own.HostName,
            own.Port == EtcdSshTarget.DefaultPort ? shared.Port ?? EtcdSshTarget.DefaultPort : own.Port,
            own.UserName ?? shared.UserName ?? environment.UserName,
            IdentityFiles(own.IdentityFile ?? shared.IdentityFile),
            KnownHostsFiles(own.KnownHostsFile ?? shared.KnownHostsFile),
            policy,
            policy == EtcdHostKeyPolicy.Pinned ? Fingerprint(own.HostKeyFingerprint, member) : null,
            own.ConnectTimeout ?? shared.ConnectTimeout ?? DefaultConnectTimeout);
    }

    /// <summary>Decides how a host that is no member is reached, such as a control plane's: its target, then the topology's settings.</summary>
    /// <param name="target">The host.</param>
    /// <param name="topology">The topology whose SSH settings count for what the target leaves out.</param>
    /// <inheritdoc cref="Resolve(EtcdMember, EtcdTopology)"/>
    public ResolvedSshTarget Resolve(EtcdSshTarget target, EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(target);
        return Resolve(new EtcdMember(target.ToString(), target.HostName) { SshTarget = target }, topology);
    }

    private static string Fingerprint(string? text, EtcdMember member)
    {
        string? fingerprint = SshHostKey.NormalizeFingerprint(text);
        return fingerprint ?? throw new EtcdTopologyException("SshFingerprintInvalid", text ?? "", member.Name) { Subject = member };
    }

    private string[] IdentityFiles(IReadOnlyList<string>? named)
    {
        if (named is null)
        {
            return [.. DefaultIdentityFiles
                .Select(name => Path.Combine(environment.HomeDirectory, ".ssh", name))
                .Where(environment.FileExists)];
        }

        string[] paths = [.. named.Select(Expand)];
        string? missing = paths.FirstOrDefault(path => !environment.FileExists(path));
        return missing is null
            ? paths
            : throw new EtcdSshAuthenticationException("SshIdentityFileMissing", missing) { Subject = missing };
    }

    private string[] KnownHostsFiles(IReadOnlyList<string>? named) =>
        named is null
            ? [Path.Combine(environment.HomeDirectory, ".ssh", "known_hosts"), environment.SystemKnownHostsFile]
            : [.. named.Select(Expand)];

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
