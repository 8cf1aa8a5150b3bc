using System.Globalization;

namespace EtcdHa.Core.Etcd;

/// <summary>Text as etcdctl writes it, for those who compare with it or parse it.</summary>
public static class EtcdHealthText
{
    /// <summary>How etcdctl's error begins when an alarm is raised; the alarms' names follow.</summary>
    public const string ActiveAlarms = "Active Alarm(s): ";

    private static readonly string[] SizeUnits = ["B", "kB", "MB", "GB", "TB", "PB", "EB"];

    /// <summary>
    /// The line of <c>etcdctl endpoint health -w simple</c>. One thing differs on purpose: the error may say more than
    /// "context deadline exceeded".
    /// </summary>
    public static string Simple(EtcdEndpointHealth row)
    {
        ArgumentNullException.ThrowIfNull(row);
        return row.Healthy
            ? $"{row.Endpoint} is healthy: successfully committed proposal: took = {Duration(row.Took)}"
            : $"{row.Endpoint} is unhealthy: failed to commit proposal: {Error(row)}";
    }

    /// <summary>The error as etcdctl writes it: a list of alarms has a blank at its end.</summary>
    internal static string Error(EtcdEndpointHealth row) =>
        row.Error.StartsWith(ActiveAlarms, StringComparison.Ordinal) ? row.Error.TrimEnd() + ' ' : row.Error;

    /// <summary>A time in the form of Go's <c>time.Duration</c>, such as <c>12.1ms</c> or <c>1m0.5s</c>.</summary>
    public static string Duration(TimeSpan time) => Duration((Int128)time.Ticks * TimeSpan.NanosecondsPerTick);

    /// <summary>
    /// A time in the form of Go's <c>time.Duration</c>: below a second one unit (ns, µs, ms), from there hours, minutes and seconds; the
    /// fraction without zeros at its end. Source: Go, <c>Duration.String</c>.
    /// </summary>
    /// <param name="nanoseconds">The time in nanoseconds.</param>
    public static string Duration(Int128 nanoseconds)
    {
        Int128 size = Int128.Abs(nanoseconds);
        string sign = nanoseconds < 0 ? "-" : "";
        return sign + (long)Int128.Min(size, 1_000_000_000) switch
        {
            0 => "0s",
            < 1_000 => $"{size}ns",
            < 1_000_000 => Decimal(size, 1_000) + "\u00b5s",
            < 1_000_000_000 => Decimal(size, 1_000_000) + "ms",
            _ => FromSeconds(size),
        };
    }

    /// <summary>
    /// A size in powers of 1000 with two digits at most before it turns whole, such as <c>20 kB</c> or <c>2.1 MB</c>.
    /// Source: go-humanize, <c>Bytes</c>, which etcdctl prints database sizes with.
    /// </summary>
    /// <param name="bytes">The size in bytes, zero or more.</param>
    public static string Size(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        if (bytes < 10)
        {
            return $"{bytes} B";
        }

        int unit = 0;
        double scale = 1;
        for (long rest = bytes; rest >= 1000; rest /= 1000)
        {
            unit++;
            scale *= 1000;
        }

        double value = Math.Floor((bytes / scale * 10) + 0.5) / 10;
        string number = value < 10
            ? value.ToString("0.0", CultureInfo.InvariantCulture)
            : Math.Round(value, MidpointRounding.ToEven).ToString("0", CultureInfo.InvariantCulture);
        return $"{number} {SizeUnits[unit]}";
    }

    /// <summary>A member's or cluster's ID: lower-case hex without zeros in front (<c>f4b8d9506752fd3</c>).</summary>
    public static string Id(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);

    /// <summary>An alarm's name by its number in etcd's protocol; one etcdctl does not know is UNKNOWN.</summary>
    internal static string Alarm(int type) => type switch
    {
        1 => "NOSPACE",
        2 => "CORRUPT",
        _ => "UNKNOWN",
    };

    private static string FromSeconds(Int128 nanoseconds)
    {
        const long minute = 60_000_000_000;
        Int128 minutes = nanoseconds / minute;
        string seconds = Decimal(nanoseconds % minute, 1_000_000_000) + "s";
        return minutes == 0 ? seconds : minutes < 60 ? $"{minutes}m{seconds}" : $"{minutes / 60}h{minutes % 60}m{seconds}";
    }

    private static string Decimal(Int128 value, long unit)
    {
        string fraction = (value % unit).ToString(CultureInfo.InvariantCulture)
            .PadLeft((int)Math.Log10(unit), '0')
            .TrimEnd('0');
        return fraction.Length == 0 ? $"{value / unit}" : $"{value / unit}.{fraction}";
    }
}
