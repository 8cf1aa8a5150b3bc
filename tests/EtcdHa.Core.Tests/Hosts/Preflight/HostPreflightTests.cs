using System.Net;
using System.Net.Sockets;
using EtcdHa.Core.Tests.Hosts.DataDirectory;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>One host, and every fault of it that can be made here for real.</summary>
public sealed class HostPreflightTests : PreflightTest
{
    public static TheoryData<string> Shells => ["/usr/bin/dash", "/usr/bin/bash", "/usr/bin/busybox"];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Every_check_has_its_answer_in_four_round_trips_and_nothing_is_left_on_the_host(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        EtcdTopology cluster = NewCluster();
        string[] before = Paths(host);

        IReadOnlyList<EtcdHostCheck> rows = await RunAsync(cluster, new(), null, Host(cluster, 0, host));

        Assert.Equal(before, Paths(host));
        Assert.Equal(4, host.Traffic.Count);
        Assert.DoesNotContain(rows, r => r.Finding.Contains("does not tell", StringComparison.Ordinal));
        Assert.Equal(
            Enum.GetValues<EtcdHostCheckKind>().Except([EtcdHostCheckKind.Reachability, EtcdHostCheckKind.KubeletVersion, EtcdHostCheckKind.CgroupDriver]),
            rows.Select(r => r.Check).Distinct().Order());
        Assert.All(rows, r => Assert.Equal((TestHost.HostName, "infra0"), (r.HostName, r.Member.Name)));
        Assert.Equal(rows.Select(r => r.Severity).OrderDescending(), rows.Select(r => r.Severity));
        Assert.InRange((TimeSpan)Of(rows, EtcdHostCheckKind.DiskLatency).Single().Value!, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(20));
        Assert.Equal("KubeletProgramMissing", Of(rows, EtcdHostCheckKind.Kubelet).Single().ErrorId);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Fault05_A_read_only_etc_is_named_by_its_path_and_the_others_pass(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        Directory.CreateDirectory(host["/etc/kubernetes/manifests"]);
        host.Around("mount -o remount,bind,ro /etc");
        EtcdTopology cluster = NewCluster();

        EtcdHostCheck[] rows = Of(await RunAsync(cluster, null, null, Host(cluster, 0, host)), EtcdHostCheckKind.WritablePath);

        Assert.Equal(
            [
                "root cannot write to /etc/kubernetes: Read-only file system", "root cannot write to /etc/kubernetes/pki: Read-only file system",
                "root cannot write to /etc/systemd/system/kubelet.service.d: Read-only file system", "root cannot write to /etc/kubernetes/manifests: Read-only file system",
            ],
            rows.Where(r => r.Severity == EtcdCheckSeverity.Error).Select(r => r.Finding));
        Assert.Equal(
            [host.HomeOfUser, "/var/lib/etcd", "/var/lib/kubelet"], rows.Where(r => r.Severity == EtcdCheckSeverity.Passed).Select(r => r.Target));
    }

    [Theory]
    [InlineData("size=2m", "/var/lib/etcd has 2 MiB")]
    [InlineData("size=8g,nr_inodes=20", "/var/lib/etcd has 8 GiB and 19 inodes free; 128 MiB and 50 inodes are the least")]
    public async Task Fault04_A_full_disk_is_found_by_bytes_and_by_inodes(string options, string finding)
    {
        await using TestHost host = await TestHost.CreateAsync();
        Directory.CreateDirectory(host["/var/lib/etcd"]);
        host.Around($"mount -t tmpfs -o {options} tmpfs /var/lib/etcd");
        EtcdTopology cluster = NewCluster();

        EtcdHostCheck row = Of(await RunAsync(cluster, null, null, Host(cluster, 0, host)), EtcdHostCheckKind.DiskSpace).Single(r => r.Severity == EtcdCheckSeverity.Error);

        Assert.StartsWith(finding, row.Finding, StringComparison.Ordinal);
        Assert.Equal("/var/lib/etcd", row.Target);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Fault17_A_port_in_use_names_the_process_and_is_left_alone(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        EtcdTopology cluster = NewCluster();
        using var listener = new TcpListener(IPAddress.Any, cluster.PeerPort);
        listener.Start();

        EtcdHostCheck[] rows = Of(await RunAsync(cluster, null, null, Host(cluster, 0, host)), EtcdHostCheckKind.Port);

        EtcdHostCheck held = Assert.Single(rows, r => r.Severity == EtcdCheckSeverity.Error);
        Assert.Contains($"the peer port {cluster.PeerPort} is held by ", held.Finding, StringComparison.Ordinal);
        Assert.Contains($"(process {Environment.ProcessId}", held.Finding, StringComparison.Ordinal);
        Assert.Equal(Environment.ProcessId, held.Value);
        Assert.False(listener.Pending());
        Assert.False(Listens(cluster.Members[0].Address, cluster.ClientPort), "the listener on the other port is still there");
    }

    [Fact]
    public async Task Fault17_Without_ss_a_port_in_use_is_found_all_the_same()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Around("for ss in /usr/bin/ss /bin/ss; do [ ! -e $ss ] || mount --bind /dev/null $ss; done");
        EtcdTopology cluster = NewCluster();
        using var listener = new TcpListener(IPAddress.Any, cluster.PeerPort);
        listener.Start();

        Assert.Contains(await RunAsync(cluster, null, null, Host(cluster, 0, host)), r => r.Check == EtcdHostCheckKind.Port
            && r.Finding == $"the peer port {cluster.PeerPort} is in use; the host does not tell by which process");
    }

    [Fact]
    public async Task Fault09_The_data_of_another_cluster_is_an_error_that_says_whose_it_is()
    {
        await using TestHost host = await TestHost.CreateAsync();
        Directory.CreateDirectory(host["/var/lib/etcd/member/wal"]);
        File.WriteAllBytes(host["/var/lib/etcd/member/wal/0000000000000000-0000000000000000.wal"], WalBytes.Head);
        EtcdTopology cluster = NewCluster();

        EtcdHostCheck row = Of(await RunAsync(cluster, null, null, Host(cluster, 0, host)), EtcdHostCheckKind.DataDirectory).Single();

        Assert.Equal((EtcdCheckSeverity.Error, (object?)EtcdDataOwner.AnotherCluster), (row.Severity, row.Value));
        Assert.Contains("member a19ddf3ef9f38b65 of cluster 8d971f096edb4c69", row.Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault14_The_ca_of_another_cluster_is_an_error_and_missing_files_beside_it_a_warning()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write("/etc/kubernetes/pki/etcd/ca.crt", Make.Authority().CertificatePem);
        EtcdTopology cluster = NewCluster();

        EtcdHostCheck[] rows = Of(
            await RunAsync(cluster, null, null, Host(cluster, 0, host, NoStaging with { AuthoritySha256 = "ab" })), EtcdHostCheckKind.Certificates);

        Assert.Contains(rows, r => (r.Severity, r.Finding) == (EtcdCheckSeverity.Error, "another CA than the staging folder's: etcd/ca.crt"));
        Assert.Contains(rows, r => r.Severity == EtcdCheckSeverity.Warning && r.Finding.StartsWith("not there: ", StringComparison.Ordinal) && r.Finding.Contains("etcd/server.key", StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Fault11_Foreign_files_in_the_manifest_folder_are_told_apart(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);
        EtcdTopology cluster = NewCluster();
        string own = Core.StaticPods.EtcdManifest.Write(cluster, cluster.Members[0]);
        host.Write("/etc/kubernetes/manifests/etcd.yaml", own[..100]);
        host.Write("/etc/kubernetes/manifests/etcd.yaml.bak", own);
        host.Write("/etc/kubernetes/manifests/other.yaml", "kind: Pod\n");
        host.Write("/etc/kubernetes/manifests/.hidden", own);

        IReadOnlyList<EtcdHostCheck> rows = await RunAsync(cluster, null, null, Host(cluster, 0, host));

        Assert.Equal((EtcdCheckSeverity.Warning, "there, and not what the topology makes"), Of(rows, EtcdHostCheckKind.Manifest).Select(r => (r.Severity, r.Finding)).Single());
        Assert.Equal(
            [(EtcdCheckSeverity.Error, "/etc/kubernetes/manifests/etcd.yaml.bak"), (EtcdCheckSeverity.Warning, "/etc/kubernetes/manifests/other.yaml")],
            Of(rows, EtcdHostCheckKind.ManifestFolder).Select(r => (r.Severity, r.Target)));
    }
}
