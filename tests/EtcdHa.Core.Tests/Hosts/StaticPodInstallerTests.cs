using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>The manifest really placed.</summary>
public sealed class StaticPodInstallerTests
{
    private readonly List<string> _warnings = [];

    [Fact]
    public async Task The_manifest_is_placed_and_the_data_directory_made_and_a_second_run_touches_nothing()
    {
        await using TestHost host = await TestHost.CreateAsync();

        EtcdStaticPod first = await InstallAsync(host);
        string before = host.Snapshot();
        EtcdStaticPod second = await InstallAsync(host);

        Assert.Equal((EtcdChange.Created, EtcdChange.Unchanged), (first.Status, second.Status));
        Assert.Equal(before, host.Snapshot());
        Assert.Equal(EtcdManifest.Write(Samples.Page(), Samples.Page().Members[0]), host.Read(MemberSteps.ManifestPath));
        Assert.Equal("0:0 600 regular file", host.Stat(MemberSteps.ManifestPath));
        Assert.Equal("0:0 700 directory", host.Stat("/etc/kubernetes/manifests"));
        Assert.Equal("0:0 700 directory", host.Stat("/var/lib/etcd"));
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task The_manifest_folder_never_holds_anything_but_the_manifest()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Install("mv", "case $* in *etcd.yaml) ls -A /etc/kubernetes/manifests > /etc/listing ;; esac; exec /usr/bin/mv \"$@\"");

        await InstallAsync(host);

        Assert.Equal("", host.Read("/etc/listing"));
        Assert.Equal(["etcd.yaml"], Directory.GetFileSystemEntries(host["/etc/kubernetes/manifests"]).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Other_files_in_the_manifest_folder_are_a_warning_also_links()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write("/etc/kubernetes/manifests/etcd.yaml.bak", "");
        Directory.CreateDirectory(host["/etc/kubernetes/manifests/folder"]);
        File.CreateSymbolicLink(host["/etc/kubernetes/manifests/link"], "/etc/passwd");

        await InstallAsync(host);

        string warning = Assert.Single(_warnings);
        Assert.StartsWith($"{TestHost.HostName}: the kubelet runs every file in the manifest folder, also /etc/kubernetes/manifests/", warning, StringComparison.Ordinal);
        Assert.Contains("/etc/kubernetes/manifests/etcd.yaml.bak", warning, StringComparison.Ordinal);
        Assert.Contains("/etc/kubernetes/manifests/link", warning, StringComparison.Ordinal);
        Assert.DoesNotContain("folder/", warning, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_kubelet_that_does_not_run_is_a_warning()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Unit(active: "activating", sub: "auto-restart");

        await InstallAsync(host);

        Assert.Equal([$"{TestHost.HostName}: the kubelet is not running; etcd starts once it is (Install-EtcdKubeletService)."], _warnings);
    }

    [Fact]
    public async Task Wrong_files_are_named_and_the_manifest_is_not_placed()
    {
        await using TestHost host = await TestHost.CreateAsync();
        var expected = new ExpectedFiles(null, false, null, null, new Dictionary<string, StagedKey>());

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, expected));

        Assert.Equal("MemberFilesWrong", error.ErrorId);
        Assert.Contains($"the manifest was not placed: not there: {host.HomeOfUser}/kubeadmcfg.yaml, /etc/kubernetes/pki, ", error.Message, StringComparison.Ordinal);
        Assert.False(Directory.Exists(host["/etc/kubernetes"]));
    }

    [Fact]
    public async Task Kubeadm_writes_the_manifest_from_the_copied_configuration()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write("~/kubeadmcfg.yaml", "configuration\n");
        host.Install("kubeadm", """
            [ "$1" = version ] && { echo v1.36.3; exit; }
            [ "$*" = "init phase etcd local --config=$(getent passwd ubuntu | cut -d: -f6)/kubeadmcfg.yaml" ] || exit 9
            cp "${5#--config=}" /etc/kubernetes/manifests/etcd.yaml
            """);

        EtcdStaticPod first = await InstallAsync(host, generator: EtcdManifestGenerator.Kubeadm);
        EtcdStaticPod second = await InstallAsync(host, generator: EtcdManifestGenerator.Kubeadm);

        Assert.Equal((EtcdChange.Created, EtcdChange.Unchanged), (first.Status, second.Status));
        Assert.Equal("configuration\n", host.Read(MemberSteps.ManifestPath));
        Assert.Equal("kubeadm v1.36.3 init phase etcd local", first.Steps[^1].Reason);
        Assert.Equal(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.UTF8.GetBytes("configuration\n"))).ToLowerInvariant(), first.Steps[^1].Sha256);
    }

    [Theory]
    [InlineData(null, true, "KubeadmMissing", "there is no kubeadm.")]
    [InlineData("exit 0", false, "KubeadmConfigMissing", "~/kubeadmcfg.yaml is not there.")]
    [InlineData("[ $1 = version ] && { echo v1.28.1; exit; }; echo W: old >&2; echo 'no kind \"ClusterConfiguration\" is registered' >&2; exit 3", true, "KubeadmFailed", "kubeadm v1.28.1 could not write the manifest for Kubernetes v1.36.3: W: old; no kind \"ClusterConfiguration\" is registered")]
    public async Task What_keeps_kubeadm_from_it_is_told_with_its_own_last_lines(string? kubeadm, bool hasConfig, string errorId, string message)
    {
        await using TestHost host = await TestHost.CreateAsync();
        Assert.SkipWhen(File.Exists("/usr/bin/kubeadm"), "this machine has a kubeadm");
        if (kubeadm is not null)
        {
            host.Install("kubeadm", kubeadm);
        }

        if (hasConfig)
        {
            host.Write("~/kubeadmcfg.yaml", "configuration\n");
        }

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => InstallAsync(host, generator: EtcdManifestGenerator.Kubeadm));

        Assert.Equal((errorId, $"{TestHost.HostName}: {message}"), (error.ErrorId, error.Message));
    }

    private Task<EtcdStaticPod> InstallAsync(TestHost host, ExpectedFiles? expected = null, EtcdManifestGenerator generator = EtcdManifestGenerator.Native)
    {
        EtcdTopology topology = Samples.Page();
        return StaticPodInstaller.InstallAsync(
            host.Session, topology, topology.Members[0], expected, generator, DateTimeOffset.UtcNow, new OperationLog(_ => { }, _warnings.Add), TestContext.Current.CancellationToken);
    }
}
