using System.Diagnostics;
using System.Globalization;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Benchmarks;

/// <summary>
/// Many hosts on loopback at the width of a cmdlet: connect to each and look at eight paths, against ssh with the same script at the same width.
/// Tells time, how busy the machine was, and what an open session costs.
/// </summary>
internal static class ManyHosts
{
    private const int Hosts = 48;
    private const int Width = 16;
    private const int Rounds = 5;

    private static readonly HostStep[] Steps =
        [.. Enumerable.Range(0, 8).Select(i => new FileStep($"/etc/kubernetes/pki/file{i}", default, HostStep.RootOwner, 0x180, "/etc/kubernetes/pki"))];

    /// <summary>Measures and prints a table.</summary>
    public static async Task RunAsync()
    {
        using LoopbackHosts hosts = await LoopbackHosts.StartAsync(Hosts).ConfigureAwait(false);
        string script = HostScript();
        Console.WriteLine($"{Hosts} hosts on loopback, {Width} at a time, {Environment.ProcessorCount} processors, {Rounds} rounds after one to warm up");
        Console.WriteLine($"{"",-8} {"round",5} {"seconds",8} {"machine busy",13} {"own CPU s",10}");
        List<double> module = [];
        List<double> ssh = [];
        for (int round = 0; round <= Rounds; round++)
        {
            ssh.Add(await MeasureAsync("ssh", round, address => OpenSsh.RunAsync("ssh", script, [.. hosts.SshOptions, address, "sh -s"]), hosts.Addresses).ConfigureAwait(false));
            module.Add(await MeasureAsync("module", round, address => LookAsync(hosts.Target(address)), hosts.Addresses).ConfigureAwait(false));
        }

        double ratio = Table.Median(module.Skip(1)) / Table.Median(ssh.Skip(1));
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"median: module {Table.Median(module.Skip(1)):f2} s, ssh {Table.Median(ssh.Skip(1)):f2} s, ratio {ratio:f2}"));
        await MeasureMemoryAsync(hosts).ConfigureAwait(false);
    }

    private static async Task LookAsync(ResolvedSshTarget target)
    {
        await using HostSession session = await HostSession.OpenAsync(new SshNetConnector(), target, CancellationToken.None).ConfigureAwait(false);
        await session.ObserveAsync(Steps, CancellationToken.None).ConfigureAwait(false);
    }

    private static async Task<double> MeasureAsync(string name, int round, Func<string, Task> work, IReadOnlyList<string> addresses)
    {
        (long Busy, long All) before = MachineTicks();
        TimeSpan ownBefore = Environment.CpuUsage.TotalTime;
        long start = Stopwatch.GetTimestamp();
        await Parallel.ForEachAsync(
            addresses, new ParallelOptions { MaxDegreeOfParallelism = Width }, async (address, _) => await work(address).ConfigureAwait(false)).ConfigureAwait(false);
        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        (long Busy, long All) after = MachineTicks();
        double busy = 100.0 * (after.Busy - before.Busy) / Math.Max(1, after.All - before.All);
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{name,-8} {round,5} {seconds,8:f2} {busy,11:f0} % {(Environment.CpuUsage.TotalTime - ownBefore).TotalSeconds,10:f2}"));
        return seconds;
    }

    // Every session is open at once, after a command each: what stays is what they cost.
    private static async Task MeasureMemoryAsync(LoopbackHosts hosts)
    {
        (long managedBefore, long residentBefore) = Memory();
        List<HostSession> sessions = [];
        foreach (string address in hosts.Addresses)
        {
            HostSession session = await HostSession.OpenAsync(new SshNetConnector(), hosts.Target(address), CancellationToken.None).ConfigureAwait(false);
            sessions.Add(session);
            await session.ObserveAsync(Steps, CancellationToken.None).ConfigureAwait(false);
        }

        (long managed, long resident) = Memory();
        int threads = Process.GetCurrentProcess().Threads.Count;
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"an open session: {(managed - managedBefore) / 1024.0 / Hosts:f0} KiB of objects, {(resident - residentBefore) / 1024.0 / Hosts:f0} KiB of the working set; {threads} threads with {Hosts} open"));
        await Task.WhenAll(sessions.Select(session => session.DisposeAsync().AsTask())).ConfigureAwait(false);
    }

    private static (long Managed, long Resident) Memory()
    {
        long managed = GC.GetTotalMemory(forceFullCollection: true);
        using Process own = Process.GetCurrentProcess();
        return (managed, own.WorkingSet64);
    }

    // proc(5), /proc/stat: user nice system idle iowait irq softirq steal.
    private static (long Busy, long All) MachineTicks()
    {
        long[] ticks = [.. File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9].Select(t => long.Parse(t, CultureInfo.InvariantCulture))];
        return (ticks.Sum() - ticks[3] - ticks[4], ticks.Sum());
    }

    // What the module's look runs, near enough: eight paths, each with stat and checksum if it is there.
    private static string HostScript() => string.Concat(Steps.Select(step =>
        $"p={step.Target}; if [ -f \"$p\" ]; then stat -c '%U:%G|%a|%Y' -- \"$p\"; sha256sum < \"$p\"; else echo absent; fi\n"))
        + "id -un; id -gn; getent passwd \"$(id -un)\"\n";
}
