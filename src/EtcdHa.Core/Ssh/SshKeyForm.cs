using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// The fields of a public key, type by type. OpenSSH passes over a known_hosts line whose key is of an unknown type or damaged,
/// so that it neither vouches for a host nor makes one look changed (sshkey.c, sshkey_read); this tells which those are.
/// </summary>
internal static class SshKeyForm
{
    private const int Ed25519Length = 32;

    // Of a modulus: OpenSSH's smallest (SSH_RSA_MINIMUM_MODULUS_SIZE) and largest (SSHBUF_MAX_BIGNUM).
    private const int MinimumRsaBits = 1024;
    private const int MaximumRsaBits = 16384;

    private delegate bool Fields(ref SshWireReader reader);

    // sk-: keys in hardware tokens; hosts do not use them, certificate authorities may. DSA is gone from OpenSSH 10 on.
    private static readonly Dictionary<string, Fields> Types = new(StringComparer.Ordinal)
    {
        ["ssh-ed25519"] = Ed25519,
        ["ssh-rsa"] = Rsa,
        ["ecdsa-sha2-nistp256"] = (ref SshWireReader reader) => Ecdsa(ref reader, "nistp256", 32),
        ["ecdsa-sha2-nistp384"] = (ref SshWireReader reader) => Ecdsa(ref reader, "nistp384", 48),
        ["ecdsa-sha2-nistp521"] = (ref SshWireReader reader) => Ecdsa(ref reader, "nistp521", 66),
        ["sk-ssh-ed25519@openssh.com"] = (ref SshWireReader reader) => Ed25519(ref reader) && reader.TryReadString(out _),
        ["sk-ecdsa-sha2-nistp256@openssh.com"] = (ref SshWireReader reader) => Ecdsa(ref reader, "nistp256", 32) && reader.TryReadString(out _),
    };

    /// <summary>Tells whether a plain key is whole.</summary>
    /// <param name="blob">The key in wire form.</param>
    /// <returns>False when the type is unknown or is a certificate's, a field is missing or wrong, or something follows.</returns>
    public static bool IsPlainKey(ReadOnlySpan<byte> blob)
    {
        SshWireReader reader = new(blob);
        return reader.TryReadString(out ReadOnlySpan<byte> type) && ReadFields(ref reader, Encoding.ASCII.GetString(type)) && reader.AtEnd;
    }

    /// <summary>Reads a key's fields, which follow its type, or in a certificate its nonce.</summary>
    /// <param name="reader">Stands before the first field.</param>
    /// <param name="type">The plain key's type.</param>
    /// <returns>False when the type is unknown or a field is missing or wrong.</returns>
    public static bool ReadFields(ref SshWireReader reader, string type) =>
        Types.TryGetValue(type, out Fields? read) && read(ref reader);

    private static bool Ed25519(ref SshWireReader reader) =>
        reader.TryReadString(out ReadOnlySpan<byte> key) && key.Length == Ed25519Length;

    private static bool Rsa(ref SshWireReader reader) =>
        reader.TryReadString(out ReadOnlySpan<byte> exponent) && Bits(exponent) is > 0 and <= MaximumRsaBits
        && reader.TryReadString(out ReadOnlySpan<byte> modulus) && Bits(modulus) is >= MinimumRsaBits and <= MaximumRsaBits;

    // 4: the point follows uncompressed, its two coordinates one after the other (RFC 5656, 3.1).
    private static bool Ecdsa(ref SshWireReader reader, string curve, int coordinateLength) =>
        reader.TryReadString(out ReadOnlySpan<byte> name) && Encoding.ASCII.GetString(name) == curve
        && reader.TryReadString(out ReadOnlySpan<byte> point) && point.Length == 1 + (2 * coordinateLength) && point[0] == 4;

    // Of a positive number (RFC 4251, 5, mpint); 0 for a negative one, whose highest bit is set.
    private static int Bits(ReadOnlySpan<byte> number)
    {
        if (!number.IsEmpty && number[0] >= 0x80)
        {
            return 0;
        }

        ReadOnlySpan<byte> digits = number.TrimStart((byte)0);
        return digits.IsEmpty ? 0 : (digits.Length * 8) - System.Numerics.BitOperations.LeadingZeroCount((uint)digits[0]) + 24;
    }
}
