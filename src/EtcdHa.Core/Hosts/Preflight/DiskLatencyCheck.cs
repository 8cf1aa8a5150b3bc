using System.Globalization;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>
/// How long a write of an entry of etcd's log takes until it is on the disk of the data directory: the 99th percentile of at most 100
/// writes of 2300 bytes with fdatasync, the sizes of the fio test etcd's documentation advises. etcd: "the 99th percentile of
/// fdatasync durations should be less than 10ms".
/// </summary>
internal static class DiskLatencyCheck
{
    /// <summary>Time the writes may take; a script that takes longer hangs on its disk.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(10);
    private static readonly TimeSpan TooSlow = TimeSpan.FromMilliseconds(100);

    /// <summary>
    /// The script, for about 1.5 seconds. The file has its blocks before the first write is timed, as etcd's log has, and dd counts the time itself, so
    /// that the start of a program is not part of it. busybox has fsync in the place of fdatasync.
    /// </summary>
    /// <param name="topology">Names the data directory.</param>
    public static string Script(EtcdTopology topology) => $$"""
        read -r id < /proc/sys/kernel/random/uuid
        probe=$(nearest {{PosixShell.Quote(topology.DataDirectory)}})/.etcdha.$id
        {{PosixShell.AtExit("rm -rf -- \"$probe\"")}}
        mkdir -- "$probe" || exit 1
        sync=fdatasync
        dd if=/dev/zero of="$probe/log" bs=2300 count=100 conv=fdatasync 2>/dev/null || { sync=fsync; dd if=/dev/zero of="$probe/log" bs=2300 count=100 conv=fsync 2>/dev/null; }
        hundredths() { read -r up rest < /proc/uptime; up=1${up%.*}${up#*.}; }
        hundredths
        end=$((up + 150)) count=0
        while [ "$count" -lt 100 ] && [ "$up" -lt "$end" ]; do
            dd if=/dev/zero of="$probe/log" bs=2300 count=1 seek="$count" conv=notrunc,$sync 2>&1 || break
            count=$((count + 1))
            hundredths
        done | sed -n 's/.*copied, \([0-9.e-]*\) s.*/latency|\1/p'

        """;

    /// <summary>Judges what <see cref="Script"/> printed.</summary>
    /// <param name="output">What it printed.</param>
    public static CheckResult Evaluate(string output)
    {
        TimeSpan[] times = [.. HostLook.Values(output, "latency").Select(Time).OfType<TimeSpan>().Order()];
        if (times.Length == 0)
        {
            return CheckResult.Untold(EtcdHostCheckKind.DiskLatency, "how long its disk takes to sync a write");
        }

        TimeSpan percentile = times[(int)Math.Ceiling(0.99 * times.Length) - 1];
        string told = string.Create(
            CultureInfo.InvariantCulture, $"99 % of {times.Length} small writes are on the disk within {percentile.TotalMilliseconds:0.0} ms, half within {times[(times.Length - 1) / 2].TotalMilliseconds:0.0} ms");
        EtcdCheckSeverity severity = percentile > TooSlow ? EtcdCheckSeverity.Error : percentile > Slow ? EtcdCheckSeverity.Warning : EtcdCheckSeverity.Passed;
        return new(EtcdHostCheckKind.DiskLatency, severity, told, severity == EtcdCheckSeverity.Passed ? "" : Remedy(percentile)) { Value = percentile };
    }

    // An election must outlast several heartbeats, and a heartbeat the sync of a write; etcd's tuning guide: ten to one.
    private static string Remedy(TimeSpan percentile)
    {
        int heartbeat = Math.Clamp((int)Math.Ceiling(percentile.TotalMilliseconds * 3 / 100) * 100, 200, 5000);
        return string.Create(
            CultureInfo.InvariantCulture, $"Give the data directory a disk of its own, an SSD. Where it must stay: New-EtcdTopology -ExtraArg heartbeat-interval={heartbeat}, election-timeout={10 * heartbeat}.");
    }

    private static TimeSpan? Time(string text)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out double seconds) && seconds is >= 0 and < 86400 ? TimeSpan.FromSeconds(seconds) : null;
}
