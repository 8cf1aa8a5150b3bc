using System.Net;
using EtcdHa.Core.Pki;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Pki;

public class KubeadmCertificatesTests
{
    [Fact]
    public void SANs_are_what_kubeadm_says_it_signs()
    {
        EtcdMember member = new("infra0", "10.0.0.6")
        {
            ServerCertSan = ["infra0.example.com", "*.etcd.example.com", "192.168.5.5", "127.0.0.1", "localhost", "fd00::1", "zeta.example.com"],
        };
        EtcdTopology topology = Make.Topology(EtcdKeyAlgorithm.EcdsaP256, member) with { ServerCertSan = ["alpha.example.com", "192.168.5.5"] };
        CertificateProfile server = KubeadmCertificates.LeavesOf(topology, member)[0];

        // golden/kubeadm-1.36.3/sans/log.txt
        Assert.Equal("*.etcd.example.com alpha.example.com infra0 infra0.example.com localhost zeta.example.com", string.Join(' ', server.DnsNames));
        Assert.Equal("10.0.0.6 127.0.0.1 ::1 192.168.5.5 fd00::1", string.Join(' ', server.IPAddresses));
        Assert.Contains($"IPs [{string.Join(' ', server.IPAddresses)}]", Golden.Text("kubeadm-1.36.3/sans/log.txt"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("FD00:0010::0007", "fd00:10::7")]
    [InlineData("::ffff:10.0.0.9", "10.0.0.9")]
    [InlineData("010.000.000.009", "10.0.0.9")]
    [InlineData("192.168.5.5", "192.168.5.5")]
    public void Addresses_are_read_as_Go_reads_them(string text, string canonical)
        => Assert.Equal(canonical, SubjectAlternativeNames.ParseAddress(text)?.ToString());

    [Theory]
    [InlineData("10.6")]
    [InlineData("0x0a.0.0.6")]
    [InlineData("256.0.0.1")]
    [InlineData("fe80::1%2")]
    [InlineData("[::1]")]
    [InlineData("[::1]:2379")]
    [InlineData("")]
    public void What_only_NET_takes_for_an_address_is_none(string text) => Assert.Null(SubjectAlternativeNames.ParseAddress(text));

    [Theory]
    [InlineData("Infra0")]
    [InlineData("a_b")]
    [InlineData("-a")]
    [InlineData("a.*.b")]
    [InlineData("*")]
    [InlineData("a\n")]
    [InlineData("fe80::1%eth0")]
    [InlineData("")]
    public void A_SAN_kubeadm_would_refuse_is_refused(string san)
    {
        EtcdMember member = new("infra0", "10.0.0.6") { PeerCertSan = [san] };

        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => KubeadmCertificates.LeavesOf(Make.Topology(), member));
        Assert.Equal("CertificateSanInvalid", error.ErrorId);
    }

    [Fact]
    public void The_canonical_form_of_SANs_is_stable()
    {
        Gen<string> san = Gen.Elements(
            "b.example.com", "a.example.com", "*.example.com", "infra0", "localhost", "10.0.0.6", "10.0.0.9", "010.0.0.9",
            "::1", "0:0:0:0:0:0:0:1", "fd00::9", "FD00:0::9", "::ffff:10.0.0.9", "127.0.0.1", "zz");
        Prop.ForAll(
            Arb.From(san.ListOf()),
            sans =>
            {
                CertificateProfile once = Canonical(sans);
                CertificateProfile twice = Canonical([.. once.IPAddresses.Select(a => a.ToString()), .. once.DnsNames]);
                CertificateProfile doubled = Canonical([.. sans, .. sans]);
                return once.DnsNames.SequenceEqual(twice.DnsNames)
                    && once.IPAddresses.SequenceEqual(twice.IPAddresses)
                    && once.DnsNames.SequenceEqual(doubled.DnsNames)
                    && once.IPAddresses.SequenceEqual(doubled.IPAddresses)
                    && once.DnsNames.SequenceEqual(once.DnsNames.Distinct().Order(StringComparer.Ordinal))
                    && once.IPAddresses.Distinct().Count() == once.IPAddresses.Count
                    && once.IPAddresses.Take(3).SequenceEqual([IPAddress.Parse("10.0.0.6"), IPAddress.Loopback, IPAddress.IPv6Loopback]);
            }).QuickCheckThrowOnFailure();
    }

    private static CertificateProfile Canonical(IEnumerable<string> sans)
        => KubeadmCertificates.LeavesOf(Make.Topology(), new EtcdMember("infra0", "10.0.0.6") { ServerCertSan = [.. sans] })[0];
}
