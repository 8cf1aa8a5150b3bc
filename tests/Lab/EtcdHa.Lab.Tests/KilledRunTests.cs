using System.Diagnostics;
using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>The workstation is lost (SIGKILL) or stopped (Ctrl+C) in the middle of a run, at every step in turn, and another one goes on.</summary>
[Collection<OwnCluster>]
public sealed class KilledRunTests(OwnClusters clusters)
{
    // What lies at a final path is whole: either nothing, or what the staging folder has.
    private const string FinalFiles = """
        cd /etc/kubernetes 2>/dev/null || exit 0
        find pki manifests kubelet-etcd.yaml -type f -exec sha256sum {} + 2>/dev/null || true
        """;

    [LabFact]
    public void Fault23_a_run_killed_at_every_step_in_turn_is_resumed_by_another_workstation_each_time_and_ends_healthy()
    {
        string folder = clusters.Reset();
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts();
        var killedAt = new HashSet<KillPoint>();
        string first = $"ubuntu@{hosts[0].Address}";
        var workstation = new Workstation(folder);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; ; i++)
        {
            Assert.True(i < 100, "There is no end of steps.");

            // Every step of the workstation and of one host, when it begins, and what starts something also when it has ended; the steps of the other
            // hosts go on beside them and are killed with them.
            bool IsWanted(KillPoint p) => (p.Host == "workstation" || p.Host == first) && !killedAt.Contains(p) && (!p.HasEnded || Starts(p));
            if (workstation.RunAndKill(IsWanted, "KILL", i == 0 ? "" : "unlock") is not { } step)
            {
                break;
            }

            killedAt.Add(step);
            RequireWhole(hosts[0], whole, workstation);
            workstation = workstation.Successor($"{folder}-{i}");
        }

