using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Tests.Hosts;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>Plans of a host that is really looked at.</summary>
[Collection(KubeletPort.Users)]
public sealed class ClusterPlannerTests
{
    [Fact]
    public async Task A_fresh_host_needs_everything_and_planning_writes_nothing_anywhere_in_one_round_trip()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        string before = cluster.Host.Snapshot();

        EtcdPlan plan = await cluster.PlanAsync();

        Assert.Equal(before, cluster.Host.Snapshot());
        Assert.False(Directory.Exists(cluster.StagingPath));
        Assert.Single(cluster.Host.Traffic);
        Assert.Empty(cluster.Host.SystemctlCalls);
        Assert.Equal(Enumerable.Range(1, plan.Step.Count), plan.Step.Select(s => s.Number));
        Assert.Equal(plan.Step.OrderBy(s => s.Phase).ToArray(), plan.Step);
        Assert.Equal(
            ["Write the topology", "Write kubeadmcfg.yaml", "Create certificate authority", "Create certificates of infra0"],
            plan.Step.Where(s => s.Phase == EtcdPlanPhase.Workstation).Select(s => s.Action));
        EtcdPlanStep key = plan.Step.Single(s => s.Target == "/etc/kubernetes/pki/etcd/ca.key");
        Assert.Equal((null, null, "0600", "root:root"), (key.Before, key.After.Sha256, key.After.Mode, key.After.Owner));
        EtcdPlanStep manifest = plan.Step[^1];
        Assert.Equal((MemberSteps.ManifestPath, EtcdChange.Created, false), (manifest.Target, manifest.Change, manifest.RestartsEtcd));
        Assert.Equal("etcd on infra0 starts; 0 of 1 run, quorum 1", manifest.QuorumEffect);
        Assert.Equal("kubelet.service", plan.Step.Single(s => s.Change == EtcdChange.Restarted).RestartsUnit);
        Assert.Matches(@"^Plan: \d+ to create, 1 kubelet restart on 1 host; no member runs yet\.$", plan.Summary);
    }

    [Fact]
    public async Task The_single_steps_leave_nothing_to_plan()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();

        await TakeSingleStepsAsync(cluster);
        EtcdPlan plan = await cluster.PlanAsync();

        Assert.Empty(plan.Step);
        Assert.Equal("No changes: 1 host and the staging folder are as the topology wants them.", plan.Summary);
    }

    [Fact]
    public async Task What_was_changed_on_the_host_is_a_step_with_before_after_reason_and_difference()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await TakeSingleStepsAsync(cluster);
        string manifest = cluster.Host.Read(MemberSteps.ManifestPath);
        cluster.Host.Write(MemberSteps.ManifestPath, manifest.Replace("--snapshot-count=10000", "--snapshot-count=5", StringComparison.Ordinal), "600");
        cluster.Host.Write("/etc/kubernetes/pki/etcd/server.key", cluster.Host.Read("/etc/kubernetes/pki/etcd/server.key"), "644");

        EtcdPlan plan = await cluster.PlanAsync();

        Assert.Equal(2, plan.Step.Count);
        (EtcdPlanStep key, EtcdPlanStep pod) = (plan.Step[0], plan.Step[1]);
        Assert.Equal(("mode 0644, wanted 0600", "0644", "0600", ""), (key.Reason, key.Before!.Mode, key.After.Mode, key.Diff));
        Assert.Equal(key.Before.Sha256, key.After.Sha256);
        Assert.Equal(("content differs", Sha256(manifest)), (pod.Reason, pod.After.Sha256));
        Assert.Contains("-    - --snapshot-count=5\n+    - --snapshot-count=10000\n", pod.Diff, StringComparison.Ordinal);
    }

    [Fact]
    public async Task No_key_and_no_certificate_is_in_a_plan_or_its_text()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await TakeSingleStepsAsync(cluster);
        foreach (string file in Directory.EnumerateFiles(cluster.Host["/etc/kubernetes/pki"], "*", SearchOption.AllDirectories).Where(f => !f.EndsWith("ca.crt", StringComparison.Ordinal)))
        {
            await File.AppendAllTextAsync(file, "-----BEGIN PRIVATE KEY-----\nMC4CAQAwBQYDK2VwBCIEIAAAAAAAAAAA\n", TestContext.Current.CancellationToken);
        }

        EtcdPlan plan = await cluster.PlanAsync();

        Assert.Equal(9, plan.Step.Count);
        string shown = PlanText.Of(plan) + string.Join('\n', plan.Step);
        Assert.DoesNotContain("BEGIN", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("MC4CAQ", shown, StringComparison.Ordinal);
        Assert.All(plan.Step, s => Assert.Equal("", s.Diff));
    }

    [Fact]
    public async Task Certificates_that_are_wrong_in_the_staging_folder_are_refused_before_a_host_is_connected_to()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await TakeSingleStepsAsync(cluster);
        cluster.Topology = cluster.Topology with { Members = [cluster.Member with { ServerCertSan = ["other.example"] }] };
        int before = cluster.Host.Traffic.Count;

        EtcdCertificateException error = await Assert.ThrowsAsync<EtcdCertificateException>(() => cluster.TryPlanAsync());

        Assert.Equal("CertificateSetWrong", error.ErrorId);
        Assert.Equal(before, cluster.Host.Traffic.Count);
    }

    [Fact]
    public async Task A_host_with_another_authority_has_no_plan()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await TakeSingleStepsAsync(cluster);
        cluster.Host.Write("/etc/kubernetes/pki/etcd/ca.crt", "another\n");

        Assert.Null(await cluster.TryPlanAsync());

        Assert.Equal("HostAuthorityDiffers", Assert.IsType<EtcdHostException>(cluster.Failures[cluster.Member]).ErrorId);
    }

    // The wrong folder, or a lost one: certificates of a new CA would end the cluster that runs.
    [Fact]
    public async Task Fault14_A_host_with_an_authority_has_no_plan_from_a_staging_folder_without_one()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await TakeSingleStepsAsync(cluster);
        Directory.Delete(cluster.StagingPath, recursive: true);

        Assert.Null(await cluster.TryPlanAsync());

        EtcdHostException error = Assert.IsType<EtcdHostException>(cluster.Failures[cluster.Member]);
        Assert.Equal("HostAuthorityUnknown", error.ErrorId);
        Assert.Contains(cluster.StagingPath, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_host_has_the_same_state_hash_and_another_one_when_anything_differs()
    {
        await using TestCluster cluster = await TestCluster.CreateAsync();
        await TakeSingleStepsAsync(cluster);

        string first = (await cluster.PlanAsync()).Host[0].StateSha256;
        Assert.Equal(first, (await cluster.PlanAsync()).Host[0].StateSha256);
        cluster.Host.Write("/etc/kubernetes/pki/etcd/peer.crt", cluster.Host.Read("/etc/kubernetes/pki/etcd/peer.crt"), "600");
        Assert.NotEqual(first, (await cluster.PlanAsync()).Host[0].StateSha256);
    }

    // What New-EtcdKubeadmConfig, New-EtcdCertificateSet, Install-EtcdKubeletService, Copy-EtcdMemberFiles and Install-EtcdStaticPod do.
    internal static async Task TakeSingleStepsAsync(TestCluster cluster)
    {
        CancellationToken token = TestContext.Current.CancellationToken;
        EtcdTopology topology = StagedTopology.WithToken(cluster.Topology, RandomNumberGenerator.GetBytes);
        cluster.Topology = topology;
        DateTimeOffset now = DateTimeOffset.UtcNow;
        var folder = new StagingFolder(cluster.StagingPath);
        StagedTopology.Write(topology, cluster.StagingPath);
        folder.WriteKubeadmConfig(cluster.Member, KubeadmConfigWriter.Write(topology, cluster.Member));
        await folder.EnsureAuthorityAsync(topology, now, token);
        await folder.EnsureCertificateSetAsync(topology, cluster.Member, now, CertificateReplacement.None, token);
        (IReadOnlyList<StagedFile> pki, string config) = StagedMember.Read(cluster.StagingPath, cluster.Member, includeCaKey: true);
        HostSession session = cluster.Host.Session;
        await KubeletInstaller.InstallAsync(session, topology, cluster.Member, new KubeletOptions(), TimeSpan.FromSeconds(2), OperationLog.Silent, token);
        await MemberFilesCopier.CopyAsync(session, topology, cluster.Member, cluster.StagingPath, pki, config, false, OperationLog.Silent, token);
        await StaticPodInstaller.InstallAsync(
            session, topology, cluster.Member, StagedMember.Expect(cluster.StagingPath, cluster.Member, false), EtcdManifestGenerator.Native, now, OperationLog.Silent, token);
        Assert.Equal(EtcdManifest.Write(topology, cluster.Member), cluster.Host.Read(MemberSteps.ManifestPath));
        Assert.Equal(9, KubeadmCertificates.FilesOf(true).Count(n => n != KubeadmCertificates.AuthorityCertificateFile));
    }

    private static string Sha256(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
}
