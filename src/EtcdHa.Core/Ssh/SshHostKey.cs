using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>A public host key in SSH wire form (RFC 4253, 6.6). Two keys are the same when their blobs are.</summary>
internal sealed class SshHostKey : IEquatable<SshHostKey>
{
    private const string FingerprintPrefix = "SHA256:";

    private readonly byte[] _blob;

    private SshHostKey(string type, byte[] blob)
    {
        Type = type;
        _blob = blob;
    }

    /// <summary>The key's type, such as <c>ssh-ed25519</c>; <c>ssh-rsa</c> whatever hash signs.</summary>
    public string Type { get; }

    /// <summary>The key in wire form.</summary>
    public ReadOnlyMemory<byte> Blob => _blob;

    /// <summary><c>SHA256:…</c> as <c>ssh-keygen -lf</c> prints it: base64 without padding.</summary>
    public string Fingerprint => FingerprintPrefix + Convert.ToBase64String(SHA256.HashData(_blob)).TrimEnd('=');

    /// <summary>Reads a key from its wire form.</summary>
    /// <param name="blob">A string with the type's name, then the key's own fields.</param>
    /// <returns>The key; null when the blob does not begin with a type's name.</returns>
    public static SshHostKey? FromBlob(ReadOnlySpan<byte> blob)
    {
        if (blob.Length < 4)
        {
            return null;
        }

        uint length = BinaryPrimitives.ReadUInt32BigEndian(blob);
        if (length is 0 or > 64 || length > blob.Length - 4)
        {
            return null;
        }

        ReadOnlySpan<byte> name = blob.Slice(4, (int)length);
        return name.IndexOfAnyExceptInRange((byte)'!', (byte)'~') >= 0
            ? null
            : new SshHostKey(Encoding.ASCII.GetString(name), blob.ToArray());
    }

    /// <summary>Reads the two fields of a known_hosts line.</summary>
    /// <param name="type">The type as written; OpenSSH also takes the name of an RSA signature for <c>ssh-rsa</c>.</param>
    /// <param name="base64">The blob in base64, padded; white space in it, such as the CR of a CRLF, is skipped.</param>
    /// <returns>The key; null when the text is not base64, or the blob is damaged or of another type.</returns>
    public static SshHostKey? FromText(string type, string base64) =>
        BlobOf(base64) is { } blob
        && FromBlob(blob) is { } key
        && key.Type == (type.StartsWith("rsa-sha2-", StringComparison.Ordinal) ? SshAlgorithms.RsaKey : type)
        && SshKeyForm.IsPlainKey(blob)
            ? key
            : null;

    /// <summary>Decodes base64 as OpenSSH does.</summary>
    /// <param name="base64">The text, padded; white space in it is skipped.</param>
    /// <returns>The bytes; null when it is no base64.</returns>
    public static byte[]? BlobOf(string base64)
    {
        string digits = string.Concat(base64.Where(c => !IsWhiteSpace(c)));
        byte[] blob = new byte[digits.Length];

        // Written back it must be the same text: .NET overlooks bits that belong to no byte, OpenSSH does not.
        return Convert.TryFromBase64String(digits, blob, out int length) && Convert.ToBase64String(blob, 0, length) == digits ? blob[..length] : null;
    }

    /// <summary>Brings a fingerprint into the form of <see cref="Fingerprint"/>.</summary>
    /// <param name="text">What a user wrote: <c>SHA256:</c> and 43 base64 characters, padding allowed.</param>
    /// <returns>The fingerprint; null when the text is none (MD5 fingerprints are not accepted).</returns>
    public static string? NormalizeFingerprint(string? text)
    {
        string trimmed = (text ?? "").Trim();
        if (!trimmed.StartsWith(FingerprintPrefix, StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string digest = trimmed[FingerprintPrefix.Length..].TrimEnd('=');
        byte[] bytes = new byte[SHA256.HashSizeInBytes + 1];
        return Convert.TryFromBase64String(digest + "=", bytes, out int length) && length == SHA256.HashSizeInBytes
            ? FingerprintPrefix + digest
            : null;
    }

    /// <summary>The key in wire form.</summary>
    public byte[] ToArray() => [.. _blob];

    /// <inheritdoc/>
    public bool Equals(SshHostKey? other) => other is not null && _blob.AsSpan().SequenceEqual(other._blob);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as SshHostKey);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        HashCode hash = default;
        hash.AddBytes(_blob);
        return hash.ToHashCode();
    }

    /// <summary>Type and blob as known_hosts writes them.</summary>
    public override string ToString() => $"{Type} {Convert.ToBase64String(_blob)}";

    // C's isspace; base64 knows it.
    private static bool IsWhiteSpace(char c) => c is ' ' or (>= '\t' and <= '\r');
}
