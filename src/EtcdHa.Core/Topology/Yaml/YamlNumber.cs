using System.Globalization;
using System.Numerics;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology.Yaml;

/// <summary>
/// The numbers of go-yaml v2's <c>resolve</c>: what Go's <c>strconv</c> reads without an error. An integer beyond 64 bits or a float
/// beyond the largest is a string to it.
/// </summary>
internal static partial class YamlNumber
{
    /// <summary>True when the unquoted text means a number.</summary>
    public static bool IsNumber(string value)
    {
        if (value.StartsWith('.'))
        {
            return DottedFloat().IsMatch(value) && IsFinite(value.Replace("_", "", StringComparison.Ordinal));
        }

        if (value.Length == 0 || !(value[0] is '+' or '-' || char.IsAsciiDigit(value[0])))
        {
            return false;
        }

        string plain = value.Replace("_", "", StringComparison.Ordinal);
        return (Float().IsMatch(plain) && IsFinite(plain)) || IsPrefixedInteger(plain);
    }

    // A signed one has 63 bits. Binary has a second chance in go-yaml, the sign behind the prefix.
    private static bool IsPrefixedInteger(string plain)
    {
        Match match = PrefixedInteger().Match(plain);
        if (!match.Success)
        {
            return false;
        }

        int shift = char.ToLowerInvariant(match.Groups["prefix"].ValueSpan[0]) switch { 'x' => 4, 'o' => 3, _ => 1 };
        BigInteger magnitude = match.Groups["digits"].Value
            .Aggregate(BigInteger.Zero, (sum, digit) => (sum << shift) + int.Parse(digit.ToString(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
        return (match.Groups["sign"].Value + match.Groups["inner"].Value) switch
        {
            "" => magnitude <= ulong.MaxValue,
            "-" => magnitude <= (BigInteger)long.MaxValue + 1,
            _ => magnitude <= long.MaxValue,
        };
    }

    private static bool IsFinite(string number) => double.IsFinite(double.Parse(number, NumberStyles.Float, CultureInfo.InvariantCulture));

    [GeneratedRegex(@"\A\.[0-9](_?[0-9])*([eE][-+]?[0-9](_?[0-9])*)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex DottedFloat();

    [GeneratedRegex(@"\A[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?\z", RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Float();

    [GeneratedRegex(
        @"\A((?<sign>[-+]?)0((?<prefix>[xX])(?<digits>[0-9a-fA-F]+)|(?<prefix>[bB])(?<digits>[01]+)|(?<prefix>[oO])(?<digits>[0-7]+))|0(?<prefix>b)(?<inner>[-+])(?<digits>[01]+))\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex PrefixedInteger();
}
