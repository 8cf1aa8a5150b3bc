using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>Test-EtcdHost before the procedure: each fault is made for real, found on the host that has it, and on no other.</summary>
[Collection<OwnCluster>]
public sealed class HostPreflightTests : IDisposable
{
    private readonly LabSession _session = new();
    private readonly IReadOnlyList<LabHost> _hosts = [];

    public HostPreflightTests(OwnClusters clusters)
    {
        ArgumentNullException.ThrowIfNull(clusters);
        if (LabEnvironment.IsUp)
        {
            string staging = clusters.Reset();
            _hosts = LabEnvironment.Hosts();
            _session.Set("staging", staging);
            _session.Set("topology", _session.Run("Import-EtcdTopology $env:ETCDHA_LAB_TOPOLOGY").RequireNoErrors().As<EtcdTopology>().Single() with { InitialClusterToken = "preflight" });
        }
    }

    private LabHost Host => _hosts[1];

    private string Image => $"registry.k8s.io/etcd:{_session.Get<EtcdTopology>("topology").Single().ImageTag}";

    public void Dispose() => _session.Dispose();

    [LabFact]
    public void Hosts_of_the_lab_are_fit_and_nothing_of_them_changes()
    {
        string[] before = [.. _hosts.Select(h => h.Root("find /etc/kubernetes /var/lib/etcd /var/lib/kubelet /home /etc/systemd 2>/dev/null | sort"))];

        EtcdHostCheck[] rows = Check("");

        Assert.Equal(before, _hosts.Select(h => h.Root("find /etc/kubernetes /var/lib/etcd /var/lib/kubelet /home /etc/systemd 2>/dev/null | sort")));
        Assert.All(_hosts, h => Assert.Equal("", h.Root("pgrep -f etcdha-preflight || ss -Hltn '( sport = 2379 or sport = 2380 )'")));
        Assert.DoesNotContain(rows, r => r.Severity == EtcdCheckSeverity.Error && r.Check != EtcdHostCheckKind.DiskLatency);
        Assert.DoesNotContain(rows, r => r.Finding.Contains("does not tell", StringComparison.Ordinal));
        Assert.Equal(3, rows.Count(r => r is { Check: EtcdHostCheckKind.DiskLatency, Value: TimeSpan }));
        Assert.Equal(12, rows.Count(r => r is { Check: EtcdHostCheckKind.Reachability, Severity: EtcdCheckSeverity.Passed }));
        Assert.Equal(_hosts.Select(h => h.Name), rows.Select(r => r.Member.Name).Distinct());
        Assert.True(_session.Run("$topology | Test-EtcdHost -StagingPath $staging -SkipDiskLatency -Quiet").RequireNoErrors().As<bool>().Single());
    }

    [LabFact]
    public void Fault01_A_host_that_is_down_is_one_row_and_the_others_have_all_of_theirs()
    {
        using IDisposable dropped = Firewall.Drop($"ip daddr {Host.Address} tcp dport 22");
        EtcdTopology topology = _session.Get<EtcdTopology>("topology").Single();
        _session.Set("topology", topology with { Ssh = topology.Ssh with { ConnectTimeout = TimeSpan.FromSeconds(3) } });

        EtcdHostCheck[] rows = Check();

        EtcdHostCheck down = Assert.Single(rows, r => r.Member.Name == Host.Name);
        Assert.Equal((EtcdHostCheckKind.Ssh, EtcdCheckSeverity.Error, "SshConnectTimeout"), (down.Check, down.Severity, down.ErrorId));
        Assert.Equal(_hosts.Count, rows.Select(r => r.Member.Name).Distinct().Count());
        Assert.All(rows.Where(r => r.Member.Name != Host.Name), r => Assert.NotEqual(EtcdCheckSeverity.Error, r.Severity));
        Assert.False(_session.Run("$topology | Test-EtcdHost -StagingPath $staging -SkipDiskLatency -Quiet").RequireNoErrors().As<bool>().Single());
    }

    [LabTheory]
    [InlineData("size=1m")]
    [InlineData("size=8g,nr_inodes=20")]
    public void Fault04_A_full_disk(string options)
    {
        using IDisposable full = Host.Plant($"mkdir -p /var/lib/etcd; mount -t tmpfs -o {options} tmpfs /var/lib/etcd", "umount /var/lib/etcd");
        Assert.Equal("/var/lib/etcd", OnlyError(EtcdHostCheckKind.DiskSpace).Target);
    }

