namespace EtcdHa.Core.Ssh;

/// <summary>One user's share of a pooled connection: disposing it gives the share back.</summary>
/// <param name="connection">The connection itself.</param>
/// <param name="giveBack">Takes the share back; true: nobody new is to get the connection.</param>
internal sealed class PooledSshTransport(ISshTransport connection, Action<bool> giveBack) : ISshHop
{
    private volatile bool _isDoubtful;
    private int _isGivenBack;

    /// <inheritdoc/>
    public bool IsOpen => connection.IsOpen;

    /// <inheritdoc/>
    public Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken) =>
        WatchAsync(() => connection.ExecuteAsync(command, standardInput, cancellationToken));

    /// <inheritdoc/>
    public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken) =>
        connection.ForwardAsync(host, port, cancellationToken);

    /// <inheritdoc/>
    public Task<SshDirectChannel> OpenChannelAsync(string host, int port, CancellationToken cancellationToken) =>
        WatchAsync(() => ((ISshHop)connection).OpenChannelAsync(host, port, cancellationToken));

    /// <inheritdoc/>
    public ValueTask DisposeAsync()
    {
        if (Interlocked.Exchange(ref _isGivenBack, 1) == 0)
        {
            giveBack(_isDoubtful);
        }

        return ValueTask.CompletedTask;
    }

    private async Task<T> WatchAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work().ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or EtcdSshException { ErrorId: "SshConnectionLost" })
        {
            // The host may hang: a new connection shows it sooner than another command on this one would.
            _isDoubtful = true;
            throw;
        }
    }
}
