namespace EtcdHa.Core.Ssh;

/// <summary>A connector that uses a pool's connection where there is one.</summary>
internal sealed class PooledSshConnector : ISshConnector
{
    private readonly SshConnectionPool _pool;
    private readonly ISshConnector _opener;

    /// <summary>Creates a connector.</summary>
    /// <param name="pool">The connections.</param>
    /// <param name="opener">Makes what opens connections that are not there yet; it is given this connector, for jump hosts.</param>
    public PooledSshConnector(SshConnectionPool pool, Func<ISshConnector, ISshConnector> opener)
    {
        _pool = pool;
        _opener = opener(this);
    }

    /// <inheritdoc/>
    public Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken) =>
        _pool.ConnectAsync(_opener, target, cancellationToken);
}
