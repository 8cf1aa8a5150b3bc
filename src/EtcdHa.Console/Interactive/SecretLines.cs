using System.Text.RegularExpressions;

namespace EtcdHa.Console.Interactive;

/// <summary>Recognizes commands that may hold a secret; such are not written to the history file.</summary>
internal static partial class SecretLines
{
    internal static bool MayHoldSecret(string line) => Pattern().IsMatch(line);

    [GeneratedRegex(
        """
        passw(or)?d | passphrase | secret | credential | AsPlainText | SecureString | token\b | api_?-?key | access_?-?key
        | private_?-?key | (^|[^a-z])key\b | -----BEGIN | Authorization\s*[:=] | bearer\s
        """,
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant | RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Pattern();
}
