using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology;

/// <summary>Durations as Go's <c>time.ParseDuration</c> and kubeadm's files write them: <c>8760h</c>, <c>1h30m</c>, <c>1.5s</c>.</summary>
public static partial class GoDuration
{
    /// <summary>The longest duration Go holds, rounded down to hours: 292 years in nanoseconds.</summary>
    public static TimeSpan Max { get; } = TimeSpan.FromHours(2562047);

    /// <summary>Hours, minutes and seconds, each only when it is not zero.</summary>
    public static string Format(TimeSpan value)
    {
        if (value == TimeSpan.Zero)
        {
            return "0s";
        }

        // Decimal arithmetic: TimeSpan.MinValue has no positive counterpart.
        decimal ticks = Math.Abs((decimal)value.Ticks);
        decimal hours = decimal.Floor(ticks / TimeSpan.TicksPerHour);
        decimal minutes = decimal.Floor(ticks % TimeSpan.TicksPerHour / TimeSpan.TicksPerMinute);
        decimal seconds = ticks % TimeSpan.TicksPerMinute / TimeSpan.TicksPerSecond;
        var text = new StringBuilder(value < TimeSpan.Zero ? "-" : "");
        foreach ((decimal amount, char unit) in new[] { (hours, 'h'), (minutes, 'm'), (seconds, 's') })
        {
            if (amount != 0)
            {
                text.Append(amount.ToString("0.#######", CultureInfo.InvariantCulture)).Append(unit);
            }
        }

        return text.ToString();
    }

    /// <summary>
    /// Reads what <c>time.ParseDuration</c> reads: numbers with or without a fraction, each with a unit, in any order and as often as
    /// wanted, up to Go's 292 years. A tick is 100 ns: what is finer is cut off.
    /// </summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        Match match = Form().Match(text);
        if (!match.Success)
        {
            return false;
        }

        bool isNegative = text[0] == '-';
        UInt128 sum = 0;
        foreach ((Capture number, Capture unit) in match.Groups["number"].Captures.Zip(match.Groups["unit"].Captures))
        {
            if (Nanoseconds(number.Value, UnitNanoseconds(unit.Value)) is not UInt128 part || (sum += part) > MinMagnitude)
            {
                return false;
            }
        }

        if (sum == MinMagnitude && !isNegative)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)(sum / TimeSpan.NanosecondsPerTick) * (isNegative ? -1 : 1));
        return true;
    }

    // Go's int64 of nanoseconds has one negative value more than positive ones.
    private static UInt128 MinMagnitude => (UInt128)1 << 63;

    // Null: more than Go holds.
    private static UInt128? Nanoseconds(string number, ulong unit)
    {
        string[] parts = number.Split('.');
        if (!UInt128.TryParse("0" + parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out UInt128 whole) || whole > MinMagnitude)
        {
            return null;
        }

        UInt128 sum = (whole * unit) + FractionNanoseconds(parts.Length > 1 ? parts[1] : "", unit);
        return sum <= MinMagnitude ? sum : null;
    }

    // By a float, as Go does it, of the digits that fit an integer.
    private static ulong FractionNanoseconds(string digits, ulong unit)
    {
        ulong fraction = 0;
        double scale = 1;
        foreach (char digit in digits)
        {
            if (fraction > long.MaxValue / 10 || (fraction * 10) + (ulong)(digit - '0') > MinMagnitude)
            {
                break;
            }

            fraction = (fraction * 10) + (ulong)(digit - '0');
            scale *= 10;
        }

        return (ulong)(fraction * (unit / scale));
    }

    private static ulong UnitNanoseconds(string unit) => unit switch
    {
        "ns" => 1,
        "us" or "\u00B5s" or "\u03BCs" => 1_000,
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        _ => 3_600_000_000_000,
    };

    // The micro sign and the Greek letter both.
    [GeneratedRegex(
        @"\A[-+]?(0|((?<number>[0-9]+(\.[0-9]*)?|\.[0-9]+)(?<unit>ns|us|\u00B5s|\u03BCs|ms|s|m|h))+)\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
