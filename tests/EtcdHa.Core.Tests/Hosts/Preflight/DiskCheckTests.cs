using EtcdHa.Core.Hosts.Preflight;
using static EtcdHa.Core.Tests.Hosts.Preflight.Told;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>Space, inodes, write permission and latency of a host's disks.</summary>
public sealed class DiskCheckTests
{
    private const string Plenty = "10000000|4096|500000|600000";

    [Theory]
    [InlineData(Plenty, "Passed: /var/lib/etcd has 38.1 GiB and 500000 inodes free")]
    [InlineData("1500000|4096|500000|600000", "Warning: /var/lib/etcd has 5.7 GiB and 500000 inodes free; 6 GiB are advised, three times etcd's quota: database, snapshots, defragmentation")]
    [InlineData("2048|4096|500000|600000", "Error: /var/lib/etcd has 8 MiB and 500000 inodes free; 128 MiB and 50 inodes are the least")]
    [InlineData("10000000|4096|7|600000", "Error: /var/lib/etcd has 38.1 GiB and 7 inodes free; 128 MiB and 50 inodes are the least")]
    [InlineData("10000000|4096|999|600000", "Warning: /var/lib/etcd has 38.1 GiB and 999 inodes free: few inodes")]
    [InlineData("10000000|4096|0|0", "Passed: /var/lib/etcd has 38.1 GiB free")] // btrfs counts none
    [InlineData("?|?|?|?", "Warning: the host does not tell how much is free for /var/lib/etcd")]
    public void Fault04_Disk_space_of_the_data_directory(string stat, string expected) => Assert.Equal(expected, Line(Space($"space|{stat}|/var/lib/etcd")));

    [Fact]
    public void Fault04_The_quota_decides_and_what_the_member_holds_already_is_not_missing()
    {
        string told = "space|2000000|4096|500000|600000|/var/lib/etcd"; // 7.6 GiB
        Assert.StartsWith("Passed", Line(Space(told)), StringComparison.Ordinal);
        EtcdNameValue[] quota = [new("quota-backend-bytes", "8589934592")];
        Assert.Contains("24 GiB are advised", Line(Space(told, t => t with { ExtraArg = quota })), StringComparison.Ordinal);
        Assert.StartsWith("Passed", Line(Space($"{told}\nmember-kib|{20L * 1024 * 1024}", t => t with { ExtraArg = quota })), StringComparison.Ordinal);
        Assert.StartsWith("Passed", Line(Space(told, t => t with { ExtraArg = [new("quota-backend-bytes", "0")] })), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_path_has_its_own_row_with_the_free_bytes()
    {
        CheckResult[] results = [.. new DiskSpaceCheck().Evaluate(Subject(), Facts(
            $"space|256|4096|500000|600000|/etc/kubernetes\nspace|{Plenty}|/var/lib/etcd\nspace|100000|4096|500000|600000|/var/lib/kubelet"))];
        Assert.Equal(["/etc/kubernetes", "/var/lib/etcd", "/var/lib/kubelet"], results.Select(r => r.Target));
        Assert.Equal([EtcdCheckSeverity.Error, EtcdCheckSeverity.Passed, EtcdCheckSeverity.Warning], results.Select(r => r.Severity));
        Assert.Equal([1048576L, 40960000000L, 409600000L], results.Select(r => r.Value));
    }

    [Theory]
    [InlineData("", "Passed: /etc/kubernetes can be written to", "")]
    [InlineData("mkdir: cannot create directory '/etc/kubernetes/.etcdha.1': Read-only file system", "Error: root cannot write to /etc/kubernetes: Read-only file system", "Remount")]
    [InlineData("mkdir: cannot create directory '/etc/kubernetes/.etcdha.1': Permission denied", "Error: root cannot write to /etc/kubernetes: Permission denied", "Root is denied by SELinux")]
    [InlineData("mkdir: cannot create directory '/etc/kubernetes/.etcdha.1': Operation not permitted", "Error: root cannot write to /etc/kubernetes: Operation not permitted", "Root is denied by SELinux")]
    [InlineData("sh: 1: printf: I/O error", "Error: root cannot write to /etc/kubernetes: I/O error", "Remount")]
    [InlineData("failed", "Error: root cannot write to /etc/kubernetes: failed", "Remount")]
    public void Fault05_Writable_path(string said, string expected, string remedy)
    {
        CheckResult result = new WritablePathCheck().Evaluate(Subject(), Facts($"writable|{said}|/etc/kubernetes")).Single(r => r.Target == "/etc/kubernetes");
        Assert.Equal(expected, Line(result));
        Assert.StartsWith(remedy, result.Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Paths_the_host_says_nothing_of_are_named_and_the_home_directory_is_resolved()
    {
        CheckResult[] results = [.. new WritablePathCheck().Evaluate(Subject(), Facts("writable||~\nwritable|Read-only file system|/etc/kubernetes/manifests"))];
        Assert.Equal("Passed: /home/ubuntu can be written to", Line(results[0]));
        Assert.Equal("Warning: the host does not tell whether /etc/kubernetes can be written to", Line(results[1]));
        Assert.Equal("Error: root cannot write to /etc/kubernetes/manifests: Read-only file system", Line(results[^1]));
    }

    [Fact]
    public void Fault21_Slow_disk_warns_above_10_ms_and_fails_above_100_ms_in_the_99th_percentile()
    {
        Assert.Equal("Passed: 99 % of 100 small writes are on the disk within 10.0 ms, half within 1.0 ms", Line(Latency(98, 0.001, 0.010, 0.9)));
        Assert.Equal("Warning: 99 % of 100 small writes are on the disk within 10.1 ms, half within 1.0 ms", Line(Latency(98, 0.001, 0.0101, 0.9)));
        Assert.Equal(EtcdCheckSeverity.Warning, Latency(98, 0.001, 0.1, 0.9).Severity);
        Assert.Equal(EtcdCheckSeverity.Error, Latency(98, 0.001, 0.1001, 0.9).Severity);
        Assert.Equal(TimeSpan.FromMilliseconds(250), Latency(6, 0.25).Value);
        Assert.Contains("heartbeat-interval=800, election-timeout=8000", Latency(6, 0.25).Remedy, StringComparison.Ordinal);
        Assert.Contains("heartbeat-interval=200, election-timeout=2000", Latency(6, 0.05).Remedy, StringComparison.Ordinal);
    }

    [Fact]
    public void Times_come_in_the_forms_of_dd_and_no_time_is_said_to_be_none()
    {
        Assert.Equal(TimeSpan.FromMicroseconds(82), DiskLatencyCheck.Evaluate("latency|8.2e-05\n").Value);
        Assert.Equal("Warning: the host does not tell how long its disk takes to sync a write", Line(DiskLatencyCheck.Evaluate("latency|\nlatency|fast\nlatency|-1\n")));
    }

    private static CheckResult Latency(int count, double common, params double[] others)
        => DiskLatencyCheck.Evaluate(string.Join('\n', others.Concat(Enumerable.Repeat(common, count)).Select(s => "latency|" + s.ToString(System.Globalization.CultureInfo.InvariantCulture))));

    private static CheckResult Space(string lines, Func<EtcdTopology, EtcdTopology>? change = null)
        => new DiskSpaceCheck().Evaluate(Subject(change: change), Facts(lines)).Single(r => r.Target == "/var/lib/etcd");
}
