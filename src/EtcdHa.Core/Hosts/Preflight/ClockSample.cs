using System.Globalization;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>How far a host's clock is ahead of the workstation's, measured over one question and its answer as NTP does.</summary>
/// <param name="Offset">Ahead of the workstation's clock when positive.</param>
/// <param name="Uncertainty">The most the offset can be wrong by: half of the time that went into the way there and back.</param>
internal sealed record ClockSample(TimeSpan Offset, TimeSpan Uncertainty)
{
    /// <summary>Prints the host's time; it goes to the beginning and to the end of a script.</summary>
    public const string Script = "printf 'clock|%s\\n' \"$(date +%s.%N)\"\n";

    /// <summary>Measures.</summary>
    /// <param name="asked">When the question left, by the workstation's clock.</param>
    /// <param name="answered">When the answer was there.</param>
    /// <param name="times">What the host printed, <c>1764150000.123456789</c>; busybox prints no fraction.</param>
    /// <returns>The sample; null when the host told no time.</returns>
    public static ClockSample? Of(DateTimeOffset asked, DateTimeOffset answered, IReadOnlyList<string> times)
    {
        if (times.Count == 0 || Read(times[0]) is not { } first || Read(times[^1]) is not { } last)
        {
            return null;
        }

        TimeSpan onTheWay = answered - asked - (last.Time - first.Time);
        TimeSpan uncertainty = TimeSpan.FromTicks(Math.Max(0, onTheWay.Ticks / 2)) + (first.HasFraction ? TimeSpan.Zero : TimeSpan.FromSeconds(0.5));
        return new(TimeSpan.FromTicks((first.Time - asked + (last.Time - answered)).Ticks / 2), uncertainty);
    }

    private static (DateTimeOffset Time, bool HasFraction)? Read(string text)
    {
        string[] parts = text.Split('.', 2);
        if (!long.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out long seconds) || seconds > DateTimeOffset.MaxValue.ToUnixTimeSeconds())
        {
            return null;
        }

        // Without a fraction the middle of the second is the best guess.
        bool hasFraction = parts is [_, { Length: 9 } digits] && digits.All(char.IsAsciiDigit);
        TimeSpan fraction = hasFraction ? TimeSpan.FromTicks(long.Parse(parts[1], CultureInfo.InvariantCulture) / 100) : TimeSpan.FromSeconds(0.5);
        return (DateTimeOffset.FromUnixTimeSeconds(seconds) + fraction, hasFraction);
    }
}
