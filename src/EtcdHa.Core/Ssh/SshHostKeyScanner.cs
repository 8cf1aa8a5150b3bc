using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>Shows the keys a host presents without logging in: each connection ends at the key, before any user name is sent.</summary>
public static class SshHostKeyScanner
{
    // One question a kind of key, as ssh-keyscan asks: a host presents one key a connection.
    private static readonly string[][] Kinds =
    [
        ["ssh-ed25519"],
        ["ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521"],
        ["rsa-sha2-512", "rsa-sha2-256"],
    ];

    /// <summary>Asks a host for its keys and looks them up. known_hosts is read, never written, whatever the policy.</summary>
    /// <param name="target">The host.</param>
    /// <param name="hops">Connects to jump hosts: they are logged in to, the host is not.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>At least one key: Ed25519, ECDSA, RSA, as far as the host has them; then its certificate, if it has one.</returns>
    /// <exception cref="EtcdSshException">
    /// The host cannot be reached, or has no key of these kinds (<c>SshNoCommonAlgorithm</c>);
    /// <see cref="EtcdSshHostKeyException"/> <c>SshKnownHostsUnreadable</c>.
    /// </exception>
    public static async Task<IReadOnlyList<EtcdSshHostKey>> ScanAsync(ResolvedSshTarget target, ISshConnector hops, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(target);
        KnownHosts knownHosts = KnownHostsStore.Load(target);
        SshJumps jumps = new(hops);
        List<EtcdSshHostKey> keys = [];
        EtcdSshException? none = null;
        foreach (string[] algorithms in Kinds)
        {
            try
            {
                keys.Add(Describe(await AskAsync(target, jumps, connection => SshAlgorithms.OfferHostKeys(connection, algorithms), cancellationToken).ConfigureAwait(false), target, knownHosts));
            }
            catch (EtcdSshException e) when (e.ErrorId == "SshNoCommonAlgorithm")
            {
                none = e;
            }
        }

        if (keys.Count == 0)
        {
            throw none!;
        }

        HostCertificateCheck check = new(target, knownHosts, TimeProvider.System);
        bool isVerified = await AskCertificateAsync(target, jumps, check, cancellationToken).ConfigureAwait(false);
        return check.Presented is null ? keys : [.. keys, Describe(check, isVerified, target)];
    }

    private static EtcdSshHostKey Describe(SshHostKey key, ResolvedSshTarget target, KnownHosts knownHosts)
    {
        HostKeyVerdict verdict = knownHosts.Check(target.KnownHostsName, key);

        // A key of a type that is not listed is new, even if one of another type is listed.
        bool concernsKey = verdict.Entry is { } entry && entry.Key.Type == key.Type;
        EtcdSshHostKeyStatus status = target.HostKeyPolicy == EtcdHostKeyPolicy.Pinned && verdict.Status != HostKeyStatus.Revoked
            ? key.Fingerprint == target.HostKeyFingerprint ? EtcdSshHostKeyStatus.Known : EtcdSshHostKeyStatus.Unknown
            : verdict.Status switch
            {
                HostKeyStatus.Trusted => EtcdSshHostKeyStatus.Known,
                HostKeyStatus.Revoked => EtcdSshHostKeyStatus.Revoked,
                HostKeyStatus.Changed when concernsKey => EtcdSshHostKeyStatus.Changed,
                _ => EtcdSshHostKeyStatus.Unknown,
            };
        return new EtcdSshHostKey
        {
            HostName = target.HostName,
            Port = target.Port,
            Type = key.Type,
            Fingerprint = key.Fingerprint,
            Status = status,
            KnownAt = concernsKey ? verdict.Entry!.Place : null,
            KnownHostsLine = $"{target.KnownHostsName.Text} {key}",
        };
    }

    private static EtcdSshHostKey Describe(HostCertificateCheck check, bool isVerified, ResolvedSshTarget target)
    {
        SshHostCertificate certificate = check.Presented!;
        string? problem = check.Problem ?? (isVerified ? null : HostCertificateCheck.WrongSignature);
        KnownHostsName name = target.KnownHostsName;
        return new EtcdSshHostKey
        {
            HostName = target.HostName,
            Port = target.Port,
            Type = certificate.Type,
            Fingerprint = certificate.Key.Fingerprint,
            Status = check.Authority.Status switch
            {
                HostKeyStatus.Revoked => EtcdSshHostKeyStatus.Revoked,
                HostKeyStatus.Trusted => problem is null ? EtcdSshHostKeyStatus.Known : EtcdSshHostKeyStatus.Invalid,
                _ => EtcdSshHostKeyStatus.Unknown,
            },
            KnownAt = check.Authority.Entry?.Place,
            KnownHostsLine = $"@cert-authority {name.Text} {certificate.Authority}",
            AuthorityFingerprint = certificate.Authority.Fingerprint,
            Principals = [.. certificate.Principals.Select(SshErrors.Plain)],
            ValidAfter = certificate.ValidAfter == 0 ? null : HostCertificateCheck.DateOf(certificate.ValidAfter),
            ValidBefore = HostCertificateCheck.DateOf(certificate.ValidBefore),
            Problem = problem,
        };
    }

    // Asks for any certificate; a host without one presents a key that was shown already. True when everything about the signatures is right.
    private static async Task<bool> AskCertificateAsync(ResolvedSshTarget target, SshJumps jumps, HostCertificateCheck check, CancellationToken cancellationToken)
    {
        try
        {
            await AskAsync(target, jumps, connection => HostCertificateOffer.Add(connection, target, check.Counts), cancellationToken).ConfigureAwait(false);
            return true;
        }
        catch (EtcdSshException) when (check.Presented is not null)
        {
            return false;
        }
    }

    private static async Task<SshHostKey> AskAsync(ResolvedSshTarget target, SshJumps jumps, Action<ConnectionInfo> offer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        TaskCompletionSource<SshHostKey?> presented = new(TaskCreationOptions.RunContinuationsAsynchronously);
        NoneAuthenticationMethod nobody = new(target.UserName);
        SshRoute? route = await jumps.OpenAsync(target, cancellationToken).ConfigureAwait(false);
        ConnectionInfo connection = SshRoute.Connect(target, route, nobody);
        SshAlgorithms.Configure(connection, new HashSet<string>(), target.AllowWeakAlgorithms);
        offer(connection);
        SshClient client = new(connection);
        client.HostKeyReceived += (_, e) =>
        {
            e.CanTrust = false;
            presented.TrySetResult(SshHostKey.FromBlob(e.HostKey));
        };
        Task connected = Blocking.Run(client.Connect);
        _ = connected.ContinueWith(
            finished =>
            {
                _ = finished.Exception;
                SshNetTransport.DisposeQuietly(client);
                nobody.Dispose();
                _ = route?.DisposeAsync().AsTask();
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);
        try
        {
            await connected.WaitAsync(target.ConnectTimeout, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e) when (!presented.Task.IsCompleted)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw SshErrors.Connecting(e, target, null, null, connection);
        }
        catch (Exception)
        {
            // Refused as meant: the key is there, and so is its signature.
            cancellationToken.ThrowIfCancellationRequested();
        }

        SshHostKey? key = presented.Task.IsCompleted ? await presented.Task.ConfigureAwait(false) : null;
        return key ?? throw new EtcdSshHostKeyException("SshHostKeyUnreadable", target.ToString()) { Subject = target.ToString() };
    }
}
