using System.Globalization;
using System.Text.Json;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Topology;

public sealed class IdsAndUrlsTests
{
    [Theory]
    [InlineData("etcd-3.4.23")]
    [InlineData("etcd-3.5.30")]
    public void Ids_of_a_running_cluster_follow_from_its_urls(string golden)
    {
        string json = Golden.Text($"{golden}/member-list-json.txt").Split('\n')[0];
        using var list = JsonDocument.Parse(json);
        JsonElement[] members = [.. list.RootElement.GetProperty("members").EnumerateArray()];
        EtcdTopology topology = Samples.Page() with
        {
            Members = [.. members.Select(m => new EtcdMember(
                m.GetProperty("name").GetString()!,
                new Uri(m.GetProperty("peerURLs")[0].GetString()!).Host))],
        };

        Assert.Equal(members.Select(m => m.GetProperty("ID").GetUInt64()), topology.Members.Select(m => EtcdIds.MemberId(topology, m)));
        Assert.Equal(list.RootElement.GetProperty("header").GetProperty("cluster_id").GetUInt64(), EtcdIds.ClusterId(topology));
    }

    [Fact]
    public void Another_token_gives_other_ids()
    {
        EtcdTopology page = Samples.Page();

        Assert.NotEqual(EtcdIds.ClusterId(page), EtcdIds.ClusterId(page with { InitialClusterToken = "etcd-cluster-1" }));
        Assert.Equal(EtcdIds.ClusterId(page), EtcdIds.ClusterId(page with { InitialClusterToken = EtcdIds.DefaultToken }));
        Assert.Equal(EtcdIds.ClusterId(page), EtcdIds.ClusterId(page with { Members = [.. page.Members.Reverse()] }));
    }

    [Fact]
    public void Urls_take_the_members_port_before_the_topologys()
    {
        EtcdTopology topology = Samples.PageOnIPv6() with { ClientPort = 12379 };
        EtcdMember member = topology.Members[0] with { PeerPort = 12380 };

        Assert.Equal("https://[fd00:10::6]:12379", member.ClientUrl(topology));
        Assert.Equal("https://[fd00:10::6]:12380", member.PeerUrl(topology));
        Assert.Equal("http://[::1]:2381", member.MetricsUrl(topology));
        Assert.Equal("http://0.0.0.0:9", member.MetricsUrl(topology with { ExtraArg = [new("listen-metrics-urls", "http://0.0.0.0:9,http://[::]:9")] }));
    }

    [Theory]
    [InlineData("1.31.0", "registry.k8s.io/etcd:3.5.15-0")]
    [InlineData("v1.31.14", "registry.k8s.io/etcd:3.5.24-0")]
    [InlineData("v1.32.13", "registry.k8s.io/etcd:3.5.24-0")]
    [InlineData("v1.33.13", "registry.k8s.io/etcd:3.5.24-0")]
    [InlineData("v1.34.9", "registry.k8s.io/etcd:3.6.5-0")]
    [InlineData("v1.35.6", "registry.k8s.io/etcd:3.6.6-0")]
    [InlineData("v1.36.3", "registry.k8s.io/etcd:3.6.8-0")]
    public void The_image_is_kubeadms_for_the_version(string version, string image) =>
        Assert.Equal(image, EtcdImage.For(Samples.Page(version)));

    [Theory]
    [InlineData("1.31.14")]
    [InlineData("1.36.3")]
    public void The_image_is_the_one_kubeadm_lists(string version) =>
        Assert.Contains(EtcdImage.For(Samples.Page(version)), Golden.Text($"kubeadm-{version}/images-list.txt").Split('\n'));

    [Theory]
    [InlineData("fd00:0:0:0:0:0:0:0", "fd00::")]
    [InlineData("::5efe:10.0.0.6", "::5efe:a00:6")]
    [InlineData("1:0:0:2:0:0:0:3", "1:0:0:2::3")]
    [InlineData("1:0:2:3:4:5:6:7", "1:0:2:3:4:5:6:7")]
    [InlineData("10.0.0.6", "10.0.0.6")]
    public void Addresses_are_printed_as_go_prints_them(string text, string canonical) =>
        Assert.Equal(canonical, IpLiteral.Canonical(text));

    [Fact]
    public void A_token_is_made_of_128_random_bits()
    {
        string token = InitialClusterToken.New(length => [.. Enumerable.Range(0, length).Select(i => (byte)(i + 240))]);

        Assert.Equal("etcd-cluster-f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff", token);
        Assert.Empty(TopologyRules.Validate(Samples.Page() with { InitialClusterToken = token }).Warnings);
    }

    [Fact]
    public void Sans_are_the_address_then_the_members_then_the_topologys_each_once()
    {
        EtcdTopology topology = Samples.Page() with { ServerCertSan = ["etcd.example.com", "10.0.0.6"], PeerCertSan = ["p.example.com"] };
        EtcdMember member = topology.Members[0] with { ServerCertSan = ["infra0.example.com"] };

        Assert.Equal(["10.0.0.6", "infra0.example.com", "etcd.example.com"], CertificateSans.Server(topology, member));
        Assert.Equal(["10.0.0.6", "p.example.com"], CertificateSans.Peer(topology, member));
    }

    [Theory]
    [InlineData("v1.36.3", 1, 36, 3)]
    [InlineData("1.31.0", 1, 31, 0)]
    public void A_version_is_read_with_and_without_v(string text, int major, int minor, int patch)
    {
        var version = KubernetesVersion.Parse(text);

        Assert.Equal(new KubernetesVersion(major, minor, patch), version);
        Assert.Equal(string.Create(CultureInfo.InvariantCulture, $"v{major}.{minor}.{patch}"), version.ToString());
        Assert.True(version < new KubernetesVersion(1, 36, 10));
    }
}
