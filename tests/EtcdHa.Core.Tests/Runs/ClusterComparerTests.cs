using EtcdHa.Core.Planning;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Hosts;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>A host that is right but for what a test does to it, compared for real. No etcd runs on it.</summary>
[Collection(KubeletPort.Users)]
public sealed class ClusterComparerTests
{
    private const string NotRunning = "Process etcd: not running";

    [Fact]
    public async Task A_host_as_the_topology_wants_it_differs_in_nothing_but_that_no_etcd_runs_and_comparing_writes_nothing()
    {
        await using TestCluster cluster = await BuiltAsync();
        string before = cluster.Host.Snapshot();

        Assert.Equal([NotRunning], await CompareAsync(cluster));
        Assert.Equal(before, cluster.Host.Snapshot());
    }

    [Fact]
    public async Task Owners_modes_and_files_that_lack_are_told_with_both_values()
    {
        await using TestCluster cluster = await BuiltAsync();
        TestHost.Run("chmod", "644", cluster.Host["/etc/kubernetes/pki/etcd/server.key"]);
        TestHost.Run("chown", "1000:1000", cluster.Host["/etc/kubernetes/pki/etcd/ca.crt"]);
        File.Delete(cluster.Host["/etc/kubernetes/pki/etcd/peer.crt"]);
        TestHost.Run("chmod", "755", cluster.Host[cluster.Topology.DataDirectory]);

        IReadOnlyList<string> rows = await CompareAsync(cluster);

        Assert.Contains("Mode /etc/kubernetes/pki/etcd/server.key: 0644, expected 0600", rows);
        Assert.Contains("Owner /etc/kubernetes/pki/etcd/ca.crt: ubuntu:ubuntu, expected root:root", rows);
        Assert.Contains("File /etc/kubernetes/pki/etcd/peer.crt: not there, expected a file", rows);
        Assert.Contains($"Mode {cluster.Topology.DataDirectory}: 0755, expected 0700", rows);
    }

    [Fact]
    public async Task Flags_and_image_of_the_manifest_are_named_and_other_differences_shown()
    {
        await using TestCluster cluster = await BuiltAsync();
        string manifest = cluster.Host.Read(MemberSteps.ManifestPath);
        cluster.Host.Write(
            MemberSteps.ManifestPath,
            manifest.Replace("--snapshot-count=10000", "--snapshot-count=5", StringComparison.Ordinal).Replace("registry.k8s.io/etcd", "registry.example/etcd", StringComparison.Ordinal),
            "600");

        Assert.Equal(
            ["Image image: registry.example/etcd:3.6.8-0, expected registry.k8s.io/etcd:3.6.8-0", "ManifestFlag --snapshot-count: 5, expected 10000", NotRunning],
            await CompareAsync(cluster));

        cluster.Host.Write(MemberSteps.ManifestPath, manifest.Replace("hostNetwork: true", "hostNetwork: false", StringComparison.Ordinal), "600");
        Assert.Contains("Manifest /etc/kubernetes/manifests/etcd.yaml: ", (await CompareAsync(cluster))[0], StringComparison.Ordinal);

        cluster.Host.Write(MemberSteps.ManifestPath, "not a pod\n", "600");
        Assert.Equal("Manifest /etc/kubernetes/manifests/etcd.yaml: not such a manifest, expected a pod that runs etcd", (await CompareAsync(cluster))[0]);
    }

