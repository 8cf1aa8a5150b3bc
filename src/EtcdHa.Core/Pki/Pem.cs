using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Core.Pki;

/// <summary>PEM as Go's encoding/pem writes it: 64 columns, LF, an LF at the end.</summary>
internal static class Pem
{
    public const string Certificate = "CERTIFICATE";
    public const string CertificateRequest = "CERTIFICATE REQUEST";
    public const string RsaPrivateKey = "RSA PRIVATE KEY";
    public const string EcPrivateKey = "EC PRIVATE KEY";
    public const string Pkcs8PrivateKey = "PRIVATE KEY";

    /// <summary>One block as text.</summary>
    public static string Write(string label, ReadOnlySpan<byte> der) => PemEncoding.WriteString(label, der) + "\n";

    /// <summary>Several blocks as text, in order.</summary>
    public static string WriteAll(string label, IEnumerable<byte[]> ders) => string.Concat(ders.Select(der => Write(label, der)));

    /// <summary>One block of a secret as ASCII bytes; what is used on the way is zeroed.</summary>
    public static byte[] WriteSecret(string label, ReadOnlySpan<byte> der)
    {
        char[] text = PemEncoding.Write(label, der);
        try
        {
            byte[] bytes = new byte[text.Length + 1];
            Encoding.ASCII.GetBytes(text, bytes);
            bytes[^1] = (byte)'\n';
            return bytes;
        }
        finally
        {
            CryptographicOperations.ZeroMemory(MemoryMarshal.AsBytes(text.AsSpan()));
        }
    }

    /// <summary>Every CERTIFICATE block, decoded, in the order of the text; other blocks are passed over.</summary>
    public static IReadOnlyList<byte[]> Certificates(string text) => Blocks(text, Certificate);

    /// <summary>Every CERTIFICATE REQUEST block, decoded; other blocks are passed over.</summary>
    public static IReadOnlyList<byte[]> CertificateRequests(string text) => Blocks(text, CertificateRequest);

    private static List<byte[]> Blocks(string text, string label)
    {
        List<byte[]> found = [];
        ReadOnlySpan<char> rest = text;
        while (PemEncoding.TryFind(rest, out PemFields block))
        {
            if (rest[block.Label].SequenceEqual(label))
            {
                found.Add(Convert.FromBase64String(rest[block.Base64Data].ToString()));
            }

            rest = rest[block.Location.End..];
        }

        return found;
    }
}
