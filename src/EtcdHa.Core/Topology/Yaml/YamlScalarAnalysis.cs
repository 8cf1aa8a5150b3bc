using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology.Yaml;

/// <summary>
/// Decides how a string can stand in YAML, by the rules of go-yaml v2 (<c>sigs.k8s.io/yaml</c>), which kubeadm reads and writes
/// with: what that library takes for a plain string, every YAML 1.1 and 1.2 reader does.
/// </summary>
internal readonly partial record struct YamlScalarAnalysis(bool PlainAllowed, bool SingleQuotedAllowed, bool BlockAllowed)
{
    /// <summary>Analyses a value outside flow collections.</summary>
    public static YamlScalarAnalysis Of(string value)
    {
        if (value.Length == 0)
        {
            return new(PlainAllowed: true, SingleQuotedAllowed: true, BlockAllowed: false);
        }

        Rune[] runes = [.. value.EnumerateRunes()];
        bool breakThenSpace = false;
        bool spaceThenBreak = false;
        for (int i = 1; i < runes.Length; i++)
        {
            breakThenSpace |= IsBreak(runes[i - 1]) && runes[i].Value == ' ';
            spaceThenBreak |= runes[i - 1].Value == ' ' && IsBreak(runes[i]);
        }

        bool hasSpecial = runes.Any(r => !IsPrintable(r));
        bool hasEdge = IsSpaceOrBreak(runes[0]) || IsSpaceOrBreak(runes[^1]);
        bool opaque = spaceThenBreak || hasSpecial;
        return new(
            PlainAllowed: !opaque && !breakThenSpace && !hasEdge && !runes.Any(IsBreak) && !HasBlockIndicator(value),
            SingleQuotedAllowed: !opaque && !breakThenSpace,
            BlockAllowed: !opaque && runes[^1].Value != ' ');
    }

    /// <summary>True when the unquoted text means the string itself: no number, Boolean, null, timestamp or base 60 number.</summary>
    public static bool ResolvesToString(string value)
    {
        if (value.Length == 0 || Words.Contains(value))
        {
            return false;
        }

        return !(YamlNumber.IsNumber(value) || Timestamp.IsTimestamp(value) || Base60().IsMatch(value));
    }

    /// <summary>go-yaml's is_break: CR, LF, NEL, LS and PS.</summary>
    public static bool IsBreak(Rune rune) => rune.Value is '\r' or '\n' or 0x85 or 0x2028 or 0x2029;

    /// <summary>go-yaml's is_printable: no tab, and nothing beyond the basic plane.</summary>
    public static bool IsPrintable(Rune rune) => rune.Value is '\n'
        or (>= 0x20 and <= 0x7E)
        or (>= 0xA0 and <= 0xD7FF)
        or (>= 0xE000 and <= 0xFFFD and not 0xFEFF);

    private static readonly HashSet<string> Words = new(StringComparer.Ordinal)
    {
        "y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON",
        "n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF",
        "~", "null", "Null", "NULL", ".nan", ".NaN", ".NAN",
        ".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF",
    };

    private static bool IsSpaceOrBreak(Rune rune) => rune.Value == ' ' || IsBreak(rune);

    private static bool HasBlockIndicator(string value)
    {
        if (value.StartsWith("---", StringComparison.Ordinal) || value.StartsWith("...", StringComparison.Ordinal)
            || "#,[]{}&*!|>'\"%@`".Contains(value[0], StringComparison.Ordinal))
        {
            return true;
        }

        for (int i = 0; i < value.Length; i++)
        {
            bool blankFollows = i + 1 == value.Length || IsBlank(value[i + 1]);
            bool isIndicator = value[i] switch
            {
                ':' => blankFollows,
                '?' or '-' => i == 0 && blankFollows,
                '#' => i > 0 && IsBlank(value[i - 1]),
                _ => false,
            };
            if (isIndicator)
            {
                return true;
            }
        }

        return false;
    }

    private static bool IsBlank(char c) => c is ' ' or '\t';

    [GeneratedRegex(@"\A[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex Base60();

    /// <summary>The four timestamp layouts go-yaml knows, as <c>time.Parse</c> reads them: also with several spaces and a decimal comma.</summary>
    private static partial class Timestamp
    {
        public static bool IsTimestamp(string value)
        {
            Match match = Form().Match(value);
            if (!match.Success)
            {
                return false;
            }

            int Part(string group) => match.Groups[group].Success ? int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture) : 0;

            // Go has a year 0, a leap year, and takes a zone of 24 hours and 60 minutes.
            bool isDate = Part("m") is >= 1 and <= 12 && Part("d") >= 1 && Part("d") <= DateTime.DaysInMonth(Part("y") == 0 ? 4 : Part("y"), Part("m"));
            return isDate && Part("h") < 24 && Part("i") < 60 && Part("s") < 60 && Part("zh") <= 24 && Part("zi") <= 60;
        }

        [GeneratedRegex(
            @"\A(?<y>[0-9]{4})-(?<m>[0-9]{1,2})-(?<d>[0-9]{1,2})(?:(?:(?<t>[Tt])| +)(?<h>[0-9]{1,2}):(?<i>[0-9]{1,2}):(?<s>[0-9]{1,2})(?:[.,][0-9]+)?(?(t)(?:Z|[-+](?<zh>[0-9]{2}):(?<zi>[0-9]{2}))))?\z",
            RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
        private static partial Regex Form();
    }
}
