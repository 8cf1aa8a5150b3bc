using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Pki;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Topology;

/// <summary>Members that peers and clients reach by a DNS name: etcd takes names in what it advertises and addresses where it listens.</summary>
public sealed class DnsMemberTests
{
    private static readonly EtcdTopology Named = TopologyRules.Validate(Samples.Page() with
    {
        Members = [.. Samples.Page().Members.Select(m => m with { DnsName = m.Name + ".example.com" })],
    }).Topology;

    [Fact]
    public void The_name_is_advertised_and_the_address_listened_on()
    {
        string manifest = EtcdManifest.Write(Named, Named.Members[1]);

        Assert.Contains("--listen-client-urls=https://10.0.0.7:2379\n", manifest, StringComparison.Ordinal);
        Assert.Contains("--listen-peer-urls=https://10.0.0.7:2380\n", manifest, StringComparison.Ordinal);
        Assert.Contains("--advertise-client-urls=https://infra1.example.com:2379\n", manifest, StringComparison.Ordinal);
        Assert.Contains("--initial-advertise-peer-urls=https://infra1.example.com:2380\n", manifest, StringComparison.Ordinal);
        Assert.Contains(
            "--initial-cluster=infra0=https://infra0.example.com:2380,infra1=https://infra1.example.com:2380,infra2=https://infra2.example.com:2380\n",
            manifest,
            StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(KubeadmCertificates.ServerName)]
    [InlineData(KubeadmCertificates.PeerName)]
    public void The_certificates_carry_the_name_and_the_address(string certificate)
    {
        CertificateProfile leaf = KubeadmCertificates.LeafOf(Named, Named.Members[1], certificate);

        Assert.Contains("infra1.example.com", leaf.DnsNames);
        Assert.Contains("10.0.0.7", leaf.IPAddresses.Select(a => a.ToString()));
    }

    [Fact]
    public void The_members_ID_is_that_of_the_URL_with_the_name() =>
        Assert.Equal(EtcdIds.MemberId(["https://infra1.example.com:2380"], Named.InitialClusterToken), EtcdIds.MemberId(Named, Named.Members[1]));

    [Theory]
    [InlineData("v1.36.3")]
    [InlineData("v1.30.14")]
    [InlineData("v1.20.2")]
    public void It_comes_back_from_kubeadms_configurations_and_from_the_topology_file(string version)
    {
        EtcdTopology topology = TopologyRules.Validate(Named with { KubernetesVersion = version, KubeadmApiVersion = null }).Topology;

        EtcdTopology imported = KubeadmConfigImport.Read(
            [.. topology.Members.Select(m => new KubeadmConfigText(m.Name, KubeadmConfigWriter.Write(topology, m)))], null).Topology;

        Assert.Equal(topology.Members, imported.Members, (a, b) => a.ToString() == b.ToString() && a.Address == b.Address && a.DnsName == b.DnsName && b.ServerCertSan.Count == 0);
        Assert.All(topology.Members, m => Assert.Equal(
            EtcdManifest.Write(topology, m), EtcdManifest.Write(imported, imported.Members.First(i => i.Name == m.Name))));
        EtcdTopology read = TopologyFile.Read(TopologyFile.Write(topology), "etcd.yaml");
        Assert.Equal(topology.Members.Select(m => m.DnsName), read.Members.Select(m => m.DnsName));
    }

    [Fact]
    public void A_member_known_by_name_only_is_refused_as_nobody_knows_where_it_listens()
    {
        var error = Assert.Throws<EtcdTopologyException>(() =>
            KubeadmConfigImport.Read([new KubeadmConfigText("infra0", KubeadmConfigWriter.Write(Named, Named.Members[0]))], null));

        Assert.Equal("KubeadmConfigMemberAddressUnknown", error.ErrorId);
        Assert.Contains("infra1", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Infra0.example.com")]
    [InlineData("10.0.0.9")]
    [InlineData("localhost")]
    [InlineData("infra_0.example.com")]
    [InlineData("")]
    public void What_no_certificate_or_listener_could_go_with_is_refused(string name) =>
        Assert.Equal("MemberDnsNameInvalid", Assert.Throws<EtcdTopologyException>(() =>
            TopologyRules.ValidateMember(new EtcdMember("infra0", "10.0.0.6") { DnsName = name })).ErrorId);

    [Fact]
    public void Two_members_cannot_share_a_name() =>
        Assert.Equal("MemberDnsNameDuplicate", Assert.Throws<EtcdTopologyException>(() => TopologyRules.Validate(Named with
        {
            Members = [.. Named.Members.Select(m => m with { DnsName = "etcd.example.com" })],
        })).ErrorId);
}
