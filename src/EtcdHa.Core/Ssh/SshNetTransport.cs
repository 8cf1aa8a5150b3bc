using System.Diagnostics;
using System.Net;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// An open SSH.NET connection. SSH.NET blocks while it opens a channel, writes and reads, so each of these runs on a
/// thread of its own: a host that hangs holds no thread of the pool, and cancelling always gets its turn.
/// </summary>
internal sealed class SshNetTransport : ISshHop
{
    /// <summary>How much one stream of one command may hold, in bytes.</summary>
    public const int MaximumOutput = 16 << 20;

    // SSH.NET numbers its channels from 0 on.
    private const uint FirstOwnChannel = 1u << 30;

    // Together they keep a cancelled command under the 2 seconds that Ctrl+C may take.
    private static readonly TimeSpan AbandonTimeout = TimeSpan.FromMilliseconds(1200);
    private static readonly TimeSpan DisposeTimeout = TimeSpan.FromSeconds(2);
    private const int SignalTimeoutMilliseconds = 400;

    private readonly ResolvedSshTarget _target;
    private readonly SshClient _client;
    private readonly SshRoute? _route;
    private readonly SemaphoreSlim _channels = new(SshChannels.Maximum);
    private readonly CancellationTokenSource _closing = new();
    private Task? _disposed;
    private int _opened;

    /// <summary>Takes over a client that is logged in.</summary>
    /// <param name="target">Where it is connected to.</param>
    /// <param name="client">The client.</param>
    /// <param name="route">The way through jump hosts it is connected by; null: none.</param>
    public SshNetTransport(ResolvedSshTarget target, SshClient client, SshRoute? route)
    {
        _route = route;
        _target = target;
        _client = client;
    }

    /// <inheritdoc/>
    public bool IsOpen => !_closing.IsCancellationRequested && _client.IsConnected;

    /// <inheritdoc/>
    public async Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(command);
        using CancellationTokenSource stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, _closing.Token);
        try
        {
            for (int refusals = 0; ;)
            {
                SshException refused;
                await _channels.WaitAsync(stop.Token).ConfigureAwait(false);
                try
                {
                    return await ExecuteAsync(new SshNetExecution(_client.CreateCommand(command), standardInput), stop.Token).ConfigureAwait(false);
                }
                catch (SshException e) when (_client.IsConnected && e is not SshConnectionException)
                {
                    refused = e;
                }
                finally
                {
                    _channels.Release();
                }

                if (!await SshChannels.WaitForRoomAsync(++refusals, () => _channels.CurrentCount == SshChannels.Maximum, stop.Token).ConfigureAwait(false))
                {
                    throw new EtcdSshException(refused, "SshChannelRefused", _target.ToString()) { Subject = _target.ToString() };
                }
            }
        }
        catch (SshOutputLimitException)
        {
            throw new EtcdSshException("SshOutputTooLarge", _target.ToString(), MaximumOutput >> 20) { Subject = _target.ToString() };
        }
        catch (Exception e) when (e is not EtcdHaException and not OutOfMemoryException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SshErrors.ConnectionLost(e, _target);
        }
    }

    private async Task<SshExecResult> ExecuteAsync(SshNetExecution execution, CancellationToken cancellationToken)
    {
        try
        {
            return await execution.RunAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is OperationCanceledException or SshOutputLimitException)
        {
            await AbandonAsync(execution).ConfigureAwait(false);
            throw;
        }
        finally
        {
            execution.DisposeInBackground();
        }
    }

    /// <inheritdoc/>
    public async Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken)
    {
        ArgumentException.ThrowIfNullOrEmpty(host);
        cancellationToken.ThrowIfCancellationRequested();
        ForwardedPortLocal forward = new(IPAddress.Loopback.ToString(), 0, host, (uint)port);
        try
        {
            await Blocking.Run(() =>
            {
                _client.AddForwardedPort(forward);
                forward.Start();
            }).WaitAsync(_target.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            return new SshNetForward(forward);
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            _ = Blocking.Run(() => DisposeQuietly(forward));
            cancellationToken.ThrowIfCancellationRequested();
            throw SshErrors.ConnectionLost(e, _target);
        }
    }

    /// <inheritdoc/>
    public async Task<SshDirectChannel> OpenChannelAsync(string host, int port, CancellationToken cancellationToken)
    {
        try
        {
            Session session = SshNetInternals.SessionOf(_client) ?? throw SshErrors.ConnectionLost(null, _target);
            uint number = FirstOwnChannel + (uint)Interlocked.Increment(ref _opened);
            return await SshDirectChannel.OpenAsync(session, number, host, port, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not EtcdHaException and not OperationCanceledException and not SshChannelRefusedException and not OutOfMemoryException)
        {
            throw SshErrors.ConnectionLost(e, _target);
        }
    }

    /// <summary>Closes the connection; commands that still run end with SshConnectionLost. Never throws, takes at most 2 seconds.</summary>
    /// <returns>When the connection is closed or left to close by itself.</returns>
    public async ValueTask DisposeAsync()
    {
        Task disposed = TearDown();
        await disposed.WaitAsync(DisposeTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    /// <summary>Disposes what SSH.NET may fail to dispose.</summary>
    internal static void DisposeQuietly(IDisposable disposable)
    {
        try
        {
            disposable.Dispose();
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The peer may be gone: there is nobody left to tell.
            Debug.WriteLine(e);
        }
    }

    // The command is asked to end; when its channel does not close in time, the whole connection goes.
    private async Task AbandonAsync(SshNetExecution execution)
    {
        Task ended = execution.TerminateAsync(SignalTimeoutMilliseconds);
        await ended.WaitAsync(AbandonTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (!ended.IsCompletedSuccessfully)
        {
            _ = TearDown();
        }
    }

    private Task TearDown()
    {
        lock (_closing)
        {
            return _disposed ??= Blocking.Run(() =>
            {
                _closing.Cancel();
                DisposeQuietly(_client);
                _ = _route?.DisposeAsync().AsTask();
            });
        }
    }
}
