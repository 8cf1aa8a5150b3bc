namespace EtcdHa.Core.Ssh.Login;

/// <summary>Prepares the login to one host, and again after an attempt showed that a key cannot sign as it is.</summary>
/// <param name="target">The host.</param>
/// <param name="ring">The command's identity files.</param>
/// <param name="log">Says what is passed over.</param>
internal sealed class SshLogins(ResolvedSshTarget target, SshKeyRing ring, SshConnectionLog log)
{
    private readonly List<EtcdSshAuthenticationException> _failed = [];
    private readonly HashSet<string> _unable = [];
    private readonly HashSet<string> _told = [];
    private IReadOnlyList<SshAgentIdentity>? _held;
    private SshAgent? _agent;
    private EtcdSshAuthenticationException? _agentProblem;

    /// <summary>Gathers what can be tried.</summary>
    /// <param name="now">The time, for certificates.</param>
    /// <param name="cancellationToken">Stops the wait for the agent and for others who read the same key.</param>
    /// <returns>The login; the caller disposes it.</returns>
    /// <exception cref="EtcdSshAuthenticationException">
    /// Nothing can be tried: <c>SshNoIdentity</c>, or why the first file or certificate is not usable.
    /// </exception>
    public async Task<SshLogin> PrepareAsync(DateTimeOffset now, CancellationToken cancellationToken)
    {
        List<EtcdSshAuthenticationException> skipped = [];
        List<SshIdentityFile> files = [];
        foreach (string path in target.IdentityFiles)
        {
            SshIdentityFile file = await ring.ReadAsync(path, target.KeyPassphrase, cancellationToken).ConfigureAwait(false);

            // Without its public half the key cannot be offered first and opened later.
            files.Add(file is { CanSign: false, Problem: null, PublicKey: null }
                ? await ring.UnlockAsync(path, target.KeyPassphrase, cancellationToken).ConfigureAwait(false)
                : file);
        }

        List<(string, SshCertificate)> certificates = Certificates(skipped);
        await AskAgentAsync(cancellationToken).ConfigureAwait(false);
        SshCandidates ordered = SshCandidates.Order(
            files, certificates, _held!, identity => new SshAgentSigner(_agent!, identity.Listed, cancellationToken), target.IdentitiesOnly, now);
        skipped.AddRange([.. ordered.Skipped, .. _failed]);
        if (_agentProblem is not null)
        {
            skipped.Add(_agentProblem);
        }

        foreach (EtcdSshAuthenticationException reason in skipped.Where(reason => _told.Add(reason.Message)))
        {
            log.Verbose($"{target}: passed over: {reason.Message}");
        }

        SshCandidate[] usable = [.. ordered.Candidates.Where(candidate => !_unable.Contains(candidate.Description))];
        return usable.Length > 0 || target.Password is not null
            ? new SshLogin(target, usable, skipped)
            : throw (skipped.Find(reason => reason != _agentProblem) ?? _agentProblem
                ?? new EtcdSshAuthenticationException("SshNoIdentity", target.ToString()) { Subject = target.ToString() });
    }

    /// <summary>Takes in that a key could not sign: opens it, or leaves it out from now on.</summary>
    /// <param name="failure">What the attempt ended with.</param>
    /// <param name="cancellationToken">Stops the question for a passphrase.</param>
    public async Task LearnAsync(SshSignerException failure, CancellationToken cancellationToken)
    {
        if (failure.LockedFile is { } path)
        {
            await ring.UnlockAsync(path, target.KeyPassphrase, cancellationToken).ConfigureAwait(false);
            return;
        }

        _unable.Add(failure.Candidate.Description);
        _failed.Add(failure.Reason!);
    }

    // As ssh does it: the certificate beside a key is used without being named.
    private List<(string Path, SshCertificate Certificate)> Certificates(List<EtcdSshAuthenticationException> skipped)
    {
        List<(string, SshCertificate)> certificates = [];
        IEnumerable<string> beside = target.IdentityFiles.Select(path => path + "-cert.pub").Where(File.Exists);
        foreach (string path in target.CertificateFiles.Concat(beside).Distinct())
        {
            try
            {
                certificates.Add((path, SshKeyFiles.ReadCertificate(path)));
            }
            catch (EtcdSshAuthenticationException e)
            {
                skipped.Add(e);
            }
        }

        return certificates;
    }

    // Once: an agent that hung or refused is not waited for again.
    private async Task AskAgentAsync(CancellationToken cancellationToken)
    {
        if (_held is not null)
        {
            return;
        }

        _held = [];
        if (target.IdentityAgent is { } path)
        {
            _agent = new SshAgent(path);
            try
            {
                _held = await _agent.ListAsync(cancellationToken).ConfigureAwait(false);
                log.Debug($"{target}: the agent {path} holds {_held.Count} keys");
            }
            catch (EtcdSshAuthenticationException e)
            {
                _agentProblem = e;
            }
        }
    }
}
