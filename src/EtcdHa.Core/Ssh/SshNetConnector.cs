using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>Connects with SSH.NET: public key login, host key verified, weak algorithms left out.</summary>
public sealed class SshNetConnector : ISshConnector
{
    // Within the 2 seconds a cancelled command may take.
    private static readonly TimeSpan ChannelCloseTimeout = TimeSpan.FromMilliseconds(500);

    private readonly SshJumps _jumps;

    /// <summary>Creates a connector.</summary>
    /// <param name="hops">
    /// Connects to jump hosts, and keeps and shares their connections; null: this connector shares them itself,
    /// and closes each when the last connection that leads through it is closed.
    /// </param>
    public SshNetConnector(ISshConnector? hops = null) => _jumps = new SshJumps(hops ?? new SshConnectionPool(keepsIdle: false).Through(_ => this));

    /// <inheritdoc/>
    /// <remarks>
    /// Ids: SshHostUnreachable, SshConnectTimeout, SshNoCommonAlgorithm, SshConnectFailed; SshHostKeyUnknown, SshHostKeyChanged,
    /// SshHostKeyRevoked, SshHostKeyPinMismatch, SshKnownHostsUnreadable, SshKnownHostsUnwritable; SshLoginRefused, SshNoIdentity,
    /// SshIdentityFileUnreadable, SshIdentityFileInvalid, SshIdentityFileEncrypted; the same of a jump host, naming it, and
    /// SshJumpForwardingRefused, SshUnreachableFromJumpHost, SshJumpChannelRefused.
    /// After a timeout or a cancellation the call returns at once; the attempt left behind trusts no key any more and ends by its own timeout.
    /// </remarks>
    public async Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        cancellationToken.ThrowIfCancellationRequested();
        KnownHosts knownHosts = KnownHostsStore.Load(target);
        SshIdentities identities = SshIdentities.Load(target);
        SshRoute? route = await OpenRouteAsync(target, identities, cancellationToken).ConfigureAwait(false);
        Attempt attempt = new(target, identities, knownHosts, route);
        Task connected = attempt.Start();
        try
        {
            await connected.WaitAsync(target.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            return new SshNetTransport(target, attempt.Client, identities, route);
        }
        catch (Exception e)
        {
            attempt.Abandon(connected);
            cancellationToken.ThrowIfCancellationRequested();
            throw SshErrors.Connecting(e, target, identities, attempt.Verifier.Refusal);
        }
    }

    private async Task<SshRoute?> OpenRouteAsync(ResolvedSshTarget target, SshIdentities identities, CancellationToken cancellationToken)
    {
        try
        {
            return await _jumps.OpenAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            identities.Dispose();
            throw;
        }
    }

    /// <summary>One attempt, on a thread of its own: SSH.NET blocks during key exchange and login.</summary>
    private sealed class Attempt
    {
        private readonly SshIdentities _identities;
        private readonly SshRoute? _route;

        public Attempt(ResolvedSshTarget target, SshIdentities identities, KnownHosts knownHosts, SshRoute? route)
        {
            _identities = identities;
            _route = route;
            Verifier = new HostKeyVerifier(target, knownHosts);
            PrivateKeyAuthenticationMethod publicKey = new(target.UserName, [.. identities.Sources]);
            ConnectionInfo connection = SshRoute.Connect(target, route, publicKey);
            connection.ChannelCloseTimeout = ChannelCloseTimeout;
            connection.MaxSessions = SshNetTransport.MaximumChannels;
            SshAlgorithms.Configure(connection, knownHosts.KnownTypes(target.KnownHostsName));

            // SSH.NET counts no replies, so a dead peer shows by command timeouts.
            Client = new SshClient(connection)
            {
                KeepAliveInterval = target.KeepAliveInterval > TimeSpan.Zero ? target.KeepAliveInterval : Timeout.InfiniteTimeSpan,
            };

            // SSH.NET trusts every key when nobody listens, and trusts unless told otherwise.
            Client.HostKeyReceived += (_, e) =>
            {
                e.CanTrust = false;
                e.CanTrust = Verifier.Accept(e.HostKey);
            };
        }

        public HostKeyVerifier Verifier { get; }

        public SshClient Client { get; }

        public Task Start() => Task.Factory.StartNew(Client.Connect, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);

        /// <summary>Lets go of a failed or unfinished attempt without waiting for it.</summary>
        public void Abandon(Task connected)
        {
            Verifier.Close();
            connected.ContinueWith(
                finished =>
                {
                    _ = finished.Exception;
                    SshNetTransport.DisposeQuietly(Client);
                    _identities.Dispose();
                    _ = _route?.DisposeAsync().AsTask();
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }
}
