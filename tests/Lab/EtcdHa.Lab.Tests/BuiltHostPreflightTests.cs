using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>Test-EtcdHost on a cluster that runs: all of it is right, and stays untouched.</summary>
public sealed class BuiltHostPreflightTests(LabCluster cluster) : LabTest(cluster)
{
    private LabHost Host => Hosts[1];

    [LabFact]
    public void A_cluster_that_runs_passes_by_its_own_etcd_and_nothing_is_touched()
    {
        string[] files = [.. Hosts.Select(h => h.Fingerprint())];
        string[] processes = [.. Hosts.Select(h => h.Processes())];

        EtcdHostCheck[] rows = Check();

        Assert.DoesNotContain(rows, r => r.Severity >= EtcdCheckSeverity.Warning);
        Assert.Equal(9, rows.Count(r => r.Check == EtcdHostCheckKind.Port && r.Finding.Contains("'s own etcd, process ", StringComparison.Ordinal)));
        Assert.Equal(12, rows.Count(r => r is { Check: EtcdHostCheckKind.Reachability, Severity: EtcdCheckSeverity.Passed }));
        Assert.All(rows.Where(r => r.Check == EtcdHostCheckKind.DataDirectory), r => Assert.Equal(EtcdDataOwner.ThisMember, r.Value));
        Assert.All(rows.Where(r => r.Check == EtcdHostCheckKind.Certificates), r => Assert.IsType<DateTimeOffset>(r.Value));
        Assert.All(rows.Where(r => r.Check == EtcdHostCheckKind.Manifest), r => Assert.Equal("there, and the topology's own", r.Finding));
        Assert.Equal(processes, Hosts.Select(h => h.Processes()));
        Assert.Equal(WithoutDirectoryTimes(files), WithoutDirectoryTimes([.. Hosts.Select(h => h.Fingerprint())]));
        RequireHealthy();
    }

    [LabFact]
    public void Fault26_A_cgroup_driver_that_was_flipped_is_found_before_a_restart_would()
    {
        using IDisposable flipped = Host.Plant("/usr/lib/etcdha-lab/era default containerd cgroupfs", "/usr/lib/etcdha-lab/era default");
        EtcdHostCheck error = Assert.Single(Check(), r => r.Severity == EtcdCheckSeverity.Error);
        Assert.Equal((Host.Name, EtcdHostCheckKind.CgroupDriver, "CgroupDriverMismatch"), (error.Member.Name, error.Check, error.ErrorId));
        Assert.Equal("the kubelet is configured for systemd, but Containerd has cgroupfs", error.Finding);
    }

    [LabFact]
    public void Fault26_A_configured_kubelet_that_does_not_run()
    {
        using IDisposable stopped = Host.Plant("systemctl stop kubelet", "systemctl start kubelet");
        EtcdHostCheck error = Assert.Single(Check(), r => r.Severity == EtcdCheckSeverity.Error);
        Assert.Equal((Host.Name, EtcdHostCheckKind.Kubelet), (error.Member.Name, error.Check));
    }

    [LabFact]
    public void Fault14_The_ca_of_another_cluster_on_one_host()
    {
        const string Path = "/etc/kubernetes/pki/etcd/ca.crt";
        using IDisposable other = Host.Plant($"cp -p {Path} /root/ca.crt.kept", $"mv /root/ca.crt.kept {Path}");
        Host.Write(Path, Run<string>("$null = $topology | New-EtcdCertificateAuthority -StagingPath $staging/../other-ca; [IO.File]::ReadAllText(\"$staging/../other-ca/pki/etcd/ca.crt\")").Single());

        EtcdHostCheck[] wrong = [.. Check().Where(r => r.Severity >= EtcdCheckSeverity.Warning)];

        Assert.All(wrong, r => Assert.Equal((Host.Name, EtcdHostCheckKind.Certificates), (r.Member.Name, r.Check)));
        Assert.Contains(wrong, r => r.Severity == EtcdCheckSeverity.Error && r.Finding == "another CA than the staging folder's: etcd/ca.crt");
    }

    // What running etcd writes is none of the paths; a probe that came and went leaves a directory's time behind.
    private static string[] WithoutDirectoryTimes(IEnumerable<string> fingerprints)
        => [.. fingerprints.SelectMany(f => f.Split('\n')).Select(l => l.Split(' ')).Select(f => f is [_, "d", ..] ? string.Join(' ', f[..4]) : string.Join(' ', f))];

    private EtcdHostCheck[] Check() => [.. Run<EtcdHostCheck>("$topology | Test-EtcdHost -StagingPath $staging -SkipDiskLatency")];
}
