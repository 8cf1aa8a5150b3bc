using Renci.SshNet;
using Renci.SshNet.Security;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>What is known of an identity file: its public key, and whether it can sign now, after a passphrase, or not at all.</summary>
internal sealed class SshIdentityFile
{
    private readonly PrivateKeyFile? _key;

    /// <summary>A file whose key is not loaded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="publicKey">Its public key as far as it can be told; null: not at all.</param>
    public SshIdentityFile(string path, SshHostKey? publicKey) => (Path, PublicKey) = (path, publicKey);

    /// <summary>A file whose key is loaded.</summary>
    /// <param name="path">The file.</param>
    /// <param name="key">The key.</param>
    public SshIdentityFile(string path, PrivateKeyFile key)
        : this(path, SshHostKey.FromBlob(key.HostKeyAlgorithms.First(algorithm => !SshCertificate.IsCertificate(algorithm.Name)).Data)) => _key = key;

    /// <summary>The file.</summary>
    public string Path { get; }

    /// <summary>The public key; null when it takes the passphrase to know it.</summary>
    public SshHostKey? PublicKey { get; }

    /// <summary>True: the file wants a passphrase.</summary>
    public bool IsEncrypted { get; init; }

    /// <summary>Why the file cannot sign; null when it can, or could with its passphrase.</summary>
    public EtcdSshAuthenticationException? Problem { get; init; }

    /// <summary>True when the key is loaded.</summary>
    public bool CanSign => _key is not null;

    /// <summary>Signs with the key.</summary>
    /// <param name="data">What is signed.</param>
    /// <param name="algorithm">The signature's algorithm; one of the key's.</param>
    /// <returns>The signature in wire form.</returns>
    public byte[] Sign(byte[] data, string algorithm)
    {
        HostAlgorithm signer = _key!.HostKeyAlgorithms.First(candidate => candidate.Name == algorithm);

        // Several hosts may be logged in to at once; .NET's keys are not made for several threads.
        lock (_key)
        {
            return signer.Sign(data);
        }
    }
}
