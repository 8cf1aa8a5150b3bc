using EtcdHa.Core.Ssh.Login;
using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>Connects with SSH.NET: keys, certificates, agent or password, host key verified, weak algorithms left out.</summary>
public sealed class SshNetConnector : ISshConnector
{
    // Within the 2 seconds a cancelled command may take.
    private static readonly TimeSpan ChannelCloseTimeout = TimeSpan.FromMilliseconds(500);

    private readonly SshJumps _jumps;
    private readonly SshKeyRing _ring;
    private readonly SshConnectionLog _log;

    /// <summary>Creates a connector.</summary>
    /// <param name="hops">
    /// Connects to jump hosts, and keeps and shares their connections; null: this connector shares them itself,
    /// and closes each when the last connection that leads through it is closed.
    /// </param>
    /// <param name="prompt">Asks for passphrases, once a key for all hosts this connects to; null: nobody can be asked.</param>
    /// <param name="log">Told what is tried and what was agreed on; null: nobody is.</param>
    public SshNetConnector(ISshConnector? hops = null, ISshSecretPrompt? prompt = null, SshConnectionLog? log = null)
    {
        _jumps = new SshJumps(hops ?? new SshConnectionPool(keepsIdle: false).Through(_ => this));
        _ring = new SshKeyRing(prompt);
        _log = log ?? SshConnectionLog.None;
    }

    /// <inheritdoc/>
    /// <remarks>
    /// Ids: SshHostUnreachable, SshHungUp, SshConnectTimeout, SshNoCommonAlgorithm, SshConnectFailed; SshHostKeyUnknown, SshHostKeyChanged,
    /// SshHostKeyRevoked, SshHostCertificateInvalid, SshHostKeyPinMismatch, SshKnownHostsUnreadable, SshKnownHostsUnwritable; SshLoginRefused, SshTooManyTries, SshNoIdentity,
    /// SshPasswordExpired, SshQuestionNotAnswered; when nothing can be tried, why: SshIdentityFile…, SshPassphraseWrong, SshCertificate…, SshAgentUnavailable;
    /// the same of a jump host, naming it, and SshJumpForwardingRefused, SshUnreachableFromJumpHost, SshJumpChannelRefused.
    /// After a timeout or a cancellation the call returns at once; the attempt left behind trusts no key any more and ends by its own timeout.
    /// A passphrase is asked for between two attempts, so that neither the host nor the connect timeout waits for the user.
    /// </remarks>
    public async Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        cancellationToken.ThrowIfCancellationRequested();
        KnownHosts knownHosts = KnownHostsStore.Load(target);
        SshLogins logins = new(target, _ring, _log);
        while (true)
        {
            SshLogin login = await logins.PrepareAsync(DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
            try
            {
                return await TryAsync(target, login, knownHosts, cancellationToken).ConfigureAwait(false);
            }
            catch (SshSignerException e)
            {
                // Each time one key is opened or left out, so this ends.
                await logins.LearnAsync(e, cancellationToken).ConfigureAwait(false);
            }
        }
    }

    private async Task<ISshTransport> TryAsync(ResolvedSshTarget target, SshLogin login, KnownHosts knownHosts, CancellationToken cancellationToken)
    {
        SshRoute? route = await OpenRouteAsync(target, login, cancellationToken).ConfigureAwait(false);
        Attempt attempt = new(target, login, knownHosts, route);
        Task connected = attempt.Start();
        try
        {
            await connected.WaitAsync(target.ConnectTimeout, cancellationToken).ConfigureAwait(false);
            Tell(target, login, attempt.Connection);
            login.Dispose();
            return new SshNetTransport(target, attempt.Client, route);
        }
        catch (Exception e)
        {
            attempt.Abandon(connected);
            cancellationToken.ThrowIfCancellationRequested();
            if (e is SshSignerException)
            {
                throw;
            }

            throw SshErrors.Connecting(e, target, login, attempt.Verifier.Explain(SshErrors.IsUnverified(e)), attempt.Connection);
        }
    }

    private void Tell(ResolvedSshTarget target, SshLogin login, ConnectionInfo connection)
    {
        _log.Verbose($"{target}: logged in with {(login.Tried is [.., var last] ? last : "nothing")}; {SshAlgorithms.Negotiated(connection)}");
        if (SshAlgorithms.WeakOf(connection) is { Count: > 0 } weak)
        {
            _log.Warning($"{target}: the connection uses weak algorithms: {string.Join(", ", weak)}");
        }
    }

    private async Task<SshRoute?> OpenRouteAsync(ResolvedSshTarget target, SshLogin login, CancellationToken cancellationToken)
    {
        try
        {
            return await _jumps.OpenAsync(target, cancellationToken).ConfigureAwait(false);
        }
        catch
        {
            login.Dispose();
            throw;
        }
    }

    /// <summary>One attempt, on a thread of its own: SSH.NET blocks during key exchange and login.</summary>
    private sealed class Attempt
    {
        private readonly SshLogin _login;
        private readonly SshRoute? _route;

        public Attempt(ResolvedSshTarget target, SshLogin login, KnownHosts knownHosts, SshRoute? route)
        {
            _login = login;
            _route = route;
            Verifier = new HostKeyVerifier(target, knownHosts, TimeProvider.System);
            Connection = SshRoute.Connect(target, route, login.Methods);
            Connection.ChannelCloseTimeout = ChannelCloseTimeout;
            Connection.MaxSessions = SshChannels.Maximum;
            SshAlgorithms.Configure(Connection, knownHosts.KnownTypes(target.KnownHostsName), target.AllowWeakAlgorithms);
            if (Verifier.WantsCertificate)
            {
                HostCertificateOffer.Add(Connection, target, Verifier.Counts);
            }

            // SSH.NET counts no replies, so a dead peer shows by command timeouts.
            Client = new SshClient(Connection)
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

        /// <summary>What was offered and agreed on; unlike the client's own property it can be asked when the client is disposed.</summary>
        public ConnectionInfo Connection { get; }

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
                    _login.Dispose();
                    _ = _route?.DisposeAsync().AsTask();
                },
                CancellationToken.None,
                TaskContinuationOptions.None,
                TaskScheduler.Default);
        }
    }
}
