using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Topology;

public sealed class KubernetesReleasesTests
{
    private const string Gcr = "k8s.gcr.io";
    private const string Registry = "registry.k8s.io";
    private const string Check = "experimental-initial-corrupt-check";
    private const string Both = Check + " experimental-watch-progress-notify-interval";
    private const string Current = "feature-gates watch-progress-notify-interval";

    public static TheoryData<string> EveryPatch =>
        [.. from release in KubernetesReleases.All from patch in Enumerable.Range(0, release.CheckedPatch + 1) select $"v1.{release.Minor}.{patch}"];

    [Fact]
    public void Every_minor_from_1_13_to_1_36_has_one_row() =>
        Assert.Equal(Enumerable.Range(13, 24), KubernetesReleases.All.Select(r => r.Minor));

    [Theory]
    [InlineData("v1.13.0", Gcr, "3.2.24")]
    [InlineData("v1.14.10", Gcr, "3.3.10")]
    [InlineData("v1.15.12", Gcr, "3.3.10")]
    [InlineData("v1.16.15", Gcr, "3.3.15-0")]
    [InlineData("v1.17.17", Gcr, "3.4.3-0")]
    [InlineData("v1.18.20", Gcr, "3.4.3-0")]
    [InlineData("v1.19.0", Gcr, "3.4.9-1")]
    [InlineData("v1.19.1", Gcr, "3.4.13-0")]
    [InlineData("v1.20.2", Gcr, "3.4.13-0")]
    [InlineData("v1.21.14", Gcr, "3.4.13-0")]
    [InlineData("v1.22.16", Gcr, "3.5.0-0")]
    [InlineData("v1.22.17", Registry, "3.5.6-0")]
    [InlineData("v1.23.14", Gcr, "3.5.5-0")]
    [InlineData("v1.23.15", Registry, "3.5.6-0")]
    [InlineData("v1.24.8", Gcr, "3.5.5-0")]
    [InlineData("v1.24.9", Registry, "3.5.6-0")]
    [InlineData("v1.25.0", Registry, "3.5.4-0")]
    [InlineData("v1.26.13", Registry, "3.5.10-0")]
    [InlineData("v1.27.16", Registry, "3.5.12-0")]
    [InlineData("v1.28.14", Registry, "3.5.15-0")]
    [InlineData("v1.29.11", Registry, "3.5.16-0")]
    [InlineData("v1.30.14", Registry, "3.5.15-0")]
    [InlineData("v1.31.13", Registry, "3.5.15-0")]
    [InlineData("v1.34.1", Registry, "3.6.4-0")]
    [InlineData("v1.36.3", Registry, "3.6.8-0")]
    public void The_default_image_is_kubeadms_of_the_patch(string version, string repository, string tag) =>
        Assert.Equal($"{repository}/etcd:{tag}", EtcdImage.For(Samples.Page(version)));

