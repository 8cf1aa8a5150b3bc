using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>Whom an OpenSSH certificate is for.</summary>
internal enum SshCertificateKind : uint
{
    /// <summary>A user who logs in.</summary>
    User = 1,

    /// <summary>A host.</summary>
    Host = 2,
}

/// <summary>An OpenSSH certificate (PROTOCOL.certkeys), its fields read; its signature is not checked here.</summary>
internal sealed record SshCertificate
{
    private const string Suffix = "-cert-v01@openssh.com";

    // PROTOCOL.certkeys: "forever", as ssh-keygen writes it.
    private const ulong Forever = ulong.MaxValue;

    // sshkey.c, SSHKEY_CERT_MAX_PRINCIPALS.
    private const int MaximumPrincipals = 256;

    /// <summary>The certificate's own type, such as <c>ssh-ed25519-cert-v01@openssh.com</c>.</summary>
    public required string Type { get; init; }

    /// <summary>The key it certifies.</summary>
    public required SshHostKey Key { get; init; }

    /// <summary>The number its authority gave it.</summary>
    public required ulong Serial { get; init; }

    /// <summary>Whom it is for.</summary>
    public required SshCertificateKind Kind { get; init; }

    /// <summary>The name its authority gave it, for logs. Unverified text.</summary>
    public required string KeyId { get; init; }

    /// <summary>User or host names it is valid for; none: any.</summary>
    public required IReadOnlyList<string> Principals { get; init; }

    /// <summary>From when on it is valid, in seconds since 1970.</summary>
    public required ulong ValidAfter { get; init; }

    /// <summary>When it ends, in seconds since 1970; that second is no longer within.</summary>
    public required ulong ValidBefore { get; init; }

    /// <summary>Names of the options that whoever does not know them must refuse.</summary>
    public required IReadOnlyList<string> CriticalOptions { get; init; }

    /// <summary>The key of its authority.</summary>
    public required SshHostKey Authority { get; init; }

    /// <summary>The whole certificate in wire form.</summary>
    public required ReadOnlyMemory<byte> Blob { get; init; }

    /// <summary>Tells whether a key type is a certificate's.</summary>
    /// <param name="type">The type or algorithm.</param>
    public static bool IsCertificate(string type) => type.EndsWith(Suffix, StringComparison.Ordinal);

    /// <summary>Reads a certificate from its wire form.</summary>
    /// <param name="blob">The bytes.</param>
    /// <returns>The certificate; null when the bytes are none, or damaged.</returns>
    public static SshCertificate? FromBlob(ReadOnlySpan<byte> blob)
    {
        SshWireReader reader = new(blob);
        if (!reader.TryReadString(out ReadOnlySpan<byte> name) || name.Length > 64 || Encoding.ASCII.GetString(name) is not { } type || !IsCertificate(type)
            || !reader.TryReadString(out _))
        {
            return null;
        }

        string keyType = type[..^Suffix.Length];
        int start = reader.Position;
        if (!SshKeyForm.ReadFields(ref reader, keyType))
        {
            return null;
        }

        byte[] key = [.. WireString(Encoding.ASCII.GetBytes(keyType)), .. blob[start..reader.Position]];
        if (!reader.TryReadUInt64(out ulong serial) || !reader.TryReadUInt32(out uint kind) || kind is not (1 or 2)
            || !reader.TryReadString(out ReadOnlySpan<byte> id) || !reader.TryReadString(out ReadOnlySpan<byte> principals)
            || !reader.TryReadUInt64(out ulong after) || !reader.TryReadUInt64(out ulong before)
            || !reader.TryReadString(out ReadOnlySpan<byte> options) || !reader.TryReadString(out _) || !reader.TryReadString(out _)
            || !reader.TryReadString(out ReadOnlySpan<byte> authority) || !reader.TryReadString(out _) || !reader.AtEnd
            || Strings(principals, 1) is not { } names || Strings(options, 2) is not { } critical || SshHostKey.FromBlob(authority) is not { } signer)
        {
            return null;
        }

        return new SshCertificate
        {
            Type = type,
            Key = SshHostKey.FromBlob(key)!,
            Serial = serial,
            Kind = (SshCertificateKind)kind,
            KeyId = Encoding.UTF8.GetString(id),
            Principals = names,
            ValidAfter = after,
            ValidBefore = before,
            CriticalOptions = critical,
            Authority = signer,
            Blob = blob.ToArray(),
        };
    }

    /// <summary>Tells where a time lies.</summary>
    /// <param name="now">The time.</param>
    /// <returns>Negative: before it is valid; zero: within; positive: after its end.</returns>
    public int CompareTo(DateTimeOffset now)
    {
        ulong seconds = (ulong)Math.Max(0, now.ToUnixTimeSeconds());
        return seconds < ValidAfter ? -1 : seconds >= ValidBefore && ValidBefore != Forever ? 1 : 0;
    }

    /// <summary>A time of the certificate as text.</summary>
    /// <param name="seconds">Seconds since 1970.</param>
    public static string Time(ulong seconds) =>
        seconds <= (ulong)DateTimeOffset.MaxValue.ToUnixTimeSeconds()
            ? DateTimeOffset.FromUnixTimeSeconds((long)seconds).ToString("yyyy-MM-dd HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture)
            : "forever";

    // Every string, or every first of two: names, or names and values.
    private static List<string>? Strings(ReadOnlySpan<byte> bytes, int step)
    {
        List<string> found = [];
        SshWireReader reader = new(bytes);
        for (int i = 0; !reader.AtEnd; i++)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> text) || found.Count == MaximumPrincipals)
            {
                return null;
            }

            if (i % step == 0)
            {
                found.Add(Encoding.UTF8.GetString(text));
            }
        }

        return found;
    }

    private static byte[] WireString(byte[] text)
    {
        byte[] wire = new byte[sizeof(uint) + text.Length];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(wire, (uint)text.Length);
        text.CopyTo(wire, sizeof(uint));
        return wire;
    }
}
