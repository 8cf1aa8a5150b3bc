namespace EtcdHa.Core.Ssh;

/// <summary>
/// Lends one pool of connections to the commands that are under way at the same time: it is there from the first lease on
/// and closed when the last one is returned.
/// </summary>
public sealed class SshConnectionLeases
{
    private readonly object _lock = new();
    private SshConnectionPool? _pool;
    private int _count;

    /// <summary>Takes a share in the pool.</summary>
    /// <returns>The lease; disposing it returns it.</returns>
    public SshConnectionLease Take()
    {
        lock (_lock)
        {
            _count++;
            return new SshConnectionLease(_pool ??= new SshConnectionPool(), Return);
        }
    }

    private void Return()
    {
        SshConnectionPool? ended = null;
        lock (_lock)
        {
            if (--_count == 0)
            {
                (ended, _pool) = (_pool, null);
            }
        }

        ended?.Dispose();
    }
}
