using System.Buffers.Binary;
using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// An OpenSSH certificate, <c>*-cert-v01@openssh.com</c> (OpenSSH's PROTOCOL.certkeys), read and not verified: whether its signature is the CA's
/// is for SSH.NET to say. Texts are as the certificate has them, a character for each byte.
/// </summary>
/// <param name="Type">The certificate's type, such as <c>ssh-ed25519-cert-v01@openssh.com</c>.</param>
/// <param name="Key">The key that is certified, plain.</param>
/// <param name="Serial">The number the CA gave it; 0: none.</param>
/// <param name="Kind">1 for users, 2 for hosts.</param>
/// <param name="KeyId">What the CA called it.</param>
/// <param name="Principals">The names it is for.</param>
/// <param name="ValidAfter">The first second it is valid, since 1970.</param>
/// <param name="ValidBefore">The first second it is no longer valid; the largest number: for ever.</param>
/// <param name="CriticalOptions">What must be understood by who accepts it.</param>
/// <param name="Authority">The CA's key.</param>
/// <param name="SignatureAlgorithm">How the CA signed it.</param>
internal sealed record SshHostCertificate(
    string Type,
    SshHostKey Key,
    ulong Serial,
    uint Kind,
    string KeyId,
    IReadOnlyList<string> Principals,
    ulong ValidAfter,
    ulong ValidBefore,
    IReadOnlyList<string> CriticalOptions,
    SshHostKey Authority,
    string SignatureAlgorithm)
{
    /// <summary>The kind of a host's certificate (SSH_CERT_TYPE_HOST).</summary>
    public const uint HostKind = 2;

    // The longest SSH packet; OpenSSH's limit of principals (SSHKEY_CERT_MAX_PRINCIPALS).
    private const int MaximumLength = 1 << 18;
    private const int MaximumPrincipals = 256;

    /// <summary>Reads a certificate.</summary>
    /// <param name="blob">Its wire form.</param>
    /// <returns>The certificate; null when the bytes are none, whole and with nothing behind it.</returns>
    public static SshHostCertificate? Parse(ReadOnlySpan<byte> blob)
    {
        SshWireReader reader = new(blob);
        if (blob.Length > MaximumLength
            || !TryReadText(ref reader, out string type)
            || !type.EndsWith(SshAlgorithms.CertificateSuffix, StringComparison.Ordinal)
            || !reader.TryReadString(out _)
            || ReadKey(ref reader, blob, type[..^SshAlgorithms.CertificateSuffix.Length]) is not { } key
            || !reader.TryReadUInt64(out ulong serial)
            || !reader.TryReadUInt32(out uint kind) || kind is not (1 or HostKind)
            || !TryReadText(ref reader, out string keyId)
            || !reader.TryReadString(out ReadOnlySpan<byte> principals) || ReadNames(principals, withValues: false) is not { Count: <= MaximumPrincipals } names
            || !reader.TryReadUInt64(out ulong validAfter)
            || !reader.TryReadUInt64(out ulong validBefore)
            || !reader.TryReadString(out ReadOnlySpan<byte> critical) || ReadNames(critical, withValues: true) is not { } options
            || !reader.TryReadString(out ReadOnlySpan<byte> extensions) || ReadNames(extensions, withValues: true) is null
            || !reader.TryReadString(out _)
            || !reader.TryReadString(out ReadOnlySpan<byte> authority) || !SshKeyForm.IsPlainKey(authority)
            || !reader.TryReadString(out ReadOnlySpan<byte> signature) || ReadAlgorithm(signature) is not { } algorithm
            || !reader.AtEnd)
        {
            return null;
        }

        return new SshHostCertificate(type, key, serial, kind, keyId, names, validAfter, validBefore, options, SshHostKey.FromBlob(authority)!, algorithm);
    }

    private static SshHostKey? ReadKey(ref SshWireReader reader, ReadOnlySpan<byte> blob, string plainType)
    {
        int start = reader.Position;
        if (!SshKeyForm.ReadFields(ref reader, plainType))
        {
            return null;
        }

        byte[] length = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(length, plainType.Length);
        return SshHostKey.FromBlob([.. length, .. Encoding.ASCII.GetBytes(plainType), .. blob[start..reader.Position]]);
    }

    // Strings one after the other; with values every second one is a value.
    private static List<string>? ReadNames(ReadOnlySpan<byte> list, bool withValues)
    {
        SshWireReader reader = new(list);
        List<string> names = [];
        while (!reader.AtEnd)
        {
            if (!TryReadText(ref reader, out string name) || (withValues && !reader.TryReadString(out _)))
            {
                return null;
            }

            names.Add(name);
        }

        return names;
    }

    private static string? ReadAlgorithm(ReadOnlySpan<byte> signature)
    {
        SshWireReader reader = new(signature);
        return TryReadText(ref reader, out string algorithm) && reader.TryReadString(out _) ? algorithm : null;
    }

    private static bool TryReadText(ref SshWireReader reader, out string text)
    {
        bool isRead = reader.TryReadString(out ReadOnlySpan<byte> bytes);
        text = isRead ? Encoding.Latin1.GetString(bytes) : "";
        return isRead;
    }
}
