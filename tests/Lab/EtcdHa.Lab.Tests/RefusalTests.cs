using System.Diagnostics;
using System.Globalization;
using System.Management.Automation;
using System.Security.Cryptography;
using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>A host that cannot be worked on is one error that names it; nothing is touched there, and the others go on.</summary>
public sealed class RefusalTests(LabCluster cluster) : LabTest(cluster)
{
    private LabHost Host => Hosts[1];

    [LabFact]
    public void A_host_that_is_not_there()
        => RequireRefused(new EtcdSshTarget("10.0.0.99", 22, "ubuntu"), "SshHostUnreachable");

    [LabFact]
    public void A_host_without_sshd_on_the_port()
        => RequireRefused(new EtcdSshTarget(Host.Address, 23, "ubuntu"), "SshHostUnreachable");

    [LabFact]
    public void A_host_that_does_not_answer_in_time()
    {
        using IDisposable dropped = Firewall.Drop($"ip daddr {Host.Address} tcp dport 22");
        long start = Stopwatch.GetTimestamp();
        RequireRefusedByAll(new EtcdSshTarget(Host.Address, 22, "ubuntu") { ConnectTimeout = TimeSpan.FromSeconds(2) }, "SshConnectTimeout");

        // Five commands of 2 s each, and a machine under load; the default of 30 s would make 150.
        Assert.InRange(Stopwatch.GetElapsedTime(start).TotalSeconds, 0, 75);
    }

    [LabFact]
    public void Fault07_A_host_that_refuses_the_key()
    {
        string key = Path.Combine(Cluster.Folder, "another-key");
        File.Delete(key);
        LocalProgram.Run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key], null, TimeSpan.FromSeconds(20)).RequireSuccess();
        RequireRefused(new EtcdSshTarget(Host.Address, 22, "ubuntu") { IdentityFile = [key] }, "SshLoginRefused");
    }

    [LabFact]
    public void A_host_whose_key_is_unknown()
        => RequireRefused(new EtcdSshTarget(Host.Address, 22, "ubuntu") { KnownHostsFile = [KnownHosts("none", "")] }, "SshHostKeyUnknown");

    [LabFact]
    public void Fault07_A_host_whose_key_has_changed()
    {
        string others = KnownLine(Hosts[2]);
        string file = KnownHosts("changed", $"{Host.Address} {others[(others.IndexOf(' ', StringComparison.Ordinal) + 1)..]}\n");
        string before = File.ReadAllText(file);
        foreach (EtcdHostKeyPolicy policy in new[] { EtcdHostKeyPolicy.Strict, EtcdHostKeyPolicy.AcceptNew })
        {
            RequireRefused(new EtcdSshTarget(Host.Address, 22, "ubuntu") { KnownHostsFile = [file], HostKeyPolicy = policy }, "SshHostKeyChanged");
        }

        ErrorRecord error = Outcome.Of(Run("$other | Copy-EtcdMemberFiles -StagingPath $staging")).Error;
        Assert.Contains(Fingerprint(Hosts[2]), error.ToString(), StringComparison.Ordinal);
        Assert.Contains(Fingerprint(Host), error.ToString(), StringComparison.Ordinal);
        Assert.Equal(before, File.ReadAllText(file));

        File.WriteAllText(file, KnownLine(Host) + "\n");
        Assert.Equal(3, Run<EtcdMemberFiles>("$other | Copy-EtcdMemberFiles -StagingPath $staging").Count);
    }

    [LabFact]
    public void A_host_whose_sudo_wants_a_password()
        => RequireRefused(new EtcdSshTarget(Host.Address, 22, "operator"), "SudoPasswordRequired");

    [LabFact]
    public void A_host_with_a_pinned_key_is_worked_on_without_known_hosts()
    {
        Use(new EtcdSshTarget(Host.Address, 22, "ubuntu") { KnownHostsFile = [KnownHosts("none", "")], HostKeyFingerprint = Fingerprint(Host) });
        Assert.Equal(3, Run<EtcdMemberFiles>("$other | Copy-EtcdMemberFiles -StagingPath $staging").Count);
    }

    // infra1 by another target, and everything the cluster has.
    private void Use(EtcdSshTarget target)
    {
        EtcdMember[] members = [.. Cluster.Topology.Members.Select(m => m.Name == Host.Name ? m with { SshTarget = target } : m)];
        Session.Set("other", Cluster.Topology with { Members = members });
    }

    private void RequireRefused(EtcdSshTarget target, string id)
    {
        string[] before = [.. Hosts.Select(h => h.Fingerprint())];
        RequireRefusedByAll(target, id);
        Assert.Equal(before, Hosts.Select(h => h.Fingerprint()));
    }

    private void RequireRefusedByAll(EtcdSshTarget target, string id)
    {
        Use(target.ConnectTimeout is null ? target with { ConnectTimeout = TimeSpan.FromSeconds(10) } : target);
        foreach (string cmdlet in new[] { "Install-EtcdKubeletService", "Copy-EtcdMemberFiles -StagingPath $staging", "Test-EtcdMemberFiles -StagingPath $staging", "Install-EtcdStaticPod -StagingPath $staging" })
        {
            Outcome outcome = Outcome.Of(Run($"$other | {cmdlet}"));
            outcome.RequireOneError(id, Host.Name);
            Assert.Equal([Hosts[0].Name, Hosts[2].Name], outcome.Members);
            ForgiveFailedLogins(id);
        }

        Assert.Equal([false], Run("$other | Test-EtcdMemberFiles -StagingPath $staging -Quiet").As<bool>());
        ForgiveFailedLogins(id);
    }

    // After three failed logins sshd closes its door to their source for a while (PerSourcePenalties); it forgets them with a restart.
    private void ForgiveFailedLogins(string id)
    {
        if (id == "SshLoginRefused")
        {
            Host.Root("systemctl restart ssh");
        }
    }

    private static string KnownLine(LabHost host)
        => File.ReadAllLines(LabEnvironment.KnownHosts).Single(l => l.StartsWith(host.Address + ",", StringComparison.Ordinal));

    // As ssh-keygen -l prints it.
    private static string Fingerprint(LabHost host)
        => "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(KnownLine(host).Split(' ')[2]))).TrimEnd('=');

    private string KnownHosts(string name, string content)
    {
        string file = Path.Combine(Cluster.Folder, string.Create(CultureInfo.InvariantCulture, $"known_hosts-{name}"));
        File.WriteAllText(file, content);
        return file;
    }
}
