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

    /// <summary>Reads hours, minutes, seconds and milliseconds, each at most once and in this order.</summary>
    public static bool TryParse(string text, out TimeSpan value)
    {
        value = TimeSpan.Zero;
        Match match = Form().Match(text);
        if (!match.Success || match.Groups["h"].Length + match.Groups["m"].Length + match.Groups["s"].Length + match.Groups["ms"].Length == 0)
        {
            return text == "0";
        }

        decimal Ticks(string group, long ticksPerUnit) => match.Groups[group].Success
            ? decimal.Parse(match.Groups[group].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture) * ticksPerUnit
            : 0;
        decimal ticks = Ticks("h", TimeSpan.TicksPerHour) + Ticks("m", TimeSpan.TicksPerMinute)
            + Ticks("s", TimeSpan.TicksPerSecond) + Ticks("ms", TimeSpan.TicksPerMillisecond);
        if (ticks > long.MaxValue)
        {
            return false;
        }

        value = TimeSpan.FromTicks((long)ticks * (match.Groups["sign"].Value == "-" ? -1 : 1));
        return true;
    }

    [GeneratedRegex(
        @"\A(?<sign>[-+])?((?<h>[0-9]{1,9}(\.[0-9]{1,9})?)h)?((?<m>[0-9]{1,9}(\.[0-9]{1,9})?)m(?!s))?((?<s>[0-9]{1,9}(\.[0-9]{1,9})?)s)?((?<ms>[0-9]{1,9}(\.[0-9]{1,9})?)ms)?\z",
        RegexOptions.CultureInvariant | RegexOptions.ExplicitCapture)]
    private static partial Regex Form();
}
