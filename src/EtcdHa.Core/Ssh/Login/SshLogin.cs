using Renci.SshNet;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>What one attempt may log in with, and what became of it. Disposing it zeroes the password.</summary>
internal sealed class SshLogin : IDisposable
{
    // sshd_config(5), MaxAuthTries: 6. A password may need one of them.
    private const int UsualTries = 5;

    private readonly PrivateKeyAuthenticationMethod? _publicKey;
    private readonly SshPasswordLogin? _password;
    private readonly SshLoginKey[] _keys;

    /// <summary>Makes the methods.</summary>
    /// <param name="target">The host.</param>
    /// <param name="candidates">The keys in order.</param>
    /// <param name="skipped">Why other files and certificates are not among them.</param>
    public SshLogin(ResolvedSshTarget target, IReadOnlyList<SshCandidate> candidates, IReadOnlyList<EtcdSshAuthenticationException> skipped)
    {
        Skipped = skipped;
        _keys = [.. Offers(candidates, target.AllowWeakAlgorithms)];
        _publicKey = _keys.Length > 0 ? new PrivateKeyAuthenticationMethod(target.UserName, _keys) : null;
        _password = target.Password is null ? null : new SshPasswordLogin(target, target.Password);
        Methods = [.. _publicKey is null ? [] : (AuthenticationMethod[])[_publicKey], .. _password?.Methods ?? []];
    }

    /// <summary>SSH.NET's methods in order: keys, then the password.</summary>
    public AuthenticationMethod[] Methods { get; }

    /// <summary>Why files and certificates were not used.</summary>
    public IReadOnlyList<EtcdSshAuthenticationException> Skipped { get; }

    /// <summary>What was sent to the host, in words; the last one is what a login that succeeded used.</summary>
    public IReadOnlyList<string> Tried =>
    [
        .. _keys.Where(key => key.IsOffered).Select(key => key.Candidate.Description).Distinct(),
        .. _password is { Used: { } method } ? [$"the password ({method})"] : (string[])[],
    ];

    /// <summary>The keys that were not sent to the host.</summary>
    public IReadOnlyList<string> Untried =>
        [.. _keys.GroupBy(key => key.Candidate).Where(offers => !offers.Any(key => key.IsOffered)).Select(offers => offers.Key.Description)];

    /// <summary>The ways to log in that the host offers, as far as an attempt has shown them; null: not shown.</summary>
    public string? Offered => Methods.Select(method => method.AllowedAuthentications).LastOrDefault(offered => offered is not null) is { } names
        ? string.Join(",", names)
        : null;

    /// <inheritdoc/>
    public void Dispose()
    {
        _publicKey?.Dispose();
        _password?.Dispose();
    }

    // Each algorithm is a try of its own for the host. Every sshd since 7.2 takes SHA-512, so that SHA-256 comes last, and only while there are tries to spare.
    private static IEnumerable<SshLoginKey> Offers(IReadOnlyList<SshCandidate> candidates, bool allowWeak)
    {
        SshCandidate[] rsa = [.. candidates.Where(candidate => candidate.Key.Type == SshAlgorithms.RsaKey)];
        IEnumerable<SshLoginKey> first = candidates.Select(
            candidate => new SshLoginKey(candidate, candidate.Key.Type == SshAlgorithms.RsaKey ? SshAlgorithms.RsaSha512 : candidate.Key.Type));
        IEnumerable<SshLoginKey> second = candidates.Count + rsa.Length <= UsualTries ? rsa.Select(candidate => new SshLoginKey(candidate, SshAlgorithms.RsaSha256)) : [];
        IEnumerable<SshLoginKey> weak = allowWeak ? rsa.Select(candidate => new SshLoginKey(candidate, SshAlgorithms.RsaSha1)) : [];
        return [.. first, .. second, .. weak];
    }
}
