using System.Security.Cryptography;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>The texts by which a private key would be known in a report or an answer.</summary>
internal static class KeyMaterial
{
    /// <summary>The lines of the PEM that hold private parts, the whole in base64 and hex, and the private number in hex and base64.</summary>
    public static IEnumerable<string> Of(string pem)
    {
        string[] lines = [.. pem.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !l.StartsWith("-----", StringComparison.Ordinal))];
        byte[] der = Convert.FromBase64String(string.Concat(lines));
        byte[] number = Number(pem);

        // The public half is in a key file too: behind the number of an EC key, before the numbers of an RSA key.
        string[] secret = pem.Contains("RSA PRIVATE KEY", StringComparison.Ordinal) ? lines[(lines.Length / 2)..^1] : lines[..1];
        return ["PRIVATE KEY-----", .. secret, .. Texts(der), .. Texts(number)];
    }

    private static string[] Texts(byte[] bytes) => [Convert.ToHexString(bytes), Convert.ToBase64String(bytes).TrimEnd('='), string.Join(':', bytes.Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)))];

    private static byte[] Number(string pem)
    {
        if (pem.Contains("RSA PRIVATE KEY", StringComparison.Ordinal))
        {
            using var rsa = RSA.Create();
            rsa.ImportFromPem(pem);
            return rsa.ExportParameters(includePrivateParameters: true).P!;
        }

        using var key = ECDsa.Create();
        key.ImportFromPem(pem);
        return key.ExportParameters(includePrivateParameters: true).D!;
    }
}
