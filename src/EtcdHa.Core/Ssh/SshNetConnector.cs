using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>Connects with SSH.NET: public key login, host key verified, weak algorithms left out.</summary>
public sealed class SshNetConnector : ISshConnector
{
    // Within the 2 seconds a cancelled command may take.
    private static readonly TimeSpan ChannelCloseTimeout = TimeSpan.FromMilliseconds(500);

    /// <inheritdoc/>
    /// <remarks>
    /// Ids: SshHostUnreachable, SshConnectTimeout, SshNoCommonAlgorithm, SshConnectFailed; SshHostKeyUnknown, SshHostKeyChanged,
    /// SshHostKeyRevoked, SshHostKeyPinMismatch, SshKnownHostsUnreadable, SshKnownHostsUnwritable; SshLoginRefused, SshNoIdentity,
    /// SshIdentityFileUnreadable, SshIdentityFileInvalid, SshIdentityFileEncrypted.
    /// After a timeout or a cancellation the call returns at once; the attempt left behind trusts no key any more and ends by its own timeout.
    /// </remarks>
    public async Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        cancellationToken.ThrowIfCancellationRequested();
        if (target.JumpHosts.Count > 0)
        {
            throw new EtcdSshException("SshJumpHostUnsupported", target, target.JumpHosts[0]) { Subject = target.ToString() };
        }

        KnownHosts knownHosts = KnownHostsStore.Load(target);
        SshIdentities identities = SshIdentities.Load(target);
        Attempt attempt = new(target, identities, knownHosts);
        Task connected = attempt.Start();
        try
        {
            await connected.WaitAsync(target.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            return new SshNetTransport(target, attempt.Client, identities);
        }
        catch (Exception e)
        {
            attempt.Abandon(connected);
            cancellationToken.ThrowIfCancellationRequested();
            throw SshErrors.Connecting(e, target, identities, attempt.Verifier.Refusal);
        }
    }

    /// <summary>One attempt, on a thread of its own: SSH.NET blocks during key exchange and login.</summary>
    private sealed class Attempt
    {
        private readonly SshIdentities _identities;

        public Attempt(ResolvedSshTarget target, SshIdentities identities, KnownHosts knownHosts)
        {
            _identities = identities;
            Verifier = new HostKeyVerifier(target, knownHosts);
            PrivateKeyAuthenticationMethod publicKey = new(target.UserName, [.. identities.Sources]);
            ConnectionInfo connection = new(target.HostName, target.Port, target.UserName, publicKey)
            {
                Timeout = target.ConnectTimeout,
                ChannelCloseTimeout = ChannelCloseTimeout,
                MaxSessions = SshNetTransport.MaximumChannels,
                RetryAttempts = 1,
            };
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
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }
}
