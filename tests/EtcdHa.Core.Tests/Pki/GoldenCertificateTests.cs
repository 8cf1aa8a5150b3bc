using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Pki;

/// <summary>Every golden case with certificates, those added later too.</summary>
public class GoldenCertificateTests
{
    private static readonly KubernetesVersion Oldest = new(1, 13, 0);

    public static IEnumerable<TheoryDataRow<string>> Cases()
        => GoldenCase.WithCertificates.Select(name => new TheoryDataRow<string>(name)
        {
            Skip = new GoldenCase(name).Kubeadm < Oldest ? $"Kubernetes {new GoldenCase(name).Kubeadm} is older than {Oldest}, the oldest version EtcdHa writes for." : null,
        });

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_certificate_equals_kubeadms_in_every_byte_that_is_not_random(string name)
    {
        Assert.All(Outlines(new GoldenCase(name)), o => Assert.Equal(o.Theirs, o.Ours));
    }

    /// <summary>What is not random of a case's five certificates, theirs and those we make for the same, by base name.</summary>
    internal static IEnumerable<(string Name, string Theirs, string Ours)> Outlines(GoldenCase golden)
    {
        EtcdTopology topology = golden.CertificateTopology();
        KubeadmCertificateRules rules = KubeadmCertificateRules.Of(topology);
        using IssuedCertificate authority = CertificateFactory.CreateAuthority(topology.KeyAlgorithm, Make.Now, topology.CaCertificateValidity, rules);
        using IssuingAuthority issuer = Make.Issuer(authority);
        string theirAuthority = golden.Certificate(KubeadmCertificates.AuthorityName);
        List<(string Name, string Theirs, string Ours)> outlines = [(KubeadmCertificates.AuthorityName, DerOutline.OfAuthority(theirAuthority), DerOutline.OfAuthority(authority.CertificatePem))];
        foreach (CertificateProfile profile in golden.Leaves())
        {
            // kubeadm made each in a process of its own, some time after the CA.
            using IssuedCertificate leaf = CertificateFactory.CreateLeaf(profile, issuer, topology.KeyAlgorithm, Make.Now.AddSeconds(2), topology.CertificateValidity, rules);
            outlines.Add((
                profile.Name,
                DerOutline.OfLeaf(golden.Certificate(profile.Name), theirAuthority, rules.LeafBackdating is null),
                DerOutline.OfLeaf(leaf.CertificatePem, authority.CertificatePem, rules.LeafBackdating is null)));
        }

        return outlines;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_CAs_key_identifier_is_the_one_the_versions_rule_makes_of_its_key(string name)
    {
        var golden = new GoldenCase(name);
        EtcdTopology known = golden.CertificateTopology();
        using X509Certificate2 authority = X509CertificateLoader.LoadCertificate(Pem.Certificates(golden.Certificate(KubeadmCertificates.AuthorityName)).Single());
        byte[]? theirs = authority.Extensions.OfType<X509SubjectKeyIdentifierExtension>().SingleOrDefault()?.SubjectKeyIdentifierBytes.ToArray();

        Assert.Equal(IdentifierByNet(authority, KubeadmCertificateRules.Of(known).SubjectKeyIdentifier), theirs);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void What_kubeadm_made_is_accepted(string name)
    {
        var golden = new GoldenCase(name);
        EtcdTopology known = golden.CertificateTopology();
        Assert.All([known, known with { KubernetesVersion = "v1.13.12" }, known with { KubernetesVersion = KubernetesReleases.NewestVersion }], topology =>
        {
            string authority = golden.Certificate(KubeadmCertificates.AuthorityName);
            foreach (CertificateProfile profile in KubeadmCertificates.LeavesOf(topology, topology.Members[0]))
            {
                using X509Certificate2 leaf = X509CertificateLoader.LoadCertificate(Pem.Certificates(golden.Certificate(profile.Name)).Single());

                // A case may be of a validity that is never true: zero or negative.
                DateTimeOffset now = new DateTimeOffset(leaf.NotBefore).AddSeconds(1);
                bool expires = now > leaf.NotAfter;
                CertificateKey key = CertificateKey.FromPublicKeyInfo(leaf.PublicKey.ExportSubjectPublicKeyInfo());
                IReadOnlyList<string> findings = CertificateChecks.CheckLeaf(golden.Certificate(profile.Name), key, authority, profile, topology.KeyAlgorithm, now);
                Assert.Equal(expires, findings.Count == 1 && findings[0].StartsWith("expired", StringComparison.Ordinal));
                Assert.True(expires || findings.Count == 0, string.Join('\n', findings));
                Assert.Equal(expires, CertificateChecks.CheckAuthority(authority, null, now).Any());
            }
        });
    }

    [Fact]
    public void There_are_cases_of_both_generations()
    {
        string[] cases = [.. GoldenCase.WithCertificates];
        Assert.Contains("kubeadm-1.20.2/infra0", cases);
        Assert.Contains("kubeadm-1.36.3/sans", cases);
        Assert.Contains("public/23-certs-k8s1.16.2.txt", cases);
    }

    internal static byte[]? IdentifierByNet(X509Certificate2 certificate, SubjectKeyIdentifierHash? hash) => hash is null ? null : new X509SubjectKeyIdentifierExtension(
        certificate.PublicKey,
        hash == SubjectKeyIdentifierHash.Sha1 ? X509SubjectKeyIdentifierHashAlgorithm.Sha1 : X509SubjectKeyIdentifierHashAlgorithm.ShortSha256,
        critical: false).SubjectKeyIdentifierBytes.ToArray();
}
