namespace EtcdHa.Core.Ssh;

/// <summary>One command's share in the connections of its pipeline.</summary>
public sealed class SshConnectionLease : IDisposable
{
    private readonly SshConnectionPool _pool;
    private Action? _giveBack;

    internal SshConnectionLease(SshConnectionPool pool, Action giveBack)
    {
        _pool = pool;
        _giveBack = giveBack;
    }

    /// <summary>Tells whether the pipeline is connected to a target already.</summary>
    /// <param name="target">Where to.</param>
    public bool IsConnected(ResolvedSshTarget target) => _pool.IsConnected(target);

    /// <summary>A connector that uses the pipeline's connection where there is one.</summary>
    /// <param name="opener">Makes what opens connections that are not there yet; it is given the connector itself, for jump hosts.</param>
    public ISshConnector Through(Func<ISshConnector, ISshConnector> opener) => _pool.Through(opener);

    /// <summary>Returns the lease; the last one closes the connections, within 300 ms. May be called more than once.</summary>
    public void Dispose() => Interlocked.Exchange(ref _giveBack, null)?.Invoke();
}
