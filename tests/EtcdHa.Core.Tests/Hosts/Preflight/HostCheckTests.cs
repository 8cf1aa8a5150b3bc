using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Planning;
using static EtcdHa.Core.Tests.Hosts.Preflight.Told;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>The checks of what one host tells in a line or two.</summary>
public sealed class HostCheckTests
{
    [Theory]
    [InlineData("tools|", "Passed: runs scripts, and the programs they use are there")]
    [InlineData("tool-missing|stat\ntool-missing|dd\ntools|", "Error: not on the host: stat, dd")]
    [InlineData("", "Warning: the host does not tell which programs it has")]
    public void Shell(string lines, string expected) => Assert.Equal(expected, Only(new ShellCheck(), lines));

    [Theory]
    [InlineData("init|systemd\nsystemd|systemd 257 (257.13-1)", "Passed: systemd 257 (257.13-1) is process 1")]
    [InlineData("init|systemd\nsystemd|", "Passed: systemd is process 1")]
    [InlineData("init|runit\nsystemd|", "Error: process 1 is runit, not systemd")]
    [InlineData("", "Warning: the host does not tell what process 1 is")]
    public void Systemd(string lines, string expected) => Assert.Equal(expected, Only(new SystemdCheck(), lines));

    [Theory]
    [InlineData("address|127.0.0.1\naddress|10.0.0.6\naddress|fe80::1", "Passed: 10.0.0.6 is one of the host's addresses")]
    [InlineData("address|127.0.0.1\naddress|192.168.1.6\naddress|fd00::6\naddress|fe80::1", "Error: 10.0.0.6 is none of the host's addresses (192.168.1.6, fd00::6), so etcd cannot listen on it")]
    [InlineData("address|\n", "Warning: the host does not tell its addresses")]
    public void Address(string lines, string expected) => Assert.Equal(expected, Only(new AddressCheck(), lines));

    [Fact]
    public void Address_in_another_spelling_is_the_same()
        => Assert.StartsWith("Passed", Only(new AddressCheck(), "address|fd00:0010::0006", subject: Subject(change: t => t with { Members = [new("infra0", "fd00:10::6")] })), StringComparison.Ordinal);

    [Theory]
    [InlineData("swap|Filename", false, "Passed: no swap")]
    [InlineData("swap|Filename\nswap|/dev/sda2\nswap|/swap.img", false, "Error: swap is on: /dev/sda2, /swap.img; the kubelet does not start with it")]
    [InlineData("swap|Filename\nswap|/dev/zram0", true, "Warning: swap is on: /dev/zram0; the kubelet runs with it")]
    [InlineData("", true, "Warning: the host does not tell whether it swaps")]
    public void Swap(string lines, bool runs, string expected) => Assert.Equal(expected, Only(new SwapCheck(), lines, runs ? Running : Looping));

    [Theory]
    [InlineData("selinux|1", "Information: SELinux enforces; etcd needs its label on the data directory if the container runtime has SELinux on")]
    [InlineData("selinux|0", "Passed: SELinux is permissive")]
    [InlineData("apparmor|Y", "Passed: AppArmor is on")]
    [InlineData("apparmor|N", "Passed: neither SELinux nor AppArmor is on")]
    [InlineData("", "Passed: neither SELinux nor AppArmor is on")]
    public void Security_module(string lines, string expected) => Assert.Equal(expected, Only(new SecurityModuleCheck(), lines));

    [Theory]
    [InlineData("", EtcdManifestGenerator.Native, "Information: not on the host; the manifest is written without it")]
    [InlineData("", EtcdManifestGenerator.Kubeadm, "Error: there is no kubeadm.")]
    [InlineData("kubeadm|v1.33.1", EtcdManifestGenerator.Kubeadm, "Passed: v1.33.1")]
    [InlineData("kubeadm|v1.31.4", EtcdManifestGenerator.Kubeadm, "Warning: v1.31.4, the topology's is v1.33.13")]
    [InlineData("kubeadm|v1.31.4", EtcdManifestGenerator.Native, "Information: v1.31.4, the topology's is v1.33.13")]
    [InlineData("kubeadm|", EtcdManifestGenerator.Kubeadm, "Warning: of an unknown version, the topology's is v1.33.13")]
    public void Fault27_Kubeadm(string lines, EtcdManifestGenerator generator, string expected)
        => Assert.Equal(expected, Only(new KubeadmCheck(), lines, subject: Subject(new(generator))));

    public static TheoryData<string, UnitState, bool, string[]> Kubelets => new()
    {
        { "kubelet|v1.33.13", Running, true, ["Passed: runs", "Passed: v1.33.13"] },
        { "kubelet|v1.33.2", Looping, false, ["Information: does not run yet (activating, auto-restart): it is not configured", "Passed: v1.33.2"] },
        { "kubelet|v1.33.2", Looping, true, ["Error: does not run (activating, auto-restart), though it is configured to run etcd", "Passed: v1.33.2"] },
        { "kubelet|v1.30.14", Running, true, ["Passed: runs", "Warning: v1.30.14, the topology's is v1.33.13"] },
        { "kubelet|", Running, true, ["Passed: runs", "Warning: the host does not tell the kubelet's version"] },
        { "", Looping, false, ["Error: there is no /usr/bin/kubelet."] },
        { "kubelet|v1.33.13", Looping with { LoadState = "masked" }, false, ["Error: kubelet.service is masked."] },
        { "", Looping with { LoadState = "not-found" }, false, ["Error: there is no kubelet.service."] },
    };