    [LabFact]
    public void Fault05_A_read_only_directory()
    {
        using IDisposable readOnly = Host.Plant(
            "mkdir -p /etc/kubernetes/pki; mount --bind /etc/kubernetes/pki /etc/kubernetes/pki; mount -o remount,bind,ro /etc/kubernetes/pki", "umount /etc/kubernetes/pki");
        Assert.Equal("root cannot write to /etc/kubernetes/pki: Read-only file system", OnlyError(EtcdHostCheckKind.WritablePath).Finding);
    }

    [LabFact]
    public void Fault08_A_clock_ten_minutes_ahead()
    {
        using IDisposable skewed = Host.Plant("printf '#!/bin/sh\\nexec /usr/bin/date -d \"+10 minutes\" \"$@\"\\n' > /usr/local/bin/date; chmod 755 /usr/local/bin/date", "rm -f /usr/local/bin/date");
        Assert.InRange((TimeSpan)OnlyError(EtcdHostCheckKind.Clock).Value!, TimeSpan.FromSeconds(590), TimeSpan.FromSeconds(610));
    }

    [LabFact]
    public void Fault09_Data_left_by_another_cluster_is_named_with_its_ids()
    {
        using IDisposable stale = Host.Plant($"""
            mkdir -p /var/lib/etcd
            podman run -d --name stale --network host -v /var/lib/etcd:/data {Image} etcd --name infra1 --data-dir /data --listen-client-urls http://127.0.0.1:9379 --advertise-client-urls http://127.0.0.1:9379 --listen-peer-urls http://127.0.0.1:9380 >/dev/null
            for i in $(seq 50); do [ -e /var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal ] && break; sleep 0.1; done
            podman rm -f -t 5 stale >/dev/null
            """, "podman rm -f -t 0 stale >/dev/null 2>&1; rm -rf /var/lib/etcd");

        EtcdHostCheck error = OnlyError(EtcdHostCheckKind.DataDirectory);

        Assert.Equal(EtcdDataOwner.AnotherCluster, error.Value);
        Assert.Matches("holds the data of member [0-9a-f]+ of cluster [0-9a-f]+, last written .*; the topology founds cluster [0-9a-f]+", error.Finding);
    }

    [LabFact]
    public void Fault11_A_backup_in_the_manifest_folder()
    {
        using IDisposable backup = Host.Plant(
            "mkdir -p /etc/kubernetes/manifests; printf 'kind: Pod\\nmetadata:\\n  name: etcd\\n' > /etc/kubernetes/manifests/etcd.yaml.bak; echo 'kind: Pod' > /etc/kubernetes/manifests/other.yaml", "rm -rf /etc/kubernetes");
        EtcdHostCheck[] rows = Check();
        Assert.Equal(
            [(Host.Name, "/etc/kubernetes/manifests/etcd.yaml.bak", EtcdCheckSeverity.Error), (Host.Name, "/etc/kubernetes/manifests/other.yaml", EtcdCheckSeverity.Warning)],
            rows.Where(r => r is { Check: EtcdHostCheckKind.ManifestFolder, Severity: >= EtcdCheckSeverity.Warning }).Select(r => (r.Member.Name, r.Target, r.Severity)));
    }

    [LabTheory]
    [InlineData("", new[] { "infra0", "infra2" })]
    [InlineData("ip saddr 10.0.0.6", new[] { "infra0" })]
    public void Fault16_A_port_that_is_closed_in_one_direction(string from, string[] blocked)
    {
        using IDisposable closed = Host.Plant(
            $"nft 'add table ip etcdha_test; add chain ip etcdha_test in {{ type filter hook input priority 0; }}; add rule ip etcdha_test in {from} tcp dport 2380 drop'",
            "nft delete table ip etcdha_test");

        EtcdHostCheck[] rows = [.. Check().Where(r => r.Check == EtcdHostCheckKind.Reachability)];

        Assert.Equal(
            blocked.Select(member => (member, "infra1:2380", EtcdCheckSeverity.Error)),
            rows.Where(r => r.Severity != EtcdCheckSeverity.Passed).Select(r => (r.Member.Name, r.Target, r.Severity)));
        Assert.Equal(12, rows.Length);
    }