    [Fact]
    public async Task A_certificate_is_judged_by_what_it_says_also_without_a_staging_folder()
    {
        await using TestCluster cluster = await BuiltAsync();
        Directory.Delete(cluster.StagingPath, recursive: true);
        cluster.Topology = cluster.Topology with { Members = [cluster.Member with { ServerCertSan = ["db.example"] }] };

        IReadOnlyList<string> rows = await CompareAsync(cluster);

        Assert.Contains(rows, r => r.StartsWith("Certificate /etc/kubernetes/pki/etcd/server.crt: ", StringComparison.Ordinal) && r.Contains("db.example", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Another_CA_and_a_key_of_another_certificate_are_told()
    {
        await using TestCluster cluster = await BuiltAsync();
        cluster.Host.Write("/etc/kubernetes/pki/etcd/peer.key", cluster.Host.Read("/etc/kubernetes/pki/etcd/server.key"), "600");
        File.Copy(cluster.Host["/etc/kubernetes/pki/etcd/server.crt"], cluster.Host["/etc/kubernetes/pki/etcd/ca.crt"], overwrite: true);

        IReadOnlyList<string> rows = await CompareAsync(cluster);

        Assert.Contains(rows, r => r.StartsWith("Key /etc/kubernetes/pki/etcd/peer.key: belongs to another certificate", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.StartsWith("Certificate /etc/kubernetes/pki/etcd/ca.crt: it is not a certificate authority", StringComparison.Ordinal));
        Assert.Contains(rows, r => r.Contains("another CA than the staging folder's", StringComparison.Ordinal));
        Assert.DoesNotContain(rows, r => r.Contains("PRIVATE", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Foreign_files_are_warnings_but_a_CA_key_where_it_must_not_be_is_an_error()
    {
        await using TestCluster cluster = await BuiltAsync();
        cluster.Host.Write("/etc/kubernetes/manifests/etcd.yaml.bak", "x\n");
        cluster.Host.Write("/etc/kubernetes/pki/etcd/notes.txt", "x\n");

        IReadOnlyList<EtcdDifference> rows = await RowsAsync(cluster, new EtcdPlanSettings { ExcludeCaKey = true });

        EtcdDifference[] foreign = [.. rows.Where(r => r.Kind == EtcdDifferenceKind.ForeignFile)];
        Assert.Equal(
            [("/etc/kubernetes/manifests/etcd.yaml.bak", EtcdCheckSeverity.Warning), ("/etc/kubernetes/pki/etcd/ca.key", EtcdCheckSeverity.Error), ("/etc/kubernetes/pki/etcd/notes.txt", EtcdCheckSeverity.Warning)],
            foreign.Select(r => (r.Target, r.Severity)).Order());
    }

    [Fact]
    public async Task A_kubelet_that_does_not_run_and_a_drop_in_that_was_changed_are_told()
    {
        await using TestCluster cluster = await BuiltAsync();
        cluster.Host.Write("/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf", "[Service]\n");
        cluster.Host.Unit(active: "failed", sub: "failed");

        IReadOnlyList<string> rows = await CompareAsync(cluster);

        Assert.StartsWith("File /etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf: sha256 ", rows[0], StringComparison.Ordinal);
        Assert.Equal("Kubelet kubelet.service: configuration changed, expected running with its configuration", rows[1]);
    }

    [Fact]
    public async Task A_host_without_a_kubelet_is_a_row()
    {
        await using TestCluster cluster = await BuiltAsync();
        cluster.Host.Unit(load: "not-found", active: "inactive", sub: "dead", file: "");

        Assert.Contains("there is no kubelet.service", (await CompareAsync(cluster))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_the_members_tell_is_a_row_of_the_member()
    {
        await using TestCluster cluster = await BuiltAsync();
        await using var hosts = cluster.Connections();
        IReadOnlyList<EtcdDifference> rows = await new ClusterComparer(hosts, new FakeHealth { IsHealthy = (_, _) => false }, 4, TimeProvider.System)
            .CompareAsync(cluster.Request(), cluster.Events, TestContext.Current.CancellationToken);

        EtcdDifference row = Assert.Single(rows, r => r.Kind == EtcdDifferenceKind.Membership);
        Assert.Equal(("infra0", "healthy", "down"), (row.Member.Name, row.Expected, row.Actual));
    }

    private static async Task<TestCluster> BuiltAsync()
    {
        TestCluster cluster = await TestCluster.CreateAsync();
        cluster.Topology = (await cluster.RunAsync(await cluster.PlanAsync())).Topology;
        StagedTopology.RequireToken(cluster.Topology);
        return cluster;
    }

    private static async Task<IReadOnlyList<EtcdDifference>> RowsAsync(TestCluster cluster, EtcdPlanSettings? settings = null)
    {
        await using ClusterHosts hosts = cluster.Connections();
        IReadOnlyList<EtcdDifference> rows = await new ClusterComparer(hosts, null, 4, TimeProvider.System)
            .CompareAsync(cluster.Request(settings), cluster.Events, TestContext.Current.CancellationToken);
        Assert.Empty(cluster.Failures);
        return rows;
    }

    private static async Task<IReadOnlyList<string>> CompareAsync(TestCluster cluster) =>
    [
        .. (await RowsAsync(cluster)).Select(r => r.Kind == EtcdDifferenceKind.Process ? $"{r.Kind} {r.Target}: {r.Actual}" : r.ToString()["infra0: ".Length..]),
    ];
}