    [Theory]
    [InlineData("v1.13.12", "")]
    [InlineData("v1.15.12", "")]
    [InlineData("v1.16.0", "listen-metrics-urls")]
    [InlineData("v1.22.9", "listen-metrics-urls")]
    [InlineData("v1.22.10", "listen-metrics-urls " + Check)]
    [InlineData("v1.23.6", "listen-metrics-urls")]
    [InlineData("v1.23.7", "listen-metrics-urls " + Check)]
    [InlineData("v1.24.0", "listen-metrics-urls " + Check)]
    [InlineData("v1.25.0", "listen-metrics-urls " + Both)]
    [InlineData("v1.33.13", "listen-metrics-urls " + Both)]
    [InlineData("v1.34.9", "listen-metrics-urls " + Current)]
    [InlineData("v1.36.3", "listen-metrics-urls " + Current)]
    public void The_default_flags_are_kubeadms_of_the_patch(string version, string flags)
    {
        EtcdTopology topology = Samples.Page(version);
        string[] expected = flags.Split(' ', StringSplitOptions.RemoveEmptyEntries);

        Assert.Equal(expected, VersionGate.FlagsOf(topology));
        Assert.Equal(
            expected.Order(StringComparer.Ordinal),
            Flags(EtcdManifest.Write(topology, topology.Members[0])).Intersect(["listen-metrics-urls", .. Both.Split(' '), .. Current.Split(' ')]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("v1.13.12", "critical-pod: \"\"", true)]
    [InlineData("v1.14.0", "annotations:", false)]
    [InlineData("v1.17.17", "annotations:", false)]
    [InlineData("v1.18.0", "kubeadm.kubernetes.io/etcd.advertise-client-urls: https://10.0.0.6:2379", true)]
    [InlineData("v1.15.12", "- ETCDCTL_API=3 etcdctl --endpoints=https://[10.0.0.6]:2379 --cacert=", true)]
    [InlineData("v1.16.0", "- /bin/sh", false)]
    [InlineData("v1.18.20", "startupProbe:", false)]
    [InlineData("v1.18.20", "initialDelaySeconds: 15", true)]
    [InlineData("v1.18.20", "system-cluster-critical", true)]
    [InlineData("v1.19.0", "startupProbe:", true)]
    [InlineData("v1.19.0", "resources: {}", true)]
    [InlineData("v1.19.0", "system-node-critical", true)]
    [InlineData("v1.20.7", "ephemeral-storage: 100Mi", true)]
    [InlineData("v1.20.8", "ephemeral-storage", false)]
    [InlineData("v1.21.1", "ephemeral-storage: 100Mi", true)]
    [InlineData("v1.21.2", "ephemeral-storage", false)]
    [InlineData("v1.21.14", "seccompProfile:", false)]
    [InlineData("v1.22.0", "seccompProfile:", true)]
    [InlineData("v1.24.17", "path: /health\n", true)]
    [InlineData("v1.25.0", "path: /health?exclude=NOSPACE&serializable=true\n", true)]
    [InlineData("v1.25.11", "priority: 2000001000", false)]
    [InlineData("v1.25.12", "priority: 2000001000", true)]
    [InlineData("v1.26.6", "priority: 2000001000", false)]
    [InlineData("v1.26.7", "priority: 2000001000", true)]
    [InlineData("v1.27.0", "priority: 2000001000", true)]
    [InlineData("v1.30.14", "readinessProbe:", false)]
    [InlineData("v1.31.0", "path: /readyz\n", true)]
    [InlineData("v1.33.13", "creationTimestamp: null", true)]
    [InlineData("v1.33.13", "port: 2381", true)]
    [InlineData("v1.34.0", "creationTimestamp", false)]
    [InlineData("v1.34.0", "port: probe-port", true)]
    public void The_manifest_changes_at_kubeadms_patch(string version, string text, bool holds)
    {
        EtcdTopology topology = Samples.Page(version);

        Assert.Equal(holds, EtcdManifest.Write(topology, topology.Members[0]).Contains(text, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(EveryPatch))]
    public void Kubeadms_own_pair_of_every_patch_passes_the_gate(string version) => VersionGate.Check(Samples.Page(version), []);

    [Theory]
    [MemberData(nameof(EveryPatch))]
    public void Etcd_of_every_patch_knows_every_flag_of_its_manifest(string version)
    {
        EtcdTopology topology = Samples.Page(version);
        Version etcd = EtcdImage.VersionOf(EtcdImage.TagOf(topology))!;

        Assert.All(
            Flags(EtcdManifest.Write(topology, topology.Members[0])),
            flag => Assert.True(EtcdFlags.Find(flag)?.Holds(etcd), $"--{flag}, etcd {etcd}"));
    }

    [Theory]
    [InlineData("1.20.2")]
    [InlineData("1.31.14")]
    [InlineData("1.36.3")]
    public void The_images_of_a_version_are_what_kubeadm_lists(string version) => Assert.Equal(
        Golden.Text($"kubeadm-{version}/images-list.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries),
        KubeadmImages.All(Samples.Page("v" + version)).Select(i => i.Image));

    [Theory]
    [InlineData("v1.13.0", "kube-proxy:v1.13.0 pause:3.1 etcd:3.2.24 coredns:1.2.6")]
    [InlineData("v1.14.0", "kube-proxy:v1.14.0 pause:3.1 etcd:3.3.10 coredns:1.3.1")]
    [InlineData("v1.28.4", "kube-proxy:v1.28.4 pause:3.9 etcd:3.5.9-0 coredns:v1.10.1")]
    [InlineData("v1.29.0", "kube-proxy:v1.29.0 coredns:v1.11.1 pause:3.9 etcd:3.5.10-0")]
    public void The_list_of_a_mirror_is_flat(string version, string last) => Assert.Equal(
        last.Split(' ').Select(i => "mirror.example.com/k8s/" + i),
        KubeadmImages.All(Samples.Page(version), "mirror.example.com/k8s").Skip(3).Select(i => i.Image));

    private static string[] Flags(string manifest) =>
        [.. manifest.Split('\n').Where(l => l.StartsWith("    - --", StringComparison.Ordinal)).Select(l => l["    - --".Length..].Split('=')[0])];
}
