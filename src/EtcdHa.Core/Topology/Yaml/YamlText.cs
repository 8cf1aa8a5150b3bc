using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology.Yaml;

/// <summary>Scalars for files written by hand's rules: on one line, plain where that is safe, else in double quotes.</summary>
internal static partial class YamlText
{
    /// <summary>Plain if every reader takes the plain text for this string, else double-quoted.</summary>
    public static string Scalar(string value) =>
        YamlScalarAnalysis.ResolvesToString(value) && YamlScalarAnalysis.Of(value).PlainAllowed && !NotText().IsMatch(value) ? value : Quoted(value);

    /// <summary>YAML 1.2's core schema of what is no text: null, Boolean, integer, float. A number too large for go-yaml is still one here.</summary>
    [GeneratedRegex(
        @"\A(|~|null|Null|NULL|true|True|TRUE|false|False|FALSE|[-+]?[0-9]+|0o[0-7]+|0x[0-9a-fA-F]+|[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?|[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN))\z",
        RegexOptions.CultureInvariant)]
    public static partial Regex NotText();

    /// <summary>In double quotes, escaped.</summary>
    public static string Quoted(string value)
    {
        var text = new StringBuilder("\"");
        foreach (Rune rune in value.EnumerateRunes())
        {
            text.Append(NeedsEscape(rune) ? Escape(rune) : rune.ToString());
        }

        return text.Append('"').ToString();
    }

    /// <summary>True for what cannot stand for itself between double quotes.</summary>
    public static bool NeedsEscape(Rune rune) =>
        !YamlScalarAnalysis.IsPrintable(rune) || YamlScalarAnalysis.IsBreak(rune) || rune.Value is '"' or '\\';

    /// <summary>The shortest escape YAML has for a character, as go-yaml writes it.</summary>
    public static string Escape(Rune rune) => rune.Value switch
    {
        0x00 => "\\0",
        0x07 => "\\a",
        0x08 => "\\b",
        0x09 => "\\t",
        0x0A => "\\n",
        0x0B => "\\v",
        0x0C => "\\f",
        0x0D => "\\r",
        0x1B => "\\e",
        '"' => "\\\"",
        '\\' => "\\\\",
        0x85 => "\\N",
        0xA0 => "\\_",
        0x2028 => "\\L",
        0x2029 => "\\P",
        <= 0xFF => string.Create(CultureInfo.InvariantCulture, $"\\x{rune.Value:X2}"),
        <= 0xFFFF => string.Create(CultureInfo.InvariantCulture, $"\\u{rune.Value:X4}"),
        _ => string.Create(CultureInfo.InvariantCulture, $"\\U{rune.Value:X8}"),
    };
}
