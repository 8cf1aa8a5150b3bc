using System.Text;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Reporting;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Tests.Hosts;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>Reports of a host that is really looked at.</summary>
[Collection(KubeletPort.Users)]
public sealed class ClusterReporterTests
{
    private const string Pki = "/etc/kubernetes/pki/";
    private const string DropIn = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";

    [Fact]
    public async Task A_host_as_the_steps_left_it_is_right_in_every_row_and_the_look_changes_nothing()
    {
        await using TestCluster cluster = await BuiltAsync();
        InstallCrictl(cluster.Host);
        cluster.Host.Write("/etc/os-release", "NAME=\"Test\"\nPRETTY_NAME=\"Test OS 1 <b>\"\n");
        string before = cluster.Host.Snapshot();

        ClusterReport report = await ReportAsync(cluster);

        Assert.Equal(before, cluster.Host.Snapshot());
        Assert.Empty(cluster.Failures);
        Assert.DoesNotContain(report.Summary.Findings, f => f.Member is not null);
        Assert.All(report.Files, f => Assert.True(f.Right, $"{f.Path}: {string.Join("; ", f.Findings)}"));
        Assert.Equal((0, null), (report.Summary.PendingChanges, report.Summary.PendingProblem));
        Assert.Equal(
            ["etcd/ca", "etcd/server", "etcd/peer", "etcd/healthcheck-client", "apiserver-etcd-client"], report.Certificates.Select(c => c.Name));
        Assert.Equal(("CN=infra0", "CN=etcd-ca"), (report.Certificates[1].Subject, report.Certificates[1].Issuer));
        Assert.Contains("10.0.0.6", report.Certificates[1].SubjectAlternativeNames);
        foreach (string path in (string[])[cluster.Topology.DataDirectory, MemberSteps.ManifestPath, Pki + "etcd/ca.key", "/etc/kubernetes/kubelet-etcd.yaml", DropIn])
        {
            Assert.Contains(report.Files, f => f.Path == path);
        }

        ReportHost host = Assert.Single(report.Members).Host;
        Assert.Equal(("v1.36.3", "active (running)"), (host.KubeletVersion, host.KubeletState));
        Assert.Equal(("registry.k8s.io/etcd:3.6.8-0", "sha256:" + new string('e', 64), "crictl"), (host.Image, host.ImageDigest, host.ImageTool));
        Assert.Equal("Test OS 1 <b>", host.OperatingSystem);
        Assert.False(string.IsNullOrEmpty(host.Kernel) || string.IsNullOrEmpty(host.HostName));
    }

    [Fact]
    public async Task No_private_key_comes_from_the_host_or_goes_into_the_report()
    {
        await using TestCluster cluster = await BuiltAsync();
        int built = cluster.Host.Traffic.Count;

        ClusterReport report = await ReportAsync(cluster);

        string[] keys = [.. Directory.EnumerateFiles(cluster.StagingPath, "*.key", SearchOption.AllDirectories)];
        string seen = ReportJson.Write(report) + ReportHtml.Write(report)
            + string.Concat(cluster.Host.Traffic.Skip(built).Select(t => Encoding.UTF8.GetString(t.Result!.Output.Span)));
        Assert.Equal(5, keys.Length);
        Assert.All(keys, key => Assert.All(KeyMaterial.Of(File.ReadAllText(key)), secret => Assert.DoesNotContain(secret, seen, StringComparison.OrdinalIgnoreCase)));
    }

    [Fact]
    public async Task What_was_changed_on_the_host_is_wrong_in_its_row_and_a_change_that_is_needed()
    {
        await using TestCluster cluster = await BuiltAsync();
        cluster.Host.Write(MemberSteps.ManifestPath, "spec:\n  containers:\n  - image: registry.example/etcd:1\n", "600");
        cluster.Host.Write(DropIn, "[Service]\n", "600");
        cluster.Host.Unit(active: "failed", sub: "failed");

        ClusterReport report = await ReportAsync(cluster);

        Assert.Equal(["content differs"], Row(report, MemberSteps.ManifestPath).Findings);
        Assert.Equal(["content differs; mode 0600, wanted 0644"], Row(report, DropIn).Findings);
        Assert.False(Row(report, MemberSteps.KubeletUnit).Right);
        Assert.Equal(3, report.Summary.PendingChanges);
        Assert.Equal(3, report.Plan!.Steps.Count);
        Assert.Contains(report.Summary.Findings, f => f is { Member: "infra0", Text: "the kubelet is failed (failed)" });
        Assert.Contains(report.Summary.Findings, f => f.Text.StartsWith("the manifest names registry.example/etcd:1", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Without_the_staging_folder_the_host_is_judged_by_its_own_CA_and_changes_are_not_known()
    {
        await using TestCluster cluster = await BuiltAsync();
        Directory.Delete(cluster.StagingPath, recursive: true);

        ClusterReport report = await ReportAsync(cluster);

        Assert.All(report.Files, f => Assert.True(f.Right, $"{f.Path}: {string.Join("; ", f.Findings)}"));
        Assert.Null(report.Summary.PendingChanges);
        Assert.Contains("no staging folder", report.Summary.PendingProblem, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_host_whose_kubelet_is_gone_is_a_row_that_says_so_and_a_program_for_images_that_hangs_costs_the_digest_only()
    {
        await using TestCluster cluster = await BuiltAsync();
        cluster.Host.Install("crictl", "[ \"$1\" != images ] || exit 3");
        cluster.Host.Unit(load: "not-found", active: "inactive", sub: "dead", file: "");

        ClusterReport report = await ReportAsync(cluster);

        Assert.Contains("no kubelet", Assert.Single(Row(report, MemberSteps.KubeletUnit).Findings), StringComparison.OrdinalIgnoreCase);
        Assert.Equal("not-found", report.Members[0].Host.KubeletState);
        Assert.Null(report.Members[0].Host.ImageDigest);
        Assert.NotNull(report.Summary.PendingProblem);
    }

    private static ReportFile Row(ClusterReport report, string path) => report.Files.Single(f => f.Path == path);

    private static async Task<TestCluster> BuiltAsync()
    {
        TestCluster cluster = await TestCluster.CreateAsync();
        await ClusterPlannerTests.TakeSingleStepsAsync(cluster);

        // The process that stands for the restarted kubelet is older than the files.
        Assert.Equal(0, TestHost.Run("touch", "-d", "1 hour ago", cluster.Host[DropIn], cluster.Host["/etc/kubernetes/kubelet-etcd.yaml"]));
        return cluster;
    }

    private static void InstallCrictl(TestHost host) => host.Install("crictl", $"case $* in *images*) echo sha256:{new string('e', 64)} ;; version) printf 'RuntimeVersion:  2.0.5\\n' ;; esac");

    private static Task<ClusterReport> ReportAsync(TestCluster cluster) => new ClusterReporter(cluster.Hosts, 4, TimeProvider.System).MakeAsync(
        cluster.Request(), null, null, "not asked here", new ReportOrigin(default, "ada", "ws1", "1.2.3"), cluster.Events, TestContext.Current.CancellationToken);
}
