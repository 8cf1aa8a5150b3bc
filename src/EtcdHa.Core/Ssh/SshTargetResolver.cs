using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// Decides every SSH setting of a member: its own target first, then the topology's settings, then ssh_config, then OpenSSH's defaults.
/// </summary>
/// <param name="environment">The workstation's defaults.</param>
/// <param name="secrets">What the command was given for all its hosts; null: nothing.</param>
public sealed class SshTargetResolver(SshEnvironment environment, SshSecrets? secrets = null)
{
    private static readonly TimeSpan DefaultConnectTimeout = TimeSpan.FromSeconds(30);

    private readonly SshPaths _paths = new(environment);

    /// <summary>Decides how a member's host is reached.</summary>
    /// <param name="member">The member; without a target of its own, its address is used.</param>
    /// <param name="topology">The topology it belongs to.</param>
    /// <returns>The target.</returns>
    /// <exception cref="EtcdSshAuthenticationException">
    /// <c>SshIdentityFileMissing</c>, <c>SshCertificateFileMissing</c>: a key or certificate file that was named is not there.
    /// </exception>
    /// <exception cref="EtcdTopologyException">
    /// <c>SshPathNotAbsolute</c>: a path is neither absolute nor under <c>~</c>;
    /// <c>SshFingerprintInvalid</c>: the policy is Pinned and the fingerprint is missing or not <c>SHA256:…</c>;
    /// <c>SshJumpHostLoop</c>, <c>SshJumpHostNested</c>, <c>SshJumpHostsTooMany</c>: the jump hosts lead nowhere.
    /// </exception>
    /// <exception cref="EtcdSshConfigException">
    /// ssh_config is missing though it was named, cannot be read, is malformed, or asks for what is not supported:
    /// <c>SshConfigMissing</c>, <c>SshConfigUnreadable</c>, <c>SshConfigWritableByOthers</c>, <c>SshConfigInvalid</c>, <c>SshConfigMatchUndecided</c>,
    /// <c>SshConfigUnsupported</c>.
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

    private ResolvedSshTarget Resolve(EtcdSshTarget own, EtcdSshSettings shared, object subject) =>
        Resolve(own, shared, secrets ?? SshSecrets.None, subject, new SshJumpPath());

    private ResolvedSshTarget Resolve(EtcdSshTarget own, EtcdSshSettings shared, SshSecrets given, object subject, SshJumpPath path)
    {
        // A password belongs to a user: the command's goes with the command's user, never with the one a target names.
        bool isGivenUser = own.Password is null && given.Password is not null;
        string? chosenUser = (isGivenUser ? given.UserName : null) ?? own.UserName ?? shared.UserName;
        IReadOnlyList<EtcdSshTarget>? hops = own.JumpHost ?? shared.JumpHost;
        SshConfigDefaults config = SshConfigDefaults.Read(environment, own, chosenUser, hops is not null, _paths.Expand);

        // A fingerprint is only ever given to pin a key: it decides unless the target itself says otherwise.
        EtcdHostKeyPolicy policy = own.HostKeyPolicy
            ?? (own.HostKeyFingerprint is null ? shared.HostKeyPolicy ?? config.HostKeyPolicy ?? EtcdHostKeyPolicy.Strict : EtcdHostKeyPolicy.Pinned);
        string userName = chosenUser ?? config.UserName ?? environment.UserName;
        int port = own.Port ?? shared.Port ?? config.Port ?? EtcdSshTarget.DefaultPort;
        config.Complete(userName, port);
        System.Security.SecureString? password = own.Password ?? given.Password;
        System.Security.SecureString? passphrase = own.KeyPassphrase ?? given.KeyPassphrase;
        ResolvedSshTarget target = new(
            config.HostName,
            port,
            userName,
            _paths.IdentityFiles(own.IdentityFile ?? shared.IdentityFile, config),
            _paths.KnownHostsFiles(own.KnownHostsFile ?? shared.KnownHostsFile, config),
            policy,
            policy == EtcdHostKeyPolicy.Pinned ? Fingerprint(own.HostKeyFingerprint, subject) : null,
            own.ConnectTimeout ?? shared.ConnectTimeout ?? config.ConnectTimeout ?? DefaultConnectTimeout)
        {
            HostKeyAlias = config.HostKeyAlias,
            RevokedHostKeysFiles = [.. config.HostKeyFiles("RevokedHostKeys") ?? []],
            HashKnownHosts = config.HashKnownHosts ?? false,
            KeepAliveInterval = config.KeepAliveInterval ?? TimeSpan.FromSeconds(15),
            CertificateFiles = _paths.CertificateFiles(own.CertificateFile ?? shared.CertificateFile, config),
            IdentitiesOnly = own.IdentitiesOnly ?? shared.IdentitiesOnly ?? config.IdentitiesOnly ?? false,
            IdentityAgent = _paths.Agent(own.IdentityAgent ?? shared.IdentityAgent, config),
            CommandTimeout = own.CommandTimeout ?? shared.CommandTimeout,
            SudoMode = own.SudoMode ?? shared.SudoMode ?? EtcdSudoMode.Auto,
            AllowWeakAlgorithms = own.AllowWeakAlgorithms ?? shared.AllowWeakAlgorithms ?? false,
            Password = password,
            SudoPassword = own.SudoPassword ?? given.SudoPassword ?? password,
            KeyPassphrase = passphrase,
            Notices = config.Notices,
        };
        SshJumpPath further = path.Through(target, subject);
        return target with { JumpHosts = JumpHosts(hops ?? config.JumpHosts ?? [], own, shared, given with { KeyPassphrase = passphrase }, further) };
    }

    // As ssh does it: only the first hop may have jump hosts of its own, since the others are reached through the hop before them.
    private List<ResolvedSshTarget> JumpHosts(
        IReadOnlyList<EtcdSshTarget> hops, EtcdSshTarget own, EtcdSshSettings shared, SshSecrets given, SshJumpPath path)
    {
        List<ResolvedSshTarget> chain = [];
        EtcdSshSettings forHops = shared with { UserName = null, Port = null, JumpHost = null };
        for (int i = 0; i < hops.Count; i++)
        {
            EtcdSshTarget hop = hops[i];
            if (i > 0 && hop.JumpHost is { Count: > 0 })
            {
                throw new EtcdTopologyException("SshJumpHostNested", hop, hops[i - 1]) { Subject = hop };
            }

            EtcdSshTarget named = hop with { ConfigFile = hop.ConfigFile ?? own.ConfigFile, JumpHost = i == 0 ? hop.JumpHost : [] };
            ResolvedSshTarget resolved = Resolve(named, forHops, given.ForJumpHosts, hop, path);
            foreach (ResolvedSshTarget next in (ResolvedSshTarget[])[.. resolved.JumpHosts, resolved with { JumpHosts = [] }])
            {
                chain.Add(next);
                path = path.Through(next, hop);
            }
        }

        return chain;
    }

    private static string Fingerprint(string? text, object subject)
    {
        string? fingerprint = SshHostKey.NormalizeFingerprint(text);
        string name = subject is EtcdMember member ? member.Name : string.Create(CultureInfo.InvariantCulture, $"{subject}");
        return fingerprint ?? throw new EtcdTopologyException("SshFingerprintInvalid", text ?? "", name) { Subject = subject };
    }
}
