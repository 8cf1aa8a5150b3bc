using System.Formats.Asn1;
using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Tests.Pki;

public class CertificateFactoryTests
{
    [Theory]
    [InlineData(EtcdKeyAlgorithm.Rsa2048, 1675, 1679)]
    [InlineData(EtcdKeyAlgorithm.EcdsaP256, 227, 227)]
    public void Keys_have_the_size_of_kubeadms(EtcdKeyAlgorithm algorithm, int least, int most)
    {
        // stat.txt of the golden files; the size of an RSA key varies by the leading zeros of its integers.
        using IssuedCertificate authority = Make.Authority(algorithm);
        Assert.InRange(authority.KeyPem.Length, least, most);
    }

    [Fact]
    public void Certificates_have_the_size_of_kubeadms()
    {
        using IssuedCertificate authority = Make.Authority(EtcdKeyAlgorithm.Rsa2048);
        Assert.InRange(authority.CertificatePem.Length, 1094 - 4, 1094);
        Assert.EndsWith("\n-----END CERTIFICATE-----\n", authority.CertificatePem, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', authority.CertificatePem);
        Assert.All(authority.CertificatePem.Split('\n')[1..^3], line => Assert.Equal(64, line.Length));
    }

    [Theory]
    [InlineData(SubjectKeyIdentifierHash.Sha1)]
    [InlineData(SubjectKeyIdentifierHash.TruncatedSha256)]
    public void Our_key_identifier_is_made_by_the_rule_asked_for_and_repeated_in_the_leaf(SubjectKeyIdentifierHash hash)
    {
        using IssuedCertificate authority = CertificateFactory.CreateAuthority(EtcdKeyAlgorithm.EcdsaP256, Make.Now, Make.TenYears, KubeadmCertificateRules.Newest with { SubjectKeyIdentifier = hash });
        using IssuedCertificate leaf = Make.Leaf(authority, Make.Profile(KubeadmCertificates.ServerName));
        using X509Certificate2 ca = X509CertificateLoader.LoadCertificate(Pem.Certificates(authority.CertificatePem).Single());
        using X509Certificate2 server = X509CertificateLoader.LoadCertificate(Pem.Certificates(leaf.CertificatePem).Single());
        byte[] expected = GoldenCertificateTests.IdentifierByNet(ca, hash)!;

        Assert.Equal(expected, ca.Extensions.OfType<X509SubjectKeyIdentifierExtension>().Single().SubjectKeyIdentifierBytes.ToArray());
        Assert.Equal(expected, server.Extensions.OfType<X509AuthorityKeyIdentifierExtension>().Single().KeyIdentifier!.Value.ToArray());
    }

    [Fact]
    public void Validity_starts_five_minutes_early_and_loses_its_fraction_of_a_second()
    {
        using IssuedCertificate authority = Make.Authority();
        CertificateDocument certificate = CertificateDocument.TryRead(authority.CertificatePem, out _)!;

        Assert.Equal(new DateTimeOffset(2026, 11, 23, 5, 14, 51, TimeSpan.Zero), certificate.NotBefore);
        Assert.Equal(new DateTimeOffset(2036, 11, 20, 5, 19, 51, TimeSpan.Zero), certificate.NotAfter);
    }

    [Fact]
    public void Times_from_2050_on_are_GeneralizedTime()
    {
        using IssuedCertificate authority = CertificateFactory.CreateAuthority(EtcdKeyAlgorithm.EcdsaP256, Make.Now, TimeSpan.FromDays(365 * 30));
        AsnReader validity = Content(authority.CertificatePem);

        Assert.Equal(Asn1Tag.UtcTime, validity.PeekTag());
        validity.ReadUtcTime();
        Assert.Equal(2056, validity.ReadGeneralizedTime().Year);
    }

    [Theory]
    [InlineData(EtcdKeyAlgorithm.EcdsaP384)]
    [InlineData(EtcdKeyAlgorithm.Rsa3072)]
    [InlineData(EtcdKeyAlgorithm.Rsa4096)]
    public void Every_algorithm_of_kubeadm_makes_a_chain_that_checks(EtcdKeyAlgorithm algorithm)
    {
        using IssuedCertificate authority = Make.Authority(algorithm);
        using IssuingAuthority issuer = Make.Issuer(authority);
        CertificateProfile profile = Make.Profile(KubeadmCertificates.PeerName);
        using IssuedCertificate leaf = CertificateFactory.CreateLeaf(profile, issuer, algorithm == EtcdKeyAlgorithm.EcdsaP384 ? algorithm : EtcdKeyAlgorithm.EcdsaP256, Make.Now, Make.Year);

        Assert.Equal(algorithm, CertificateDocument.TryRead(authority.CertificatePem, out _)!.KeyAlgorithm);
        Assert.Empty(CertificateChecks.CheckAuthority(authority.CertificatePem, Make.Key(authority), Make.Now));
        Assert.Empty(CertificateChecks.CheckLeaf(leaf.CertificatePem, Make.Key(leaf), authority.CertificatePem, profile, null, Make.Now));
    }

    [Fact]
    public void Two_certificates_never_share_a_serial_number_or_a_key()
    {
        using IssuedCertificate authority = Make.Authority();
        using IssuedCertificate one = Make.Leaf(authority, Make.Profile(KubeadmCertificates.PeerName));
        using IssuedCertificate other = Make.Leaf(authority, Make.Profile(KubeadmCertificates.PeerName));

        Assert.NotEqual(CertificateDocument.TryRead(one.CertificatePem, out _)!.SerialNumber, CertificateDocument.TryRead(other.CertificatePem, out _)!.SerialNumber);
        Assert.NotEqual(Make.KeyText(one), Make.KeyText(other));
    }

    [Fact]
    public void A_member_called_as_the_CA_gets_no_authority_key_identifier_as_in_Go()
    {
        using IssuedCertificate authority = Make.Authority();
        using IssuedCertificate leaf = Make.Leaf(authority, Make.Profile(KubeadmCertificates.PeerName, new EtcdMember("etcd-ca", "10.0.0.6")));
        using X509Certificate2 peer = X509CertificateLoader.LoadCertificate(Pem.Certificates(leaf.CertificatePem).Single());

        Assert.Empty(peer.Extensions.OfType<X509AuthorityKeyIdentifierExtension>());
    }

    [Fact]
    public void Disposing_a_new_certificate_zeroes_its_key()
    {
        IssuedCertificate authority = Make.Authority();
        ReadOnlyMemory<byte> key = authority.KeyPem;
        authority.Dispose();

        Assert.All(key.ToArray(), b => Assert.Equal(0, b));
    }

    // The reader stands at the first time of the validity.
    private static AsnReader Content(string pem)
    {
        AsnReader content = new AsnReader(Pem.Certificates(pem).Single(), AsnEncodingRules.DER).ReadSequence().ReadSequence();
        for (int i = 0; i < 4; i++)
        {
            content.ReadEncodedValue();
        }

        return content.ReadSequence();
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    public void A_validity_that_is_never_true_is_made_as_kubeadm_makes_it(int hours)
    {
        using IssuedCertificate authority = CertificateFactory.CreateAuthority(EtcdKeyAlgorithm.EcdsaP256, Make.Now, TimeSpan.FromHours(hours));
        using IssuedCertificate leaf = Make.Leaf(authority, Make.Profile(KubeadmCertificates.ServerName), validity: TimeSpan.FromHours(hours));

        Assert.All([authority, leaf], made => Assert.Equal(
            TimeSpan.FromMinutes(5) + TimeSpan.FromHours(hours),
            CertificateDocument.TryRead(made.CertificatePem, out _) is { } document ? document.NotAfter - document.NotBefore : TimeSpan.MaxValue));
    }
}
