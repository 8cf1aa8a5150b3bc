using System.Globalization;

namespace EtcdHa.Core.Reporting;

/// <summary>Values of a report as text, whatever the culture.</summary>
internal static class ReportText
{
    /// <summary>UTC to the second, <c>2026-11-26T10:44:41Z</c>.</summary>
    public static string Time(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    /// <summary>UTC to the second for people, <c>2026-11-26 10:44:41</c>.</summary>
    public static string Moment(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);

    /// <summary>The day in UTC, <c>2026-11-26</c>.</summary>
    public static string Day(DateTimeOffset time) => time.UtcDateTime.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture);

    /// <summary><c>12.3 ms</c>, <c>4.56 s</c>, <c>2 min 5 s</c>.</summary>
    public static string Duration(double seconds) => seconds switch
    {
        < 1 => string.Create(CultureInfo.InvariantCulture, $"{seconds * 1000:0.#} ms"),
        < 60 => string.Create(CultureInfo.InvariantCulture, $"{seconds:0.##} s"),
        _ when seconds % 60 < 0.5 => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{Math.Floor(seconds / 60):0} min {Math.Floor(seconds % 60):0} s"),
    };

    /// <summary><c>8760 h</c>, and how many years or days that is.</summary>
    public static string Hours(double hours) => hours switch
    {
        >= 2 * 8760 => string.Create(CultureInfo.InvariantCulture, $"{hours:0.##} h ({hours / 8760:0.#} years)"),
        >= 48 => string.Create(CultureInfo.InvariantCulture, $"{hours:0.##} h ({hours / 24:0.#} days)"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{hours:0.##} h"),
    };

    /// <summary><c>20 KiB</c>, <c>2.1 GiB</c>.</summary>
    public static string Bytes(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        int power = bytes < 1024 ? 0 : Math.Min(units.Length - 1, (int)Math.Log(bytes, 1024));
        return string.Create(CultureInfo.InvariantCulture, $"{bytes / Math.Pow(1024, power):0.#} {units[power]}");
    }

    /// <summary><c>1 member</c>, <c>3 members</c>.</summary>
    public static string Counted(int count, string noun) => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count is 1 or -1 ? "" : "s")}");
}