    [LabFact]
    public void Fault17_A_port_that_a_unit_holds_is_named_with_it_and_two_etcds_are_seen()
    {
        using IDisposable squatter = Host.Plant("systemd-run --quiet --collect --unit=squatter busybox nc -ll -p 2379 -e cat", "systemctl stop squatter");
        using IDisposable etcd = _hosts[2].Plant(
            $"podman run -d --name stray --network host {Image} etcd --name stray --data-dir /tmp/stray --listen-client-urls http://127.0.0.1:9379 --advertise-client-urls http://127.0.0.1:9379 --listen-peer-urls http://0.0.0.0:2380 >/dev/null; sleep 2",
            "podman rm -f -t 0 stray >/dev/null");

        EtcdHostCheck[] rows = [.. Check().Where(r => r is { Check: EtcdHostCheckKind.Port or EtcdHostCheckKind.OtherEtcd, Severity: > EtcdCheckSeverity.Passed })];

        Assert.Equal([("infra1", "2379"), ("infra2", "2380"), ("infra2", "")], rows.Select(r => (r.Member.Name, r.Target)));
        Assert.Contains("squatter.service", rows[0].Finding, StringComparison.Ordinal);
        Assert.Equal(rows[0].Value, int.Parse(Host.Root("systemctl show -p MainPID --value squatter"), System.Globalization.CultureInfo.InvariantCulture));
        Assert.Contains("name stray, data in /tmp/stray", rows[1].Finding, StringComparison.Ordinal);
    }

    [LabFact]
    public void Fault25_An_image_that_is_not_there_warns_and_passes_once_it_is_pulled()
    {
        Assert.Equal(3, Check().Count(r => r is { Check: EtcdHostCheckKind.Image, Severity: EtcdCheckSeverity.Warning }));
        using (Host.Plant(
            "cp /etc/hosts /root/hosts; echo '127.0.0.1 registry.k8s.io' >> /etc/hosts; systemd-run --quiet --collect --unit=registry busybox nc -ll -p 443 -e cat",
            "systemctl stop registry; cat /root/hosts > /etc/hosts; rm /root/hosts"))
        {
            EtcdHostCheck pullable = Assert.Single(Check(), r => r is { Check: EtcdHostCheckKind.Image, Severity: EtcdCheckSeverity.Information });
            Assert.Equal(Host.Name, pullable.Member.Name);
            Assert.Contains("registry.k8s.io:443 takes connections", pullable.Finding, StringComparison.Ordinal);
        }

        _session.Run("$topology | Install-EtcdImage -StagingPath $staging").RequireNoErrors();
        EtcdHostCheck[] images = [.. Check().Where(r => r.Check == EtcdHostCheckKind.Image)];
        Assert.All(images, r => Assert.Equal(EtcdCheckSeverity.Passed, r.Severity));
        Assert.StartsWith("sha256:", (string)Assert.Single(images.Select(r => r.Value).Distinct())!, StringComparison.Ordinal);
    }

    [LabTheory]
    [InlineData("systemctl mask kubelet", "systemctl unmask kubelet", "KubeletMasked")]
    [InlineData("mv /usr/bin/kubelet /usr/bin/kubelet.away", "mv /usr/bin/kubelet.away /usr/bin/kubelet", "KubeletProgramMissing")]
    public void Fault26_No_kubelet_to_configure(string fault, string undo, string errorId)
    {
        using IDisposable broken = Host.Plant(fault + " 2>/dev/null", undo + " 2>/dev/null");
        Assert.Equal(errorId, OnlyError(EtcdHostCheckKind.Kubelet).ErrorId);
    }

    [LabFact]
    public void Fault27_kubeadm_is_missed_only_where_it_is_to_write_the_manifest()
    {
        Assert.All(Check().Where(r => r.Check == EtcdHostCheckKind.Kubeadm), r => Assert.Equal(EtcdCheckSeverity.Information, r.Severity));
        using IDisposable other = Host.Plant("printf '#!/bin/sh\\necho v1.30.14\\n' > /usr/local/bin/kubeadm; chmod 755 /usr/local/bin/kubeadm", "rm -f /usr/local/bin/kubeadm");
        EtcdHostCheck[] rows = [.. Check("-SkipDiskLatency -Generator Kubeadm").Where(r => r.Check == EtcdHostCheckKind.Kubeadm)];
        Assert.Equal(["KubeadmMissing", null, "KubeadmMissing"], rows.Select(r => r.ErrorId));
        Assert.Equal((EtcdCheckSeverity.Warning, "v1.30.14"), (rows[1].Severity, rows[1].Value));
    }

    private EtcdHostCheck[] Check(string parameters = "-SkipDiskLatency")
        => [.. _session.Run($"$topology | Test-EtcdHost -StagingPath $staging {parameters}").RequireNoErrors().As<EtcdHostCheck>()];

    // What is made on one host is an error there, and nowhere else.
    private EtcdHostCheck OnlyError(EtcdHostCheckKind check)
    {
        EtcdHostCheck error = Assert.Single(Check(), r => r.Severity == EtcdCheckSeverity.Error);
        Assert.Equal((Host.Name, check), (error.Member.Name, error.Check));
        Assert.NotEmpty(error.Remedy);
        return error;
    }
}
