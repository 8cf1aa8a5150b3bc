using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Pki;

/// <summary>The two sides of every boundary; what lies between is in the golden cases.</summary>
public class KubeadmCertificateRulesTests
{
    [Theory]
    [InlineData("1.28.15", "system:masters")]
    [InlineData("1.29.0", null)]
    public void The_clients_organization_went_with_1_29(string version, string? organization)
        => Assert.Equal(organization, Of(version).ClientOrganization);

    [Theory]
    [InlineData("1.21.14", false)]
    [InlineData("1.22.0", true)]
    public void The_CA_names_itself_since_1_22(string version, bool expected) => Assert.Equal(expected, Of(version).AuthorityNamesItself);

    [Theory]
    [InlineData("1.24.17", false, 0)]
    [InlineData("1.25.11", false, 0)]
    [InlineData("1.25.12", true, 0)]
    [InlineData("1.25.13", true, 5)]
    [InlineData("1.26.6", false, 0)]
    [InlineData("1.26.7", true, 0)]
    [InlineData("1.26.8", true, 5)]
    [InlineData("1.27.3", false, 0)]
    [InlineData("1.27.4", true, 0)]
    [InlineData("1.27.5", true, 5)]
    [InlineData("1.28.0", true, 5)]
    public void The_CAs_serial_and_start_changed_with_1_28_and_in_patches_before(string version, bool random, int minutes)
        => Assert.Equal((random, TimeSpan.FromMinutes(minutes)), (Of(version).AuthoritySerialIsRandom, Of(version).AuthorityBackdating));

    [Theory]
    [InlineData("1.30.14", null)]
    [InlineData("1.31.0", 5)]
    public void A_leaf_begins_with_its_CA_before_1_31(string version, int? minutes)
        => Assert.Equal(minutes is { } m ? TimeSpan.FromMinutes(m) : null, Of(version).LeafBackdating);

    [Theory]
    [InlineData("1.20.15", false)]
    [InlineData("1.21.0", true)]
    public void A_leaf_has_basic_constraints_since_1_21(string version, bool expected) => Assert.Equal(expected, Of(version).LeafHasBasicConstraints);

    [Theory]
    [InlineData("1.18.20", null, false)]
    [InlineData("1.19.0", SubjectKeyIdentifierHash.Sha1, true)]
    [InlineData("1.34.9", SubjectKeyIdentifierHash.Sha1, true)]
    [InlineData("1.35.0", SubjectKeyIdentifierHash.TruncatedSha256, true)]
    [InlineData("1.36.3", SubjectKeyIdentifierHash.TruncatedSha256, true)]
    public void The_key_identifier_follows_the_Go_release_that_built_kubeadm(string version, SubjectKeyIdentifierHash? hash, bool canonicalSans)
        => Assert.Equal((hash, canonicalSans), (Of(version).SubjectKeyIdentifier, Of(version).SansAreCanonical));

    [Fact]
    public void Every_release_has_rules_and_the_newest_is_among_them()
    {
        Assert.All(KubernetesReleases.All, r => Assert.NotNull(Of($"1.{r.Minor}.0")));
        Assert.Equal(Of(KubernetesReleases.NewestVersion), KubeadmCertificateRules.Newest);
    }

    [Fact]
    public void Before_1_19_SANs_stay_as_given_with_the_address_the_page_repeats()
    {
        EtcdTopology topology = Make.Topology(EtcdKeyAlgorithm.EcdsaP256, new EtcdMember("zeta", "10.0.0.6") { ServerCertSan = ["alpha", "alpha"] });
        CertificateProfile old = KubeadmCertificates.LeavesOf(topology with { KubernetesVersion = "v1.18.20" }, topology.Members[0])[0];
        CertificateProfile now = KubeadmCertificates.LeavesOf(topology, topology.Members[0])[0];

        Assert.Equal(("zeta localhost alpha", "10.0.0.6 127.0.0.1 ::1 10.0.0.6"), (string.Join(' ', old.DnsNames), string.Join(' ', old.IPAddresses)));
        Assert.Equal(("alpha localhost zeta", "10.0.0.6 127.0.0.1 ::1"), (string.Join(' ', now.DnsNames), string.Join(' ', now.IPAddresses)));
    }

    [Theory]
    [InlineData("v1.30.14")]
    [InlineData("v1.31.0")]
    public void A_leaf_made_a_year_later_begins_where_the_version_says(string version)
    {
        KubeadmCertificateRules rules = Of(version);
        DateTimeOffset later = Make.Now.AddDays(365);
        using IssuedCertificate authority = CertificateFactory.CreateAuthority(EtcdKeyAlgorithm.EcdsaP256, Make.Now, Make.TenYears, rules);
        using IssuingAuthority issuer = Make.Issuer(authority);
        using IssuedCertificate leaf = CertificateFactory.CreateLeaf(Make.Profile(KubeadmCertificates.ServerName), issuer, EtcdKeyAlgorithm.EcdsaP256, later, Make.Year, rules);
        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(Pem.Certificates(leaf.CertificatePem).Single());

        DateTimeOffset begin = (version == "v1.30.14" ? Make.Now : later).AddMinutes(-5);
        Assert.Equal(begin.AddMilliseconds(-750), new DateTimeOffset(read.NotBefore));
        Assert.Equal(later.Add(Make.Year).AddMilliseconds(-750), new DateTimeOffset(read.NotAfter));
    }

    [Fact]
    public void A_CA_with_an_identifier_is_repeated_by_the_leaves_of_every_version()
    {
        using IssuedCertificate authority = Make.Authority();
        using IssuingAuthority issuer = Make.Issuer(authority);
        using IssuedCertificate leaf = CertificateFactory.CreateLeaf(Make.Profile(KubeadmCertificates.ServerName), issuer, EtcdKeyAlgorithm.EcdsaP256, Make.Now, Make.Year, Of("1.16.2"));
        using X509Certificate2 read = X509CertificateLoader.LoadCertificate(Pem.Certificates(leaf.CertificatePem).Single());

        Assert.Single(read.Extensions.OfType<X509AuthorityKeyIdentifierExtension>());
    }

    private static KubeadmCertificateRules Of(string version) => KubeadmCertificateRules.Of(KubernetesVersion.Parse(version));
}
