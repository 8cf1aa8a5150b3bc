using System.Text;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Security;

namespace EtcdHa.Core.Ssh;

/// <summary>The private keys a login tries, loaded, and the files that could not be used.</summary>
internal sealed class SshIdentities : IDisposable
{
    private const int MaximumFileLength = 1 << 20;

    private readonly List<Identity> _usable = [];

    /// <summary>No keys: nobody logs in.</summary>
    public static SshIdentities None { get; } = new();

    /// <summary>Keys to log in with, in the order of the files.</summary>
    public IReadOnlyList<IPrivateKeySource> Sources => _usable;

    /// <summary>Files that were skipped, each with its reason; a key that needs no skipping is not among them.</summary>
    public IReadOnlyList<EtcdSshAuthenticationException> Skipped { get; private init; } = [];

    /// <summary>What the keys are called in a message: path and type.</summary>
    public string Description => string.Join(", ", _usable.Select(identity => identity.Description));

    /// <summary>Loads the keys of a target. As in OpenSSH, a file that cannot be used is passed over while another can.</summary>
    /// <param name="target">Whose identity files.</param>
    /// <returns>At least one usable key.</returns>
    /// <exception cref="EtcdSshAuthenticationException">
    /// None is usable: <c>SshNoIdentity</c>, or the first file's reason: <c>SshIdentityFileUnreadable</c>,
    /// <c>SshIdentityFileInvalid</c>, <c>SshIdentityFileEncrypted</c>.
    /// </exception>
    public static SshIdentities Load(ResolvedSshTarget target)
    {
        List<EtcdSshAuthenticationException> skipped = [];
        SshIdentities identities = new() { Skipped = skipped };
        foreach (string path in target.IdentityFiles)
        {
            try
            {
                identities._usable.Add(new Identity(path, Read(path)));
            }
            catch (EtcdSshAuthenticationException e)
            {
                skipped.Add(e);
            }
        }

        return identities._usable.Count > 0 ? identities
            : throw (skipped.FirstOrDefault() ?? new EtcdSshAuthenticationException("SshNoIdentity", target.ToString()) { Subject = target.ToString() });
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Identity identity in _usable)
        {
            identity.Dispose();
        }
    }

    private static PrivateKeyFile Read(string path)
    {
        byte[] content = ReadContent(path);
        try
        {
            using MemoryStream stream = new(content, writable: false);
            return new PrivateKeyFile(stream);
        }
        catch (SshPassPhraseNullOrEmptyException)
        {
            throw new EtcdSshAuthenticationException("SshIdentityFileEncrypted", path) { Subject = path };
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The parser's own text is left out: it may quote the file.
            throw new EtcdSshAuthenticationException("SshIdentityFileInvalid", path, Describe(content)) { Subject = path };
        }
        finally
        {
            Array.Clear(content);
        }
    }

    private static byte[] ReadContent(string path)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] content = new byte[(int)Math.Min(stream.Length, MaximumFileLength)];
            stream.ReadExactly(content);
            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdSshAuthenticationException(e, "SshIdentityFileUnreadable", path, e.Message) { Subject = path };
        }
    }

    private static string Describe(byte[] content)
    {
        string start = Encoding.ASCII.GetString(content, 0, Math.Min(content.Length, 64)).TrimStart();
        return start.StartsWith("PuTTY-User-Key-File", StringComparison.Ordinal) ? "it is a PuTTY key; convert it: puttygen key.ppk -O private-openssh-new -o key"
            : start.StartsWith("ssh-", StringComparison.Ordinal) || start.StartsWith("ecdsa-", StringComparison.Ordinal) ? "it is a public key; name the file without .pub"
            : start.StartsWith("-----BEGIN ", StringComparison.Ordinal) ? "it is damaged, or of a kind that is not supported (DSA, a hardware key)"
            : "it is not a private key in OpenSSH or PEM form";
    }

    /// <summary>A key without its SHA-1 signature: the server counts each algorithm tried as one attempt, and refuses that one anyway.</summary>
    private sealed class Identity(string path, PrivateKeyFile key) : IPrivateKeySource, IDisposable
    {
        public IReadOnlyCollection<HostAlgorithm> HostKeyAlgorithms { get; } =
            [.. key.HostKeyAlgorithms.Where(algorithm => algorithm.Name != SshAlgorithms.RsaSha1)];

        public string Description => $"{path} ({key.HostKeyAlgorithms.First().Name})";

        public void Dispose() => key.Dispose();
    }
}
