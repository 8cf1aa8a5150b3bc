using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Tests.Topology;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.StaticPods;

public sealed class EtcdManifestTests
{
    private static readonly EtcdNameValue[] PageArguments =
    [
        new("initial-cluster", "infra0=https://10.0.0.6:2380,infra1=https://10.0.0.7:2380,infra2=https://10.0.0.8:2380"),
        new("initial-cluster-state", "new"),
        new("name", "infra0"),
        new("listen-peer-urls", "https://10.0.0.6:2380"),
        new("listen-client-urls", "https://10.0.0.6:2379"),
        new("advertise-client-urls", "https://10.0.0.6:2379"),
        new("initial-advertise-peer-urls", "https://10.0.0.6:2380"),
    ];

    private static readonly EtcdNameValue[] DuplicatedArguments =
    [
        new("listen-client-urls", "https://127.0.0.1:2379"),
        new("listen-client-urls", "https://10.0.0.6:2379"),
        new("zz-last", "x y"),
        new("aa-first", ""),
        new("quota-backend-bytes", "8589934592"),
        new("experimental-initial-corrupt-check", "false"),
        new("feature-gates", "Foo=true"),
        new("feature-gates", "Bar=true"),
        new("name", "other"),
        new("dup", "b"),
        new("dup", "a"),
    ];

    [Theory]
    [InlineData("1.31.14", 0)]
    [InlineData("1.32.13", 0)]
    [InlineData("1.32.13", 1)]
    [InlineData("1.32.13", 2)]
    [InlineData("1.36.3", 0)]
    [InlineData("1.36.3", 1)]
    [InlineData("1.36.3", 2)]
    public void The_pages_manifest_is_kubeadms_byte_for_byte(string version, int member)
    {
        EtcdTopology topology = Samples.Page("v" + version);

        Assert.Equal(Golden.Text($"kubeadm-{version}/infra{member}/etcd.yaml"), EtcdManifest.Write(topology, topology.Members[member]));
    }

    [Theory]
    [InlineData("1.32.13")]
    [InlineData("1.36.3")]
    public void The_ipv6_manifest_is_kubeadms_byte_for_byte(string version)
    {
        EtcdTopology topology = Samples.PageOnIPv6("v" + version);

        Assert.Equal(Golden.Text($"kubeadm-{version}/ipv6/etcd.yaml"), EtcdManifest.Write(topology, topology.Members[0]));
    }

    [Theory]
    [InlineData("1.31.14")]
    [InlineData("1.32.13")]
    [InlineData("1.36.3")]
    public void Duplicate_and_overriding_extra_arguments_come_as_kubeadm_orders_them(string version) =>
        AssertGolden($"kubeadm-{version}/extra-args-dup", Spec(version) with { ExtraArgs = DuplicatedArguments });

    [Theory]
    [InlineData("1.32.13", "alg-ECDSA-P256")]
    [InlineData("1.36.3", "alg-ECDSA-P256")]
    [InlineData("1.36.3", "defaults")]
    [InlineData("1.36.3", "sans")]
    [InlineData("1.36.3", "unknown-field")]
    public void Kubeadms_own_defaults_come_out_without_extra_arguments(string version, string golden) =>
        AssertGolden($"kubeadm-{version}/{golden}", Spec(version));

    [Theory]
    [InlineData("1.32.13")]
    [InlineData("1.36.3")]
    public void A_map_of_extra_arguments_is_a_list_sorted_by_name(string version) =>
        AssertGolden($"kubeadm-{version}/old-v1beta3", Spec(version) with { ExtraArgs = [.. PageArguments.OrderBy(a => a.Name, StringComparer.Ordinal)] });

    [Fact]
    public void The_image_and_a_data_directory_with_a_space_are_taken_literally() =>
        AssertGolden("kubeadm-1.36.3/image-etcd", Spec("1.36.3") with
        {
            Image = "registry.example.com/etcd-io/etcd:3.5.99-custom",
            DataDirectory = "/data/etcd dir",
        });

    [Fact]
    public void The_node_name_is_the_members_name() =>
        AssertGolden("kubeadm-1.36.3/nodename-upper", Spec("1.36.3") with { NodeName = "infra0.example.com" });

    [Fact]
    public void The_startup_probe_waits_as_long_as_the_health_check_timeout() =>
        AssertGolden("kubeadm-1.36.3/timeouts", Spec("1.36.3") with { HealthCheckTimeout = new TimeSpan(0, 10, 30) });

