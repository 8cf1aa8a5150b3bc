namespace EtcdHa.Core.Ssh;

/// <summary>
/// The connections of one pipeline: one a target, opened by who asks first and shared by who asks later. A connection that
/// broke, or on which a command did not end, is replaced; an attempt that failed is made again by who asks next.
/// </summary>
/// <param name="keepsIdle">True: a connection nobody uses is kept for who asks later; false: it is closed.</param>
public sealed class SshConnectionPool(bool keepsIdle = true) : IDisposable
{
    // With the 1.5 s that a stopped command's work may take, under the 2 seconds of Ctrl+C. A close that a peer answers takes milliseconds.
    private static readonly TimeSpan CloseTime = TimeSpan.FromMilliseconds(300);

    private readonly object _lock = new();
    private readonly List<SharedSshConnection> _connections = [];

    // No timer and no wait handle: nothing to dispose, and attempts left behind may still look at it.
    private readonly CancellationTokenSource _closing = new();

    /// <summary>Tells whether a connection to a target is there already.</summary>
    /// <param name="target">Where to.</param>
    public bool IsConnected(ResolvedSshTarget target)
    {
        lock (_lock)
        {
            return Find(target) is { Opened.IsCompleted: true };
        }
    }

    /// <summary>A connector that uses the pool's connection where there is one.</summary>
    /// <param name="opener">Makes what opens connections that are not there yet; it is given the connector itself, for jump hosts.</param>
    public ISshConnector Through(Func<ISshConnector, ISshConnector> opener)
    {
        ArgumentNullException.ThrowIfNull(opener);
        return new PooledSshConnector(this, opener);
    }

    /// <summary>Gives the connection to a target; opens it when there is none. Disposing what is returned leaves the connection to the pool.</summary>
    /// <param name="connector">Opens it.</param>
    /// <param name="target">Where to.</param>
    /// <param name="cancellationToken">Ends the wait. The attempt goes on: who asks later has it, until the pool is closed.</param>
    /// <exception cref="EtcdSshException">As the connector throws it.</exception>
    /// <exception cref="ObjectDisposedException">The pool is closed: its pipeline has ended.</exception>
    public async Task<ISshTransport> ConnectAsync(ISshConnector connector, ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(target);
        while (true)
        {
            (SharedSshConnection connection, bool isNew) = Rent(connector, target);
            try
            {
                ISshTransport transport = await connection.Opened.WaitAsync(cancellationToken).ConfigureAwait(false);
                if (isNew || transport.IsOpen)
                {
                    return new PooledSshTransport(transport, retire => Return(connection, retire));
                }
            }
            catch
            {
                Return(connection, retire: false);
                throw;
            }

            // It broke while nobody used it.
            Return(connection, retire: true);
        }
    }

    /// <summary>Closes every connection and ends attempts under way; a connection whose peer does not let go is left to close by itself.</summary>
    public void Dispose()
    {
        SharedSshConnection[] connections;
        lock (_lock)
        {
            connections = [.. _connections];
            _connections.Clear();
            if (_closing.IsCancellationRequested)
            {
                return;
            }

            _ = _closing.CancelAsync();
        }

        Task.WhenAll(connections.Select(connection => connection.CloseAsync())).Wait(CloseTime);
    }

    private (SharedSshConnection Connection, bool IsNew) Rent(ISshConnector connector, ResolvedSshTarget target)
    {
        lock (_lock)
        {
            ObjectDisposedException.ThrowIf(_closing.IsCancellationRequested, this);
            SharedSshConnection? found = Find(target);

            // Task.Run: key files and known_hosts are not read under the lock.
            SharedSshConnection connection = found
                ?? new SharedSshConnection(target, Task.Run(() => connector.ConnectAsync(target, _closing.Token), CancellationToken.None));
            if (found is null)
            {
                _connections.Add(connection);
            }

            connection.Users++;
            return (connection, found is null);
        }
    }

    private void Return(SharedSshConnection connection, bool retire)
    {
        lock (_lock)
        {
            connection.Users--;
            connection.IsRetired |= retire;
            if (connection.Users > 0 || (keepsIdle && connection.IsUsable) || !_connections.Remove(connection))
            {
                return;
            }
        }

        _ = connection.CloseAsync();
    }

    private SharedSshConnection? Find(ResolvedSshTarget target) =>
        _connections.Find(c => c.IsUsable && SshTargetComparer.Instance.Equals(c.Target, target));
}
