using System.Diagnostics;
using System.Globalization;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Staging;

namespace EtcdHa.Benchmarks;

/// <summary>
/// Connect, place a member's ten files and verify them, on the lab's three hosts: against scp, ssh and sudo as the page uses them, one host after the other and
/// a connection a command. Wanted: a ratio below 0.25. Both leave the same files and compare the same checksums; ours also takes the host's lock, keeps its journal,
/// stages, syncs, and checks owners, modes, certificates and keys. The two take turns, so that a machine with other work slows both alike.
/// </summary>
internal static class Placing
{
    private const int Rounds = 15;

    /// <summary>Measures and prints a table.</summary>
    public static async Task RunAsync()
    {
        using LabHosts lab = new();
        await lab.StageAsync().ConfigureAwait(false);
        Console.WriteLine($"3 hosts of the lab, 10 files each; page: scp, ssh sudo chown, ssh sudo mv, ssh sudo sha256sum; {Rounds} rounds after one to warm up");
        Console.WriteLine($"{"round",5} {"page s",8} {"module s",9} {"ratio",6}");
        List<(double Page, double Module)> rounds = [];
        for (int round = 0; round <= Rounds; round++)
        {
            (double page, double module) = (await MeasureAsync(lab, PageAsync).ConfigureAwait(false), await MeasureAsync(lab, ModuleAsync).ConfigureAwait(false));
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{round,5} {page,8:f2} {module,9:f2} {module / page,6:f2}"));
            rounds.Add((page, module));
        }

        await lab.ClearAsync().ConfigureAwait(false);
        double ratio = Table.Median(rounds.Skip(1).Select(r => r.Module / r.Page));
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"median: page {Table.Median(rounds.Skip(1).Select(r => r.Page)):f2} s, module {Table.Median(rounds.Skip(1).Select(r => r.Module)):f2} s, ratio {ratio:f3} ({1 / ratio:f1} times as fast); the first round, cold: {rounds[0].Module:f2} s"));
    }

    private static async Task<double> MeasureAsync(LabHosts lab, Func<LabHosts, Task> work)
    {
        await lab.ClearAsync().ConfigureAwait(false);
        long start = Stopwatch.GetTimestamp();
        await work(lab).ConfigureAwait(false);
        return Stopwatch.GetElapsedTime(start).TotalSeconds;
    }

    private static async Task PageAsync(LabHosts lab)
    {
        foreach (EtcdMember member in lab.Topology.Members)
        {
            await lab.ScpAsync(member).ConfigureAwait(false);
            await lab.SshAsync(member, "sudo chown -R root:root pki").ConfigureAwait(false);
            await lab.SshAsync(member, "sudo mv pki /etc/kubernetes/").ConfigureAwait(false);
            string sums = await lab.SshAsync(
                member, "sha256sum kubeadmcfg.yaml; cd /etc/kubernetes && sudo find pki -type f -exec sha256sum {} +").ConfigureAwait(false);
            if (!sums.Split('\n', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal).SequenceEqual(lab.Sums(member)))
            {
                throw new InvalidOperationException($"{member}: {sums}");
            }
        }
    }

    // What Copy-EtcdMemberFiles | Test-EtcdMemberFiles does.
    private static async Task ModuleAsync(LabHosts lab)
    {
        var run = new HostRun(RunIdentity.OfThisProcess("benchmark", DateTimeOffset.UtcNow).On(lab.Topology), OperationLog.Silent);
        using SshConnectionLease lease = new SshConnectionLeases().Take();
        ISshConnector connector = lease.Through(hops => new PatientSshConnector(new SshNetConnector(hops)));
        await Task.WhenAll(lab.Topology.Members.Zip(lab.Targets, async (member, target) =>
        {
            await using HostSession session = await HostSession.OpenAsync(connector, target, run, CancellationToken.None).ConfigureAwait(false);
            (IReadOnlyList<StagedFile> pki, string config) = StagedMember.Read(lab.Staging, member, includeCaKey: false);
            await MemberFilesCopier.CopyAsync(
                session, lab.Topology, member, lab.Staging, pki, config, replaceAuthority: false, OperationLog.Silent, CancellationToken.None).ConfigureAwait(false);
        })).ConfigureAwait(false);
        await Task.WhenAll(lab.Topology.Members.Zip(lab.Targets, async (member, target) =>
        {
            await using HostSession session = await HostSession.OpenAsync(connector, target, CancellationToken.None).ConfigureAwait(false);
            IReadOnlyList<EtcdFileCheck> rows = await MemberFilesChecker.CheckAsync(
                session, lab.Topology, member, StagedMember.Expect(lab.Staging, member, includesCaKey: false), DateTimeOffset.UtcNow, CancellationToken.None).ConfigureAwait(false);
            if (rows.FirstOrDefault(row => !row.Passed) is { } wrong)
            {
                throw new InvalidOperationException($"{member}: {wrong.Path} {string.Join(", ", wrong.Finding)}");
            }
        })).ConfigureAwait(false);
    }
}
