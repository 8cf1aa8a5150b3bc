using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Tests.Topology;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.StaticPods;

public sealed class EtcdManifestTests
{
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
    [InlineData("10.0.0.6:2399", "127.0.0.1", "2381", "HTTP")]
    [InlineData("http://10.0.0.6:99999", "10.0.0.6", "2381", "HTTP")]
    [InlineData("https://:2399", "127.0.0.1", "2399", "HTTPS")]
    [InlineData("http://[FD00::1]:2381", "FD00::1", "2381", "HTTP")]
    [InlineData("http://[::1:2399", "127.0.0.1", "2381", "HTTP")]
    [InlineData("https://10.0.0.6:port", "127.0.0.1", "2381", "HTTP")]
    [InlineData("https://10.0 .0.6:2399", "127.0.0.1", "2381", "HTTP")]
    [InlineData("https://user@10.0.0.6:2399", "10.0.0.6", "2399", "HTTPS")]
    [InlineData("", "127.0.0.1", "2381", "HTTP")]
    [InlineData("localhost:2399", "127.0.0.1", "2381", "HTTP")]
    [InlineData(" http://10.0.0.6:2399", "127.0.0.1", "2381", "HTTP")]
    [InlineData("HTTPS://metrics.example.com:2399/x", "metrics.example.com", "2399", "HTTPS")]
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

    [Theory]
    [InlineData("1.33.13", "v1.33.0", "3.5.24-0", "experimental-initial-corrupt-check", "port: 2381")]
    [InlineData("1.34.9", "v1.33.0", "3.5.24-0", "experimental-initial-corrupt-check", "port: probe-port")]
    [InlineData("1.36.3", "v1.35.0", "3.6.6-0", "feature-gates", "port: probe-port")]
    public void A_kubeadm_newer_than_the_cluster_has_its_own_shape_and_map_of_images(string kubeadm, string kubernetes, string tag, string flag, string port)
    {
        KubeadmEtcdConfig config = Config(kubernetes);

        string manifest = EtcdPodWriter.Write(EtcdPodSpec.Of(config, KubernetesVersion.Parse(kubeadm)));

        Assert.Contains($"image: registry.k8s.io/etcd:{tag}\n", manifest, StringComparison.Ordinal);
        Assert.Contains($"- --{flag}=", manifest, StringComparison.Ordinal);
        Assert.Contains(port, manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void A_slash_at_the_end_of_the_certificates_directory_shows_where_kubeadm_concatenates()
    {
        string manifest = EtcdPodWriter.Write(EtcdPodSpec.Of(Config("v1.36.3") with { CertificatesDirectory = "/data/pki/" }));

        Assert.Contains("- --cert-file=/data/pki/etcd/server.crt\n", manifest, StringComparison.Ordinal);
        Assert.Contains("- mountPath: /data/pki//etcd\n", manifest, StringComparison.Ordinal);
        Assert.Contains("path: /data/pki//etcd\n", manifest, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FD00:0010::0007", "https://[fd00:10::7]:2379")]
    [InlineData("::ffff:10.0.0.6", "https://10.0.0.6:2379")]
    [InlineData("010.0.0.06", "https://10.0.0.6:2379")]
    public void The_advertise_address_stands_in_the_manifest_as_go_prints_it(string address, string url)
    {
        EtcdPodSpec spec = EtcdPodSpec.Of(Config("v1.36.3") with { AdvertiseAddress = address, NodeName = " Infra0 " });

        Assert.Equal(url, spec.AdvertiseClientUrl);
        Assert.Contains($"--initial-cluster=infra0={url.Replace(":2379", ":2380", StringComparison.Ordinal)}", spec.Command);
    }

    [Fact]
    public void A_startup_probe_of_no_time_has_no_threshold_as_the_api_omits_a_zero()
    {
        string manifest = EtcdPodWriter.Write(Spec("1.36.3") with { HealthCheckTimeout = TimeSpan.Zero });

        Assert.Contains("    startupProbe:\n      httpGet:\n", manifest, StringComparison.Ordinal);
    }

    [Fact]
    public void Odd_values_of_extra_arguments_stand_as_kubeadms_serializer_writes_them()
    {
        string words = string.Join(' ', Enumerable.Repeat("word", 20));
        string manifest = EtcdPodWriter.Write(Spec("1.36.3") with
        {
            ExtraArgs = [new("a", "two\nlines"), new("b", "x: y"), new("c", "x #y"), new("d", ""), new("e", "tab\there"), new("f", words), new("g", "it's \"so\""), new("h", "\U0001F600")],
        });

        string command = manifest[manifest.IndexOf("    - |-\n", StringComparison.Ordinal)..manifest.IndexOf("    image: ", StringComparison.Ordinal)];
        Assert.Equal(
            $"""
                - |-
                  --a=two
                  lines
                - '--b=x: y'
                - '--c=x #y'
                - --d=
                - "--e=tab\there"
                - --f={words[..74]}
                  {words[75..]}
                - --g=it's "so"
                - "--h=\U0001F600"

            """,
            command);
    }

    [Theory]
    [InlineData("https://10.0.0.6:2379", "10.0.0.6")]
    [InlineData("https://0.0.0.0:12379,https://10.0.0.6:2379", "127.0.0.1")]
    [InlineData("https://[::]:2379", "::1")]
    [InlineData("https://[fd00:10::6]:2379", "fd00:10::6")]
    [InlineData("https://infra0.example.com:2379", "127.0.0.1")]
    [InlineData(null, "127.0.0.1")]
    public void Before_1_16_the_probe_asks_the_first_listen_url_at_kubeadms_port(string? urls, string address)
    {
        EtcdPodSpec spec = EtcdPodSpec.Of(Config("v1.15.12") with { ExtraArgs = urls is null ? [] : [new("listen-client-urls", urls)] });

        Assert.StartsWith($"ETCDCTL_API=3 etcdctl --endpoints=https://[{address}]:2379 --cacert=/etc/kubernetes/pki/etcd/ca.crt ", spec.ProbeCommand, StringComparison.Ordinal);
        Assert.EndsWith(" get foo", spec.ProbeCommand, StringComparison.Ordinal);
    }

    private static EtcdPodSpec Spec(string version) => EtcdPodSpec.Of(Config("v" + version));

    private static KubeadmEtcdConfig Config(string version) => new()
    {
        ApiVersion = "v1beta4",
        KubernetesVersion = version,
        NodeName = "infra0",
        AdvertiseAddress = "10.0.0.6",
    };
}
