using Renci.SshNet;
using Renci.SshNet.Security;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>One key, or certificate, with one algorithm, as it is offered to a host; it notes what became of it.</summary>
internal sealed class SshLoginKey : HostAlgorithm, IPrivateKeySource
{
    private readonly SshCandidate _candidate;
    private readonly string _signature;

    /// <summary>Makes the offer.</summary>
    /// <param name="candidate">The key.</param>
    /// <param name="signature">The algorithm of its signature.</param>
    public SshLoginKey(SshCandidate candidate, string signature)
        : base(candidate.Certificate is null ? signature : signature + SshAlgorithms.CertificateSuffix) => (_candidate, _signature) = (candidate, signature);

    /// <summary>The key.</summary>
    public SshCandidate Candidate => _candidate;

    /// <summary>True once it was sent to the host.</summary>
    public bool IsOffered { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms => [this];

    /// <inheritdoc/>
    public override byte[] Data
    {
        get
        {
            IsOffered = true;
            return (_candidate.Certificate?.Blob ?? _candidate.Key.Blob).ToArray();
        }
    }

    /// <inheritdoc/>
    /// <exception cref="SshSignerException">The key is to be opened first, or its holder does not sign.</exception>
    public override byte[] Sign(byte[] data) => _candidate.Signer.Sign(_candidate, data, _signature);

    /// <inheritdoc/>
    public override bool VerifySignature(byte[] data, byte[] signature) => throw new NotSupportedException("The host verifies.");
}