        // Kubelet, files and static pod of the host, and what the workstation makes.
        Assert.Contains(killedAt, s => s.Host == first && s.Action == "Restart unit: kubelet.service");
        Assert.Contains(killedAt, s => s.Host == first && s.Action == "Place file: /etc/kubernetes/manifests/etcd.yaml");
        Assert.Contains(killedAt, s => s.Host == first && s.Action == "Place file: /etc/kubernetes/pki/etcd/ca.key");
        Assert.Contains(killedAt, s => s.Host == first && s.HasEnded);
        Assert.Contains(killedAt, s => s.Host == "workstation");
        Assert.True(killedAt.Count >= 25, $"Only {killedAt.Count} steps: {string.Join(", ", killedAt)}");
        Assert.All(hosts, host =>
        {
            RequireNothingLeft(host);
            Assert.Contains("noted|", host.Root("cat /var/lib/etcdha/runs/*"), StringComparison.Ordinal);
            Assert.DoesNotContain("PRIVATE KEY", host.Root("cat /var/lib/etcdha/runs/*"), StringComparison.Ordinal);
        });
        RequireHealthy(workstation.Staging);
        Assert.DoesNotContain("PRIVATE KEY", File.ReadAllText(Path.Combine(workstation.Staging, "journal.jsonl")), StringComparison.Ordinal);
    }

    [LabFact]
    public void Fault23_the_lock_of_a_killed_run_names_it_and_expires_within_a_minute_and_the_next_run_says_what_was_interrupted()
    {
        string folder = clusters.Reset();
        string first = $"ubuntu@{LabEnvironment.Hosts()[0].Address}";
        var workstation = new Workstation(folder);
        Assert.NotNull(workstation.RunAndKill(s => s.Host == first && s.Action.StartsWith("Place file", StringComparison.Ordinal), "KILL"));
        long killed = Stopwatch.GetTimestamp();
        Workstation other = workstation.Successor(folder + "-other");

        ProgramResult refused = other.Run();
        Assert.Contains("another run works on the host: ", refused.Errors, StringComparison.Ordinal);
        Assert.Contains($"{Environment.UserName}@{Environment.MachineName} (process ", refused.Errors, StringComparison.Ordinal);

        ProgramResult result = refused;
        while (result.Errors.Length > 0 && Stopwatch.GetElapsedTime(killed) < TimeSpan.FromSeconds(90))
        {
            Thread.Sleep(2000);
            result = other.Run();
        }

        TimeSpan took = Stopwatch.GetElapsedTime(killed);
        Assert.True(result.Errors.Length == 0, result.Errors);
        Assert.True(took < TimeSpan.FromSeconds(90), $"It took {took.TotalSeconds:f0} s, the run itself with it.");
        Assert.Contains("an earlier run was interrupted, ", result.Output, StringComparison.Ordinal);
        RequireHealthy(other.Staging);
    }

    [LabFact]
    public void Fault22_a_run_stopped_at_every_step_of_a_host_in_turn_gives_its_locks_back_and_is_gone_on_with()
    {
        string folder = clusters.Reset();
        LabHost host = LabEnvironment.Hosts()[0];
        var stoppedAt = new HashSet<KillPoint>();
        var workstation = new Workstation(folder);
        var whole = new HashSet<string>(StringComparer.Ordinal);
        int released = 0;
        while (workstation.RunAndKill(
            p => p.Host == $"ubuntu@{host.Address}" && !p.HasEnded && !stoppedAt.Contains(p), "INT", stoppedAt.Count == 0 ? "" : "unlock") is { } step)
        {
            Assert.True(stoppedAt.Add(step));
            RequireWhole(host, whole, workstation);
            released += host.Root("for i in 1 2 3 4 5 6 7 8 9 10; do [ -e /run/etcdha/lock ] || break; sleep 0.3; done; cat /run/etcdha/lock 2>/dev/null || true").Length == 0 ? 1 : 0;
        }

        // A machine under load may not find the time in the 2 s that Ctrl+C may take; then the lock expires.
        Assert.True(released > stoppedAt.Count / 2, $"Of {stoppedAt.Count} stopped runs {released} gave their lock back.");

        Assert.True(stoppedAt.Count >= 15, $"Only {stoppedAt.Count} steps: {string.Join(", ", stoppedAt)}");
        Assert.All(LabEnvironment.Hosts(), RequireNothingLeft);
        RequireHealthy(workstation.Staging);
    }

    private static void RequireNothingLeft(LabHost host)
    {
        Assert.Empty(host.Root("find / -xdev -name '.etcdha.*' -not -path '/proc/*'"));
        Assert.Empty(host.Root("cat /run/etcdha/lock 2>/dev/null || true"));
    }

    private static bool Starts(KillPoint point)
        => point.Action.StartsWith("Restart unit", StringComparison.Ordinal) || point.Action.EndsWith("etcd.yaml", StringComparison.Ordinal);

    private static void RequireWhole(LabHost host, HashSet<string> whole, Workstation workstation)
    {
        foreach (string line in host.Root(FinalFiles).Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(l => !whole.Contains(l)))
        {
            (string sha256, string path) = (line[..64], line[66..]);
            string staged = path == "kubelet-etcd.yaml" ? "" : path == "pki/etcd/ca.key" ? Path.Combine(workstation.Staging, path)
                : path.StartsWith("pki/", StringComparison.Ordinal) ? Path.Combine(workstation.Staging, host.Name, path) : "";
            string expected = staged.Length > 0
                ? Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(staged)))
                : whole.FirstOrDefault(l => l.EndsWith(path, StringComparison.Ordinal))?[..64] ?? sha256;
            Assert.True(expected == sha256, $"{host.Name}: {path} is half written.");
            whole.Add(line);
        }
    }

    private static void RequireHealthy(string staging)
    {
        using var session = new LabSession();
        session.Set("hosts", LabEnvironment.Hosts());
        session.Set("staging", staging);
        session.Set("key", LabEnvironment.Key);
        session.Set("knownHosts", LabEnvironment.KnownHosts);
        Assert.Equal([true], session.Run($$"""
            $lab = Import-EtcdTopology $env:ETCDHA_LAB_TOPOLOGY
            $hosts | New-EtcdMember | New-EtcdTopology -SshUser ubuntu -IdentityFile $key -KnownHostsFile $knownHosts {{Procedure.DocumentedTopology}} |
                Test-EtcdClusterHealth -StagingPath $staging -Quiet -Wait -TimeoutSec 120
            """).RequireNoErrors().As<bool>());
    }
}