    [Fact]
    public void Environment_variables_are_sorted_numbers_quoted_and_fields_referred_to()
    {
        string manifest = EtcdPodWriter.Write(Spec("1.36.3") with
        {
            ExtraEnvs = [new() { Name = "FROM_FIELD", FieldPath = "status.podIP" }, new("ETCD_QUOTA_BACKEND_BYTES", "8589934592"), new("ETCD_LOG_LEVEL", "debug")],
        });

        Assert.Equal(Golden.Text("kubeadm-1.36.3/extra-envs/etcd.yaml"), manifest);
    }

    [Fact]
    public void The_token_stands_right_after_the_cluster_state()
    {
        EtcdTopology topology = Samples.Page() with { InitialClusterToken = "etcd-cluster-1" };

        string[] lines = EtcdManifest.Write(topology, topology.Members[0]).Split('\n');

        int state = Array.IndexOf(lines, "    - --initial-cluster-state=new");
        Assert.Equal("    - --initial-cluster-token=etcd-cluster-1", lines[state + 1]);
        Assert.Equal("    - --name=infra0", lines[state + 2]);
    }

    [Fact]
    public void Another_metrics_port_moves_the_probes_with_it()
    {
        EtcdTopology topology = Samples.Page() with { MetricsPort = 2391 };

        string manifest = EtcdManifest.Write(topology, topology.Members[0]);

        Assert.Contains("    - --listen-metrics-urls=http://127.0.0.1:2391\n", manifest, StringComparison.Ordinal);
        Assert.DoesNotContain("2381", manifest, StringComparison.Ordinal);
        Assert.Contains("    - containerPort: 2391\n", manifest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("https://[::]:2399", "'::'", "2399", "HTTPS")]
    [InlineData("http://0.0.0.0:2381,http://10.0.0.6:9999", "0.0.0.0", "2381", "HTTP")]
    [InlineData("http://10.0.0.6", "10.0.0.6", "2381", "HTTP")]
    [InlineData("nonsense", "127.0.0.1", "2381", "HTTP")]
    public void Probes_follow_the_first_metrics_url(string urls, string host, string port, string scheme)
    {
        string manifest = EtcdPodWriter.Write(Spec("1.32.13") with { ExtraArgs = [new("listen-metrics-urls", urls)] });

        Assert.Contains(
            $"      httpGet:\n        host: {host}\n        path: /livez\n        port: {port}\n        scheme: {scheme}\n",
            manifest,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.33.13", "3.6.8-0", "experimental-initial-corrupt-check=true")]
    [InlineData("v1.34.9", null, "feature-gates=InitialCorruptCheck=true")]
    [InlineData("v1.34.9", "3.5.24-0", "experimental-initial-corrupt-check=true")]
    [InlineData("v1.35.6", "3.6.0-0", "experimental-initial-corrupt-check=true")]
    [InlineData("v1.35.6", "v3.6.0", "feature-gates=InitialCorruptCheck=true")]
    [InlineData("v1.35.6", "latest", "experimental-initial-corrupt-check=true")]
    [InlineData("v1.36.0", "latest", "feature-gates=InitialCorruptCheck=true")]
    public void Flag_names_follow_the_release_and_the_image_tag(string version, string? tag, string flag)
    {
        EtcdTopology topology = Samples.Page(version) with { ImageTag = tag };

        Assert.Contains($"    - --{flag}\n", EtcdManifest.Write(topology, topology.Members[0]), StringComparison.Ordinal);
    }

    private static EtcdPodSpec Spec(string version)
    {
        EtcdTopology topology = Samples.Page("v" + version);
        KubernetesRelease release = KubernetesReleases.Of(topology);
        return new()
        {
            Release = release,
            NodeName = "infra0",
            AdvertiseAddress = "10.0.0.6",
            Image = EtcdImage.For(topology),
            UsesCurrentFlagNames = EtcdImage.UsesCurrentFlagNames(release, EtcdImage.TagOf(topology)),
            DataDirectory = "/var/lib/etcd",
            CertificatesDirectory = "/etc/kubernetes/pki",
            ExtraArgs = [],
            ExtraEnvs = [],
        };
    }

    private static void AssertGolden(string folder, EtcdPodSpec spec) =>
        Assert.Equal(Golden.Text($"{folder}/etcd.yaml"), EtcdPodWriter.Write(spec));
}
