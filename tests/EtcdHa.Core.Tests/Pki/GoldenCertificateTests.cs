using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Pki;

/// <summary>Every golden case with certificates, those added later too.</summary>
public class GoldenCertificateTests
{
    private static readonly KubernetesVersion Oldest = new(1, 13, 0);

    public static IEnumerable<TheoryDataRow<string>> Cases()
        => GoldenCase.All().Select(name => new TheoryDataRow<string>(name)
        {
            Skip = GoldenCase.VersionOf(name) < Oldest ? $"Kubernetes {GoldenCase.VersionOf(name)} is older than {Oldest}, the oldest version EtcdHa writes for." : null,
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_certificate_equals_kubeadms_in_every_byte_that_is_not_random(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        EtcdTopology topology = golden.Topology;
        KubeadmCertificateRules rules = KubeadmCertificateRules.Of(topology);
        using IssuedCertificate authority = CertificateFactory.CreateAuthority(topology.KeyAlgorithm, Make.Now, topology.CaCertificateValidity, rules);
        using IssuingAuthority issuer = Make.Issuer(authority);
        string theirAuthority = golden.Certificates[KubeadmCertificates.AuthorityName];
        Assert.Equal(DerOutline.OfAuthority(theirAuthority), DerOutline.OfAuthority(authority.CertificatePem));

        foreach (CertificateProfile profile in golden.Leaves())
        {
            // kubeadm made each in a process of its own, some time after the CA.
            using IssuedCertificate leaf = CertificateFactory.CreateLeaf(profile, issuer, topology.KeyAlgorithm, Make.Now.AddSeconds(2), topology.CertificateValidity, rules);
            Assert.Equal(
                DerOutline.OfLeaf(golden.Certificates[profile.Name], theirAuthority, rules.LeafBackdating is null),
                DerOutline.OfLeaf(leaf.CertificatePem, authority.CertificatePem, rules.LeafBackdating is null));
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_CAs_key_identifier_is_the_one_the_versions_rule_makes_of_its_key(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificate(Pem.Certificates(golden.Certificates[KubeadmCertificates.AuthorityName]).Single());
        byte[]? theirs = authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().SingleOrDefault()?.SubjectKeyIdentifierBytes.ToArray();

        Assert.Equal(IdentifierByNet(authority, KubeadmCertificateRules.Of(golden.Topology).SubjectKeyIdentifier), theirs);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_kubeadm_made_is_accepted(string name)
    {
        GoldenCase golden = GoldenCase.Read(name);
        Assert.All([golden.Topology, golden.Topology with { KubernetesVersion = "v1.13.12" }, golden.Topology with { KubernetesVersion = KubernetesReleases.NewestVersion }], topology =>
        {
            string authority = golden.Certificates[KubeadmCertificates.AuthorityName];
            foreach (CertificateProfile profile in KubeadmCertificates.LeavesOf(topology, topology.Members[0]))
            {
                using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(Pem.Certificates(golden.Certificates[profile.Name]).Single());

                // A case may be of a validity that is never true: zero or negative.
                DateTimeOffset now = new DateTimeOffset(leaf.NotBefore).AddSeconds(1);
                bool expires = now > leaf.NotAfter;
                CertificateKey key = CertificateKey.FromPublicKeyInfo(leaf.PublicKey.ExportSubjectPublicKeyInfo());
                IReadOnlyList<string> findings = CertificateChecks.CheckLeaf(golden.Certificates[profile.Name], key, authority, profile, topology.KeyAlgorithm, now);
                Assert.Equal(expires, findings.Count == 1 && findings[0].StartsWith("expired", StringComparison.Ordinal));
                Assert.True(expires || findings.Count == 0, string.Join('\n', findings));
                Assert.Equal(expires, CertificateChecks.CheckAuthority(authority, null, now).Any());
            }
        });
    }

    [Fact]
    public void There_are_cases_of_both_generations()
    {
        string[] cases = [.. GoldenCase.All()];
        Assert.Contains("kubeadm-1.20.2/infra0", cases);
        Assert.Contains("kubeadm-1.36.3/sans", cases);
        Assert.Contains("public/23-certs-k8s1.16.2.txt", cases);
    }

    internal static byte[]? IdentifierByNet(X509Certificate2 certificate, SubjectKeyIdentifierHash? hash) => hash is null ? null : new X509SubjectKeyIdentifierExtension(
        certificate.PublicKey,
        hash == SubjectKeyIdentifierHash.Sha1 ? X509SubjectKeyIdentifierHashAlgorithm.Sha1 : X509SubjectKeyIdentifierHashAlgorithm.ShortSha256,
        critical: false).SubjectKeyIdentifierBytes.ToArray();
}
