using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Hosts;

/// <summary>The connection to one host, and the one that takes its place after it dropped.</summary>
internal sealed class HostLink : IAsyncDisposable
{
    private readonly ISshConnector _connector;
    private readonly ResolvedSshTarget _target;
    private readonly RemoteSudo _sudo;
    private readonly SemaphoreSlim _renewing = new(1);
    private (ISshTransport Transport, RemoteShell Shell)? _current;

    /// <summary>Prepares a link; nothing is connected yet.</summary>
    /// <param name="connector">Opens connections.</param>
    /// <param name="target">The host.</param>
    /// <exception cref="EtcdSudoException"><c>SudoPasswordMissing</c>, <c>SudoPasswordInvalid</c>.</exception>
    public HostLink(ISshConnector connector, ResolvedSshTarget target)
    {
        _connector = connector;
        _target = target;
        _sudo = new RemoteSudo(target.SudoMode, target.SudoPassword);
        _sudo.Check(target.ToString());
    }

    /// <summary>The open connection.</summary>
    public ISshTransport Transport => Current.Transport;

    /// <summary>Runs scripts over it.</summary>
    public RemoteShell Shell => Current.Shell;

    private (ISshTransport Transport, RemoteShell Shell) Current
        => _current ?? throw new InvalidOperationException("The link has not been connected.");

    /// <summary>Connects for the first time.</summary>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>The shell to go on with.</returns>
    /// <exception cref="EtcdSshException">As the connector throws it.</exception>
    public async Task<RemoteShell> ConnectAsync(CancellationToken cancellationToken)
    {
        ISshTransport transport = await _connector.ConnectAsync(_target, cancellationToken).ConfigureAwait(false);
        _current = (transport, new RemoteShell(transport, _target.ToString(), _sudo));
        return Shell;
    }

    /// <summary>Connects anew, and ends what the old connection left running. Of several who ask at once the first does it.</summary>
    /// <param name="broken">The shell whose connection dropped.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>The shell to go on with.</returns>
    /// <exception cref="EtcdSshException">As the connector throws it, or the new connection dropped as well.</exception>
    public async Task<RemoteShell> RenewAsync(RemoteShell broken, CancellationToken cancellationToken)
    {
        await _renewing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (!ReferenceEquals(Shell, broken))
            {
                return Shell;
            }

            await Transport.DisposeAsync().AsTask().WaitAsync(cancellationToken).ConfigureAwait(false);
            ISshTransport transport = await _connector.ConnectAsync(_target, cancellationToken).ConfigureAwait(false);
            RemoteShell shell = new(transport, _target.ToString(), _sudo);
            try
            {
                if (broken.Lost.Count > 0)
                {
                    await shell.EndAsync(broken.Lost, cancellationToken).ConfigureAwait(false);
                }
            }
            catch
            {
                await transport.DisposeAsync().ConfigureAwait(false);
                throw;
            }

            _current = (transport, shell);
            return shell;
        }
        finally
        {
            _renewing.Release();
        }
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        if (_current is { } current)
        {
            await current.Transport.DisposeAsync().ConfigureAwait(false);
        }

        _renewing.Dispose();
    }
}