    [Theory]
    [MemberData(nameof(Kubelets))]
    public void Fault26_Kubelet(string lines, UnitState unit, bool isConfigured, string[] expected)
    {
        HostFacts facts = Facts(lines, unit, isConfigured ? [(Core.Kubelet.KubeletOptions.DefaultDropInPath, File())] : []);
        Assert.Equal(expected, Lines(new KubeletCheck().Evaluate(Subject(), facts)));
    }

    [Fact]
    public void An_error_a_later_step_would_end_with_keeps_its_id_and_remedy()
    {
        CheckResult result = Assert.Single(new KubeletCheck().Evaluate(Subject(), Facts("", Looping with { LoadState = "masked" })));
        Assert.Equal("KubeletMasked", result.ErrorId);
        Assert.StartsWith("Run 'systemctl unmask kubelet'", result.Remedy, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("", "Error: no container runtime's socket was found, so the kubelet cannot start etcd")]
    [InlineData("socket|containerd|/run/containerd/containerd.sock\ncontainerd-version|containerd 1.7.24\ncontainerd-config|disabled_plugins = [\"cri\"]", "Error: containerd at unix:///run/containerd/containerd.sock has its CRI plugin disabled, so the kubelet could not use it; nothing was changed.")]
    [InlineData("kubelet|v1.33.13\nsocket|docker|/run/docker.sock", "Error: the only container runtime is Docker Engine, which kubelet 1.33 cannot use by itself (dockershim was removed in 1.24).")]
    public void Fault26_Runtime_the_kubelet_cannot_use(string lines, string expected) => Assert.Equal(expected, Only(new RuntimeCheck(), lines));

    private const string Containerd = "kubelet|v1.33.13\nsocket|containerd|/run/containerd/containerd.sock\ncontainerd-version|containerd 1.7.24\ncontainerd-config|[plugins.\"io.containerd.grpc.v1.cri\".containerd.runtimes.runc.options]\n";

    [Theory]
    [InlineData("containerd-config|SystemdCgroup = true", null, "Passed: systemd in the runtime; the kubelet takes it over")]
    [InlineData("containerd-config|SystemdCgroup = true\nkubelet-driver|systemd", null, "Passed: systemd, in kubelet and runtime")]
    [InlineData("containerd-config|SystemdCgroup = false\nkubelet-driver|systemd", null, "Error: the kubelet is configured for systemd, but Containerd has cgroupfs")]
    [InlineData("kubelet-driver|cgroupfs\nkubelet-driver|systemd", null, "Error: the kubelet is configured for systemd, but Containerd has cgroupfs")]
    [InlineData("containerd-config|SystemdCgroup = true", "cgroupfs", "Error: the cgroup driver is to be cgroupfs, but that of Containerd (unix:///run/containerd/containerd.sock) is systemd; nothing was changed.")]
    public void Fault26_Cgroup_driver(string lines, string? asked, string expected)
    {
        CheckResult[] results = [.. new RuntimeCheck().Evaluate(Subject(new(CgroupDriver: asked)), Facts(Containerd + lines))];
        CheckResult driver = results.Single(r => r.Check == EtcdHostCheckKind.CgroupDriver);
        Assert.Equal(expected, Line(driver));
        Assert.Equal(driver.Severity == EtcdCheckSeverity.Error ? "CgroupDriverMismatch" : null, driver.ErrorId);
        Assert.All(results.Where(r => r.Check == EtcdHostCheckKind.ContainerRuntime), r => Assert.Equal("Passed: Containerd 1.7.24 at unix:///run/containerd/containerd.sock", Line(r)));
    }

    [Fact]
    public void A_kubelet_that_is_told_its_driver_by_the_runtime_may_be_configured_for_another()
    {
        string told = Containerd.Replace("1.7.24", "2.1.3", StringComparison.Ordinal).Replace("v1.33.13", "v1.34.1", StringComparison.Ordinal) + "kubelet-driver|cgroupfs\ncontainerd-config|SystemdCgroup = true";
        Assert.All(new RuntimeCheck().Evaluate(Subject(), Facts(told)), r => Assert.Equal(EtcdCheckSeverity.Passed, r.Severity));
    }

    [Theory]
    [InlineData("", "Warning: the host does not tell what is in the manifest folder")]
    [InlineData("folder|", "Passed: nothing else is in the manifest folder")]
    [InlineData("folder|\nforeign|/etc/kubernetes/manifests/kube-apiserver.yaml", "Warning: /etc/kubernetes/manifests/kube-apiserver.yaml lies in the manifest folder; the kubelet runs it too")]
    [InlineData("folder|\nforeign|/etc/kubernetes/manifests/etcd.yaml.bak\nforeign-etcd|/etc/kubernetes/manifests/etcd.yaml.bak", "Error: /etc/kubernetes/manifests/etcd.yaml.bak is another manifest of etcd; the kubelet runs every file in the folder, also a backup")]
    public void Fault11_Manifest_folder(string lines, string expected)
        => Assert.Equal(["Passed: not there yet", expected], Lines(new ManifestCheck().Evaluate(Subject(), Facts(lines))));

    [Fact]
    public void Fault11_Manifest()
    {
        PreflightSubject subject = Subject();
        string own = Sha256(Core.StaticPods.EtcdManifest.Write(subject.Topology, subject.Member));
        Assert.Equal("Passed: there, and the topology's own", OfManifest(File(own)));
        Assert.Equal("Warning: there, and not what the topology makes", OfManifest(File("ab")));
        Assert.Equal("Warning: is empty, as a power cut leaves a file that was not synced", OfManifest(File(Sha256(""))));
        Assert.Equal("Error: is no regular file", OfManifest(Told.Directory));

        string OfManifest(PathState state) => Line(new ManifestCheck().Evaluate(subject, Facts("folder|", null, (MemberSteps.ManifestPath, state))).First());
        static string Sha256(string text) => Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
    }
}
