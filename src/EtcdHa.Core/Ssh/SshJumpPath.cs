namespace EtcdHa.Core.Ssh;

/// <summary>The hosts met on the way, so that a chain of jump hosts ends.</summary>
internal sealed class SshJumpPath
{
    // Far above any chain in use; each hop costs a connection.
    private const int MaximumHosts = 16;

    private readonly string[] _hosts;

    /// <summary>Nowhere yet.</summary>
    public SshJumpPath()
        : this([])
    {
    }

    private SshJumpPath(string[] hosts) => _hosts = hosts;

    /// <summary>Goes on to a host.</summary>
    /// <param name="target">The host.</param>
    /// <param name="subject">What named it.</param>
    /// <returns>The longer path; this one is not changed.</returns>
    /// <exception cref="EtcdTopologyException"><c>SshJumpHostLoop</c>: it is on the path already; <c>SshJumpHostsTooMany</c>.</exception>
    public SshJumpPath Through(ResolvedSshTarget target, object subject)
    {
        string host = target.ToString();
        return _hosts.Contains(host) ? throw new EtcdTopologyException("SshJumpHostLoop", host, _hosts[0]) { Subject = subject }
            : _hosts.Length > MaximumHosts ? throw new EtcdTopologyException("SshJumpHostsTooMany", _hosts[0], MaximumHosts) { Subject = subject }
            : new SshJumpPath([.. _hosts, host]);
    }
}
