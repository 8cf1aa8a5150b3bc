using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// Decides on the key a host presents, and keeps the reason when it refuses: SSH.NET itself tells a refusal
/// and a bad signature apart by nothing. Fails closed; a later key exchange must bring the very same key.
/// </summary>
/// <param name="target">Which host, and by which policy.</param>
/// <param name="knownHosts">What is known, and what is revoked.</param>
/// <param name="clock">The time.</param>
internal sealed class HostKeyVerifier(ResolvedSshTarget target, KnownHosts knownHosts, TimeProvider clock)
{
    private readonly HostCertificateCheck _certificate = new(target, knownHosts, clock);
    private readonly object _lock = new();
    private SshHostKey? _accepted;
    private bool _closed;

    /// <summary>Why the key was refused; null while none was.</summary>
    public Exception? Refusal { get; private set; }

    /// <summary>True when the host is to be asked for a certificate: a CA is known that may vouch for it.</summary>
    public bool WantsCertificate => knownHosts.HasAuthority(target.KnownHostsName);

    /// <summary>Judges a certificate, of which nothing is verified yet.</summary>
    /// <param name="certificate">The certificate.</param>
    /// <returns>True when it counts once its signatures are verified; false when its plain key is to be judged.</returns>
    /// <exception cref="EtcdSshHostKeyException"><c>SshHostKeyRevoked</c>.</exception>
    public bool Counts(SshHostCertificate certificate)
    {
        lock (_lock)
        {
            if (_accepted is not null)
            {
                // As in OpenSSH the key stays accepted for the connection, also when the certificate expires meanwhile.
                return false;
            }

            bool counts = _certificate.Counts(certificate);
            if (_certificate.Authority is { Status: HostKeyStatus.Revoked, Entry: { } entry })
            {
                Refusal = Error("SshHostKeyRevoked", target.ToString(), entry.Key.Type, entry.Key.Fingerprint, entry.Place);
                throw Refusal;
            }

            return counts;
        }
    }

    /// <summary>Why an attempt failed, as far as the host's key is the reason.</summary>
    /// <param name="isUnverified">True when SSH.NET says that the host's key could not be verified.</param>
    /// <returns>Null when it is not.</returns>
    public Exception? Explain(bool isUnverified)
    {
        lock (_lock)
        {
            return Refusal ?? (isUnverified && _accepted is null && _certificate.Presented is { } certificate
                ? Invalid(certificate, HostCertificateCheck.WrongSignature)
                : null);
        }
    }

    /// <summary>Judges a key.</summary>
    /// <param name="blob">The key in wire form, its signature of this exchange already verified.</param>
    /// <returns>True to go on. Never throws.</returns>
    public bool Accept(byte[] blob)
    {
        lock (_lock)
        {
            if (_closed)
            {
                return false;
            }

            try
            {
                SshHostKey key = SshHostKey.FromBlob(blob) ?? throw Error("SshHostKeyUnreadable", target.ToString());
                if (_accepted is null)
                {
                    Judge(key);
                    _accepted = key;
                }

                return _accepted.Equals(key);
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                Refusal = e;
                return false;
            }
        }
    }

    /// <summary>Refuses everything from now on: nobody waits for this connection any more.</summary>
    public void Close()
    {
        lock (_lock)
        {
            _closed = true;
        }
    }

    private void Judge(SshHostKey key)
    {
        if (_certificate is { Presented: { } certificate, Problem: null } && certificate.Key.Equals(key))
        {
            // SSH.NET has verified it.
            return;
        }

        HostKeyVerdict verdict = knownHosts.Check(target.KnownHostsName, key);
        if (target.HostKeyPolicy == EtcdHostKeyPolicy.Pinned && verdict.Status != HostKeyStatus.Revoked)
        {
            verdict = key.Fingerprint == target.HostKeyFingerprint ? verdict with { Status = HostKeyStatus.Trusted }
                : throw Error("SshHostKeyPinMismatch", target.ToString(), key.Type, key.Fingerprint, target.HostKeyFingerprint ?? "");
        }
        else if (verdict.Status == HostKeyStatus.Unknown && target.HostKeyPolicy == EtcdHostKeyPolicy.AcceptNew)
        {
            // A host whose CA is trusted and whose certificate is bad is no new host.
            if (_certificate is { Presented: { } bad, Authority.Status: HostKeyStatus.Trusted })
            {
                throw Invalid(bad, _certificate.Problem!);
            }

            // As in OpenSSH a name that known_hosts could not hold as a name is not recorded, and so not accepted.
            string file = target.KnownHostsFiles.Count > 0 && target.KnownHostsName.IsRecordable ? target.KnownHostsFiles[0] : throw Unknown(key);
            verdict = KnownHostsStore.Append(file, target.KnownHostsName, key, target.HashKnownHosts);
        }

        switch (verdict.Status)
        {
            case HostKeyStatus.Trusted:
                return;
            case HostKeyStatus.Changed:
                throw Error("SshHostKeyChanged", target.ToString(), key.Type, key.Fingerprint,
                    verdict.Entry!.Key.Type, verdict.Entry.Key.Fingerprint, verdict.Entry.Place,
                    Hosts.PosixShell.Join("ssh-keygen", "-f", verdict.Entry.Path, "-R", target.KnownHostsName.Text));
            case HostKeyStatus.Revoked:
                throw Error("SshHostKeyRevoked", target.ToString(), key.Type, key.Fingerprint, verdict.Entry!.Place);
            default:
                throw _certificate.Presented is { } presented ? Invalid(presented, _certificate.Problem!) : Unknown(key);
        }
    }

    private EtcdSshHostKeyException Unknown(SshHostKey key) =>
        Error("SshHostKeyUnknown", target.ToString(), key.Type, key.Fingerprint, string.Join(", ", target.KnownHostsFiles),
            Hosts.PosixShell.Join("ssh-keyscan", "-p", target.Port.ToString(CultureInfo.InvariantCulture), target.HostName));

    private EtcdSshHostKeyException Invalid(SshHostCertificate certificate, string problem) =>
        Error("SshHostCertificateInvalid", target.ToString(), problem, certificate.Key.Type, certificate.Key.Fingerprint,
            certificate.Authority.Fingerprint, target.KnownHostsName.WithoutPort ?? target.KnownHostsName.Text);

    private EtcdSshHostKeyException Error(string id, params object?[] arguments) => new(id, arguments) { Subject = target.ToString() };
}
