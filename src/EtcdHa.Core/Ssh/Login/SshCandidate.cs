namespace EtcdHa.Core.Ssh.Login;

/// <summary>A key that a login may use.</summary>
/// <param name="Key">Its public key.</param>
/// <param name="Certificate">The certificate that is offered in its place; null: the key itself.</param>
/// <param name="Signer">Who signs with it.</param>
/// <param name="Source">Where it comes from, for messages: a file, the agent, a certificate's file.</param>
internal sealed record SshCandidate(SshHostKey Key, SshCertificate? Certificate, SshSigner Signer, string Source)
{
    /// <summary>Source, type and fingerprint, as <c>ssh-add -l</c> and <c>ssh-keygen -l</c> show it.</summary>
    public string Description => $"{Source} ({Key.Type} {Key.Fingerprint})";
}

/// <summary>Signs with a private key, wherever it is.</summary>
internal abstract class SshSigner
{
    /// <summary>Signs.</summary>
    /// <param name="candidate">What is signed with.</param>
    /// <param name="data">What is signed.</param>
    /// <param name="algorithm">The signature's algorithm.</param>
    /// <returns>The signature in wire form.</returns>
    /// <exception cref="SshSignerException">It cannot sign now.</exception>
    public abstract byte[] Sign(SshCandidate candidate, byte[] data, string algorithm);
}

/// <summary>Signs with a key read from a file; one that is still encrypted is asked for when the host has accepted its public half.</summary>
/// <param name="file">The file.</param>
internal sealed class SshFileSigner(SshIdentityFile file) : SshSigner
{
    /// <inheritdoc/>
    public override byte[] Sign(SshCandidate candidate, byte[] data, string algorithm) =>
        file.CanSign ? file.Sign(data, algorithm) : throw new SshSignerException(candidate, null) { LockedFile = file.Path };
}

/// <summary>Has an agent sign.</summary>
/// <param name="agent">The agent.</param>
/// <param name="listed">The key or certificate as the agent lists it.</param>
/// <param name="cancellationToken">Ends the wait for the agent.</param>
internal sealed class SshAgentSigner(SshAgent agent, SshHostKey listed, CancellationToken cancellationToken) : SshSigner
{
    /// <inheritdoc/>
    public override byte[] Sign(SshCandidate candidate, byte[] data, string algorithm)
    {
        try
        {
            // SSH.NET asks on a thread of the attempt's own, and waits.
            return agent.SignAsync(listed.Blob, data, algorithm, cancellationToken).GetAwaiter().GetResult();
        }
        catch (EtcdSshAuthenticationException e)
        {
            throw new SshSignerException(candidate, e);
        }
    }
}

/// <summary>A key the host would take cannot sign: the attempt ends, and the next one knows better.</summary>
/// <param name="candidate">The key.</param>
/// <param name="reason">Why; null when it only takes a passphrase.</param>
internal sealed class SshSignerException(SshCandidate candidate, EtcdSshAuthenticationException? reason) : Exception("A key cannot sign.", reason)
{
    /// <summary>The key.</summary>
    public SshCandidate Candidate => candidate;

    /// <summary>Why it does not sign; null when it only takes a passphrase.</summary>
    public EtcdSshAuthenticationException? Reason => reason;

    /// <summary>The file whose passphrase is to be asked for; null when that would not help.</summary>
    public string? LockedFile { get; init; }
}
