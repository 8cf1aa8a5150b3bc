using System.Diagnostics.CodeAnalysis;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// Tells whether a connection to one target serves another: the same account on the same host, reached, verified and
/// logged in to the same way. How long things may take does not count. Lists are compared by content, secrets by reference: who holds another secret logs in anew.
/// </summary>
internal sealed class SshTargetComparer : IEqualityComparer<ResolvedSshTarget>
{
    /// <summary>The only instance.</summary>
    public static readonly SshTargetComparer Instance = new();

    private SshTargetComparer()
    {
    }

    /// <inheritdoc/>
    public bool Equals(ResolvedSshTarget? x, ResolvedSshTarget? y) =>
        ReferenceEquals(x, y) || (x is not null && y is not null && Parts(x).SequenceEqual(Parts(y)));

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] ResolvedSshTarget obj) =>
        HashCode.Combine(obj.UserName, obj.HostName.ToUpperInvariant(), obj.Port);

    // A list's length goes before its items, so that two lists never read as two others.
    private static IEnumerable<object?> Parts(ResolvedSshTarget target) =>
    [
        target.UserName,
        target.HostName.ToUpperInvariant(),
        target.Port,
        target.HostKeyPolicy,
        target.HostKeyFingerprint,
        target.HostKeyAlias,
        target.IdentityFiles.Count,
        .. target.IdentityFiles,
        target.KnownHostsFiles.Count,
        .. target.KnownHostsFiles,
        target.RevokedHostKeysFiles.Count,
        .. target.RevokedHostKeysFiles,
        target.CertificateFiles.Count,
        .. target.CertificateFiles,
        target.IdentitiesOnly,
        target.IdentityAgent,
        target.AllowWeakAlgorithms,
        target.Password,
        target.KeyPassphrase,
        target.JumpHosts.Count,
        .. target.JumpHosts.SelectMany(Parts),
    ];
}
