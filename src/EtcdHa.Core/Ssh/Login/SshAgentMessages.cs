using System.Buffers.Binary;
using System.Text;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>The two questions an ssh-agent is asked, and its answers (draft-ietf-sshm-ssh-agent). Pure: bytes in, values out.</summary>
internal static class SshAgentMessages
{
    /// <summary>The longest message either side may send, in bytes (ssh-agent.c, AGENT_MAX_LEN).</summary>
    public const int MaximumLength = 256 << 10;

    /// <summary>How many keys of an agent are looked at (authfd.c, MAX_AGENT_IDENTITIES).</summary>
    public const int MaximumIdentities = 2048;

    private const byte Failure = 5;
    private const byte RequestIdentities = 11;
    private const byte IdentitiesAnswer = 12;
    private const byte SignRequest = 13;
    private const byte SignResponse = 14;

    // Comments are shown; a longer one is cut.
    private const int MaximumComment = 100;

    /// <summary>The question which keys there are, without its length.</summary>
    public static byte[] List() => [RequestIdentities];

    /// <summary>The question for a signature, without its length.</summary>
    /// <param name="blob">The key or certificate, as the agent listed it.</param>
    /// <param name="data">What is signed.</param>
    /// <param name="flags">2: RSA with SHA-256; 4: with SHA-512; 0: the key type's own signature.</param>
    public static byte[] Sign(ReadOnlySpan<byte> blob, ReadOnlySpan<byte> data, uint flags) =>
        [SignRequest, .. Number(blob.Length), .. blob, .. Number(data.Length), .. data, .. Number((int)flags)];

    /// <summary>Reads the keys an agent holds.</summary>
    /// <param name="answer">The answer, without its length.</param>
    /// <returns>The keys; damaged ones and those of no readable type are left out.</returns>
    /// <exception cref="FormatException">It is no such answer; the message says how, for use in an error.</exception>
    public static IReadOnlyList<SshAgentIdentity> Identities(ReadOnlySpan<byte> answer)
    {
        SshWireReader reader = new(Body(answer, IdentitiesAnswer));
        if (!reader.TryReadUInt32(out uint count) || count > MaximumIdentities)
        {
            throw new FormatException($"it says it holds more than {MaximumIdentities} keys");
        }

        List<SshAgentIdentity> identities = [];
        for (uint i = 0; i < count; i++)
        {
            if (!reader.TryReadString(out ReadOnlySpan<byte> blob) || !reader.TryReadString(out ReadOnlySpan<byte> comment))
            {
                throw new FormatException("its list of keys is cut short");
            }

            if (SshHostKey.FromBlob(blob) is { } key)
            {
                SshCertificate? certificate = SshCertificate.FromBlob(blob);
                if (certificate is not null || SshKeyForm.IsPlainKey(blob))
                {
                    identities.Add(new SshAgentIdentity(key, certificate, Comment(comment)));
                }
            }
        }

        return identities;
    }

    /// <summary>Reads a signature.</summary>
    /// <param name="answer">The answer, without its length.</param>
    /// <param name="algorithm">The signature's algorithm.</param>
    /// <returns>The signature in wire form: algorithm and bytes.</returns>
    /// <exception cref="FormatException">There is none, or it is another algorithm's; the message says so, for use in an error.</exception>
    public static byte[] Signature(ReadOnlySpan<byte> answer, string algorithm)
    {
        SshWireReader reader = new(Body(answer, SignResponse));
        if (!reader.TryReadString(out ReadOnlySpan<byte> signature))
        {
            throw new FormatException("its signature is cut short");
        }

        // An agent that knows no flags signs with SHA-1, and the host would count that against the key.
        SshWireReader parts = new(signature);
        return parts.TryReadString(out ReadOnlySpan<byte> name) && Encoding.ASCII.GetString(name) == algorithm
            ? signature.ToArray()
            : throw new FormatException($"it does not sign with {algorithm}");
    }

    private static ReadOnlySpan<byte> Body(ReadOnlySpan<byte> answer, byte type) =>
        answer.IsEmpty ? throw new FormatException("its answer is empty")
        : answer[0] == type ? answer[1..]
        : answer[0] == Failure ? throw new FormatException("it refuses")
        : throw new FormatException("its answer is none that an ssh-agent gives");

    // Whoever filled the agent chose it: one line, no control characters.
    private static string Comment(ReadOnlySpan<byte> bytes) => SshErrors.Plain(Encoding.UTF8.GetString(bytes[..Math.Min(bytes.Length, MaximumComment)]));

    private static byte[] Number(int value)
    {
        byte[] bytes = new byte[sizeof(int)];
        BinaryPrimitives.WriteInt32BigEndian(bytes, value);
        return bytes;
    }
}

/// <summary>A key in an agent.</summary>
/// <param name="Listed">The key or certificate as the agent lists it.</param>
/// <param name="Certificate">The same when it is a certificate, else null.</param>
/// <param name="Comment">What it is called there.</param>
internal sealed record SshAgentIdentity(SshHostKey Listed, SshCertificate? Certificate, string Comment)
{
    /// <summary>The key itself.</summary>
    public SshHostKey Key => Certificate?.Key ?? Listed;
}
