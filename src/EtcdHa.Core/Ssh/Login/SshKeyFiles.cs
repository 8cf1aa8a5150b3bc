using System.Security;
using Renci.SshNet;
using Renci.SshNet.Common;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>Reads key and certificate files from the workstation's disk.</summary>
internal static class SshKeyFiles
{
    private const int MaximumLength = 1 << 20;

    private const UnixFileMode Others =
        UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.GroupExecute | UnixFileMode.OtherRead | UnixFileMode.OtherWrite | UnixFileMode.OtherExecute;

    /// <summary>Reads an identity file: what can be told of it without a passphrase.</summary>
    /// <param name="path">The private key file.</param>
    /// <returns>Its key; when it cannot sign, why.</returns>
    public static SshIdentityFile Read(string path)
    {
        SshHostKey? named = ReadPublicKey(path + ".pub");
        byte[] content;
        try
        {
            content = ReadContent(path, isPrivate: true);
        }
        catch (EtcdSshAuthenticationException e)
        {
            return new SshIdentityFile(path, named) { Problem = e };
        }

        try
        {
            if (SshKeyFileText.Refusal(content) is { } refusal)
            {
                return new SshIdentityFile(path, SshKeyFileText.PublicKey(content) ?? SshKeyFileText.OpenSshPublicKey(content) ?? named) { Problem = Error(refusal, path) };
            }

            if (SshKeyFileText.IsEncryptedPkcs8(content))
            {
                return new SshIdentityFile(path, named) { IsEncrypted = true };
            }

            try
            {
                return new SshIdentityFile(path, Load(content, null));
            }
            catch (SshPassPhraseNullOrEmptyException)
            {
                return new SshIdentityFile(path, SshKeyFileText.OpenSshPublicKey(content) ?? named) { IsEncrypted = true };
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                // The parser's own text is left out: it may quote the file.
                return new SshIdentityFile(path, SshKeyFileText.OpenSshPublicKey(content) ?? named) { Problem = Error("SshIdentityFileInvalid", path) };
            }
        }
        finally
        {
            Array.Clear(content);
        }
    }

    /// <summary>Decrypts an identity file.</summary>
    /// <param name="path">The private key file.</param>
    /// <param name="passphrase">Its passphrase.</param>
    /// <returns>The key; with the problem <c>SshPassphraseWrong</c> when it does not open the file.</returns>
    public static SshIdentityFile Decrypt(string path, SecureString passphrase)
    {
        byte[] content;
        try
        {
            content = ReadContent(path, isPrivate: true);
        }
        catch (EtcdSshAuthenticationException e)
        {
            return new SshIdentityFile(path, publicKey: null) { Problem = e };
        }

        try
        {
            return new SshIdentityFile(path, SecretText.Use(passphrase, text => Load(content, text)));
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // Some formats cannot tell a wrong passphrase from a damaged file.
            return new SshIdentityFile(path, SshKeyFileText.OpenSshPublicKey(content)) { IsEncrypted = true, Problem = Error("SshPassphraseWrong", path) };
        }
        finally
        {
            Array.Clear(content);
        }
    }

    /// <summary>Reads a user certificate.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The certificate.</returns>
    /// <exception cref="EtcdSshAuthenticationException"><c>SshIdentityFileUnreadable</c>, <c>SshCertificateInvalid</c>.</exception>
    public static SshCertificate ReadCertificate(string path) =>
        SshKeyFileText.PublicKey(ReadContent(path, isPrivate: false)) is { } key && SshCertificate.FromBlob(key.Blob.Span) is { } certificate
            ? certificate
            : throw Error("SshCertificateInvalid", path);

    private static PrivateKeyFile Load(byte[] content, string? passphrase)
    {
        using MemoryStream stream = new(content, writable: false);
        return new PrivateKeyFile(stream, passphrase);
    }

    private static SshHostKey? ReadPublicKey(string path)
    {
        try
        {
            return File.Exists(path) ? SshKeyFileText.PublicKey(ReadContent(path, isPrivate: false)) : null;
        }
        catch (EtcdSshAuthenticationException)
        {
            return null;
        }
    }

    private static byte[] ReadContent(string path, bool isPrivate)
    {
        try
        {
            using FileStream stream = new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            byte[] content = new byte[(int)Math.Min(stream.Length, MaximumLength)];
            stream.ReadExactly(content);

            // As ssh does it, with the key in hand: a public key may be read by anyone.
            if (isPrivate && !OperatingSystem.IsWindows() && (File.GetUnixFileMode(stream.SafeFileHandle) & Others) != 0 && SshKeyFileText.PublicKey(content) is null)
            {
                Array.Clear(content);
                throw Error("SshIdentityFileExposed", path);
            }

            return content;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new EtcdSshAuthenticationException(e, "SshIdentityFileUnreadable", path, SshErrors.Plain(e.Message)) { Subject = path };
        }
    }

    private static EtcdSshAuthenticationException Error(string id, string path) => new(id, path) { Subject = path };
}
