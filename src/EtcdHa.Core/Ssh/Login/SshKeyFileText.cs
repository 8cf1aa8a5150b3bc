using System.Buffers.Text;
using System.Text;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>What a key file is, told from its bytes without a passphrase. Pure.</summary>
internal static class SshKeyFileText
{
    private const string OpenSshBegin = "-----BEGIN OPENSSH PRIVATE KEY-----";

    // PROTOCOL.key; the NUL belongs to it.
    private static ReadOnlySpan<byte> OpenSshMagic => "openssh-key-v1\0"u8;

    /// <summary>Why a file cannot be a private key for this module.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <returns>The id of an error; null when it may be one.</returns>
    public static string? Refusal(ReadOnlySpan<byte> content)
    {
        string start = Encoding.ASCII.GetString(content[..Math.Min(content.Length, 128)]).TrimStart();
        string type = start.Split([' ', '\t', '\n'], 2)[0];
        return start.StartsWith("PuTTY-User-Key-File", StringComparison.Ordinal) ? "SshIdentityFilePutty"
            : start.StartsWith("---- BEGIN SSH2 ", StringComparison.Ordinal) ? "SshIdentityFileSsh2"
            : start.StartsWith("-----BEGIN DSA PRIVATE KEY", StringComparison.Ordinal) ? "SshIdentityFileDsa"
            : SshCertificate.IsCertificate(type) ? "SshIdentityFileCertificate"
            : PublicKey(content) is not null ? "SshIdentityFilePublic"
            : OpenSshPublicKey(content)?.Type switch
            {
                { } sk when sk.StartsWith("sk-", StringComparison.Ordinal) => "SshIdentityFileHardware",
                "ssh-dss" => "SshIdentityFileDsa",
                _ => null,
            };
    }

    /// <summary>Tells whether a file is an encrypted key in PKCS#8, which SSH.NET does not tell from a damaged one.</summary>
    /// <param name="content">The file's bytes.</param>
    public static bool IsEncryptedPkcs8(ReadOnlySpan<byte> content) => content.IndexOf("-----BEGIN ENCRYPTED PRIVATE KEY-----"u8) >= 0;

    /// <summary>The public key that a private key file of OpenSSH's format holds in the clear.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <returns>The key; null when the file is of another format, or damaged.</returns>
    public static SshHostKey? OpenSshPublicKey(ReadOnlySpan<byte> content)
    {
        string text = Encoding.ASCII.GetString(content);
        int begin = text.IndexOf(OpenSshBegin, StringComparison.Ordinal);
        int end = begin < 0 ? -1 : text.IndexOf("-----END", begin, StringComparison.Ordinal);
        if (end < 0)
        {
            return null;
        }

        byte[] decoded = new byte[end - begin];
        bool isBase64 = Convert.TryFromBase64String(text[(begin + OpenSshBegin.Length)..end], decoded, out int length);
        ReadOnlySpan<byte> bytes = decoded.AsSpan(0, length);
        try
        {
            if (!isBase64 || !bytes.StartsWith(OpenSshMagic))
            {
                return null;
            }

            // Cipher, key derivation, its options; how many keys; the first public key.
            SshWireReader reader = new(bytes[OpenSshMagic.Length..]);
            return reader.TryReadString(out _) && reader.TryReadString(out _) && reader.TryReadString(out _)
                && reader.TryReadUInt32(out uint count) && count == 1
                && reader.TryReadString(out ReadOnlySpan<byte> blob)
                    ? SshHostKey.FromBlob(blob)
                    : null;
        }
        finally
        {
            Array.Clear(decoded);
        }
    }

    /// <summary>The key of a public key file, or of a certificate's, in OpenSSH's format: type, base64, comment.</summary>
    /// <param name="content">The file's bytes.</param>
    /// <returns>The key or certificate in wire form; null when the file holds none.</returns>
    public static SshHostKey? PublicKey(ReadOnlySpan<byte> content)
    {
        int end = content.IndexOfAny((byte)'\r', (byte)'\n');
        ReadOnlySpan<byte> line = end < 0 ? content : content[..end];
        string[] words = Encoding.ASCII.GetString(line).Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        if (words.Length < 2 || !Base64.IsValid(words[1]))
        {
            return null;
        }

        return SshHostKey.FromBlob(Convert.FromBase64String(words[1])) is { } key && key.Type == words[0] ? key : null;
    }
}
