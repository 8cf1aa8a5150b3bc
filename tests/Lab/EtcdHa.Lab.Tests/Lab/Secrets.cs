using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>What must be nowhere, in the forms it would be found in.</summary>
internal static class Secrets
{
    /// <summary>A password: itself, and as it looks where input is encoded.</summary>
    public static IEnumerable<string> OfPassword(string password)
        => [password, Convert.ToBase64String(Encoding.UTF8.GetBytes(password + "\n"))[..12]];

    /// <summary>The private keys (ECDSA) of a folder: their number, their structure, the lines of their files.</summary>
    public static IReadOnlyList<string> OfKeys(string folder)
        => [.. Directory.EnumerateFiles(folder, "*.key", SearchOption.AllDirectories).SelectMany(OfKey), "PRIVATE KEY-----"];

    /// <summary>The lines of a key file that are its own.</summary>
    public static IEnumerable<string> OfFile(string file)
        => File.ReadAllLines(file).Where(line => line.Length > 30 && !line.StartsWith("-----", StringComparison.Ordinal));

    /// <summary>Whether a text has none of them.</summary>
    public static void RequireAbsent(string where, string text, IEnumerable<string> secrets)
        => Assert.All(secrets, secret => Assert.False(text.Contains(secret, StringComparison.OrdinalIgnoreCase), $"{where} holds a secret that begins with {secret[..4]}"));

    private static IEnumerable<string> OfKey(string file)
    {
        using var key = ECDsa.Create();
        key.ImportFromPem(File.ReadAllText(file));
        byte[] number = key.ExportParameters(includePrivateParameters: true).D!;
        return [Convert.ToHexString(number), Convert.ToBase64String(number).TrimEnd('='), Convert.ToBase64String(key.ExportECPrivateKey())[..40], .. OfFile(file)];
    }
}
