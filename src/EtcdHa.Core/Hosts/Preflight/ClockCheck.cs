using System.Globalization;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>
/// Every host's clock against the median of all: certificates are not valid yet on a host that is behind, and etcd warns of a second
/// between peers. The workstation's own clock, which the certificates' times are taken from, is told where it is off.
/// </summary>
internal static class ClockCheck
{
    private static readonly TimeSpan Noticeable = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan TooMuch = TimeSpan.FromSeconds(30);

    /// <summary>One or two results a host, in the hosts' order.</summary>
    /// <param name="samples">The hosts' samples; null for one that told no time.</param>
    public static IReadOnlyList<IReadOnlyList<CheckResult>> Evaluate(IReadOnlyList<ClockSample?> samples)
    {
        TimeSpan[] offsets = [.. samples.OfType<ClockSample>().Select(s => s.Offset).Order()];
        return [.. samples.Select(s => s is null
            ? [CheckResult.Untold(EtcdHostCheckKind.Clock, "its time")]
            : (IReadOnlyList<CheckResult>)[.. OfHost(s, offsets[(offsets.Length - 1) / 2], offsets.Length)])];
    }

    private static IEnumerable<CheckResult> OfHost(ClockSample sample, TimeSpan median, int hosts)
    {
        TimeSpan skew = sample.Offset - median;
        TimeSpan certain = skew.Duration() - sample.Uncertainty;
        string told = hosts == 1 ? "the only host that was looked at" : $"{Words(skew)} the median of {hosts} hosts, to within {Seconds(sample.Uncertainty)}";
        const string Remedy = "Let chrony or systemd-timesyncd keep the time on all hosts: timedatectl set-ntp true, then timedatectl.";
        yield return certain > TooMuch ? new(EtcdHostCheckKind.Clock, EtcdCheckSeverity.Error, told, Remedy) { Value = skew }
            : certain > Noticeable ? new(EtcdHostCheckKind.Clock, EtcdCheckSeverity.Warning, told, Remedy) { Value = skew }
            : CheckResult.Pass(EtcdHostCheckKind.Clock, told, skew);
        if (sample.Offset.Duration() - sample.Uncertainty > TooMuch)
        {
            yield return new(
                EtcdHostCheckKind.Clock, EtcdCheckSeverity.Warning, $"{Words(sample.Offset)} the workstation's clock, from which the certificates' validity is counted",
                "Set the clock that is wrong: a certificate issued in the host's future is not valid there yet.")
            { Target = "workstation", Value = sample.Offset };
        }
    }

    private static string Words(TimeSpan skew) => $"{Seconds(skew.Duration())} {(skew < TimeSpan.Zero ? "behind" : "ahead of")}";

    private static string Seconds(TimeSpan time) => string.Create(CultureInfo.InvariantCulture, $"{time.TotalSeconds:0.00} s");
}
