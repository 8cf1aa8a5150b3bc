using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Tests.Pki;

public sealed class CertificateChecksTests : IDisposable
{
    private readonly IssuedCertificate _authority = Make.Authority();
    private readonly CertificateProfile _server = Make.Profile(KubeadmCertificates.ServerName);

    public void Dispose() => _authority.Dispose();

    [Fact]
    public void A_right_leaf_has_no_finding()
    {
        using IssuedCertificate leaf = Make.Leaf(_authority, _server);
        Assert.Empty(Check(leaf.CertificatePem, Make.Key(leaf)));
    }

    [Fact]
    public void The_bounds_of_validity_belong_to_it()
    {
        using IssuedCertificate leaf = Make.Leaf(_authority, _server);
        CertificateDocument document = CertificateDocument.TryRead(leaf.CertificatePem, out _)!;

        Assert.Empty(Check(leaf.CertificatePem, Make.Key(leaf), document.NotBefore));
        Assert.Empty(Check(leaf.CertificatePem, Make.Key(leaf), document.NotAfter));
        Assert.Equal(["expired since 2027-11-23 05:19:51 UTC"], Check(leaf.CertificatePem, Make.Key(leaf), document.NotAfter.AddSeconds(1)));
        Assert.Equal(["not valid before 2026-11-23 05:14:51 UTC"], Check(leaf.CertificatePem, Make.Key(leaf), document.NotBefore.AddSeconds(-1)));
    }

    [Theory]
    [InlineData("", "no certificate in PEM form")]
    [InlineData("garbage", "no certificate in PEM form")]
    [InlineData("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n", "the certificate is damaged")]
    [InlineData("-----BEGIN CERTIFICATE-----\n!!!!\n-----END CERTIFICATE-----\n", "no certificate in PEM form")]
    public void Text_that_is_no_certificate_is_named_as_that(string text, string finding)
        => Assert.Equal([finding], Check(text, null));

    [Fact]
    public void A_PKCS12_container_is_not_taken_for_a_certificate()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using X509Certificate2 ca = Foreign.Authority(key, "CN=etcd-ca");
        Assert.Equal(["the certificate is damaged"], Check(Pem.Write(Pem.Certificate, ca.Export(X509ContentType.Pkcs12)), null));
    }

    [Fact]
    public void The_three_things_kubeadm_overlooks_are_findings()
    {
        using IssuedCertificate leaf = Make.Leaf(_authority, Make.Profile(KubeadmCertificates.ServerName, new EtcdMember("infra0", "10.0.0.9")));
        using IssuedCertificate other = Make.Leaf(_authority, _server);

        Assert.Equal(["the key is missing", "SAN missing: IP 10.0.0.6", "SAN not asked for: IP 10.0.0.9"], Check(leaf.CertificatePem, null));
        Assert.Contains("the key belongs to another certificate", Check(leaf.CertificatePem, Make.Key(other)));
    }

    [Fact]
    public void Name_usage_and_algorithm_are_compared()
    {
        using IssuedCertificate client = Make.Leaf(_authority, Make.Profile(KubeadmCertificates.HealthcheckClientName));
        Assert.Equal(
            [
                "key algorithm is ECDSA-P256, the topology asks for RSA-2048",
                "common name is 'kube-etcd-healthcheck-client', not 'infra0'",
                "SAN missing: DNS infra0, DNS localhost, IP 10.0.0.6, IP 127.0.0.1, IP ::1",
                "extended key usage is clientAuth, not serverAuth, clientAuth",
            ],
            CertificateChecks.CheckLeaf(client.CertificatePem, Make.Key(client), _authority.CertificatePem, _server, EtcdKeyAlgorithm.Rsa2048, Make.Now));
    }

    [Fact]
    public void A_CA_in_the_place_of_a_leaf_is_seen()
        => Assert.Contains("it is a certificate authority, not a leaf", Check(_authority.CertificatePem, Make.Key(_authority)));

    [Fact]
    public void Another_CA_of_the_same_name_is_told_apart_by_its_signature()
    {
        using IssuedCertificate stranger = Make.Authority();
        using IssuedCertificate leaf = Make.Leaf(stranger, _server);

        Assert.Equal(["signed by another CA that is also called 'CN=etcd-ca'"], Check(leaf.CertificatePem, Make.Key(leaf)));
    }

    [Fact]
    public void A_CA_with_another_kind_of_key_is_told_apart()
    {
        using IssuedCertificate stranger = Make.Authority(EtcdKeyAlgorithm.Rsa2048);
        using IssuedCertificate leaf = Make.Leaf(stranger, _server);

        Assert.Equal(["signed by another CA that is also called 'CN=etcd-ca'"], Check(leaf.CertificatePem, Make.Key(leaf)));
    }

    [Fact]
    public void A_CA_of_another_name_is_named()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        string stranger = Foreign.Authority(key, "CN=etcdadm").ExportCertificatePem();
        using IssuedCertificate leaf = Make.Leaf(_authority, _server);

        Assert.Equal(
            ["issued by 'CN=etcd-ca', not by the CA 'CN=etcdadm'"],
            CertificateChecks.CheckLeaf(leaf.CertificatePem, Make.Key(leaf), stranger, _server, null, Make.Now));
    }

    [Fact]
    public void Either_CA_of_a_bundle_may_have_signed()
    {
        using IssuedCertificate next = Make.Authority();
        using IssuedCertificate leaf = Make.Leaf(_authority, _server);

        Assert.Empty(CertificateChecks.CheckLeaf(leaf.CertificatePem, Make.Key(leaf), next.CertificatePem + _authority.CertificatePem, _server, null, Make.Now));
    }

    [Fact]
    public void A_tampered_certificate_is_not_signed_by_the_CA()
    {
        using IssuedCertificate leaf = Make.Leaf(_authority, _server);
        byte[] der = Pem.Certificates(leaf.CertificatePem).Single();
        int name = der.AsSpan().IndexOf("infra0"u8);
        der[name + 5] = (byte)'1';
        string tampered = Pem.Write(Pem.Certificate, der);

        Assert.Contains("signed by another CA that is also called 'CN=etcd-ca'", Check(tampered, Make.Key(leaf)));
    }

    [Fact]
    public void A_SHA1_signature_is_not_accepted()
    {
        // sha256WithRSAEncryption, renamed sha1WithRSAEncryption in both places.
        byte[] der = Pem.Certificates(Golden.Text("kubeadm-1.36.3/infra0/pki/etcd/ca.crt")).Single();
        byte[] sha256 = Convert.FromHexString("06092A864886F70D01010B");
        for (int at = der.AsSpan().IndexOf(sha256); at >= 0; at = der.AsSpan().IndexOf(sha256))
        {
            der[at + 10] = 5;
        }

        string pem = Pem.Write(Pem.Certificate, der);
        Assert.Contains("signature algorithm SHA-1 with RSA is not accepted by etcd", CertificateChecks.CheckLeaf(pem, null, pem, _server, null, Make.Now));
    }

    [Fact]
    public void A_right_CA_has_no_finding_with_and_without_its_key()
    {
        Assert.Empty(CertificateChecks.CheckAuthority(_authority.CertificatePem, Make.Key(_authority), Make.Now));
        Assert.Empty(CertificateChecks.CheckAuthority(_authority.CertificatePem, null, Make.Now));
    }

    [Fact]
    public void Each_wrong_CA_has_its_own_error()
    {
        using IssuedCertificate leaf = Make.Leaf(_authority, _server);
        using IssuedCertificate other = Make.Authority();
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using RSA weak = RSA.Create(1024);
        string noSigning = Foreign.Authority(key, "CN=x", X509KeyUsageFlags.DigitalSignature).ExportCertificatePem();

        Assert.Equal("CertificateNotCA", ErrorOf(leaf.CertificatePem, Make.Key(leaf), Make.Now));
        Assert.Equal("CertificateNotCA", ErrorOf(noSigning, null, Make.Now));
        Assert.Equal("CertificateKeyMismatch", ErrorOf(_authority.CertificatePem, Make.Key(other), Make.Now));
        Assert.Equal("CertificateKeyUnreadable", ErrorOf(_authority.CertificatePem, CertificateKey.FromPem("x"u8), Make.Now));
        Assert.Equal("CertificateExpired", ErrorOf(_authority.CertificatePem, null, Make.Now.AddYears(11)));
        Assert.Equal("CertificateNotYetValid", ErrorOf(_authority.CertificatePem, null, Make.Now.AddDays(-1)));
        Assert.Equal("CertificateUnreadable", ErrorOf("x", null, Make.Now));
        Assert.Equal("KeyAlgorithmUnsupported", ErrorOf(Foreign.Authority(weak, "CN=x").ExportCertificatePem(), null, Make.Now));
        Assert.Equal("KeyAlgorithmUnsupported", ErrorOf(Foreign.Ed25519Authority, null, Make.Now.AddDays(1)));
    }

    [Fact]
    public void Leaves_that_would_outlive_their_CA_are_warned_of()
    {
        EtcdCertificate ca = CertificateDocument.TryRead(_authority.CertificatePem, out _)!.Describe("etcd/ca", "/staging/pki/etcd/ca.crt", null, EtcdChange.Unchanged);

        Assert.Empty(CertificateChecks.AuthorityWarnings(ca, Make.Year, Make.Now));
        Assert.Contains("2036-11-20", Assert.Single(CertificateChecks.AuthorityWarnings(ca, Make.Year, Make.Now.AddYears(9).AddDays(300))), StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_are_read_in_every_form_kubeadm_reads()
    {
        using RSA rsa = RSA.Create(2048);
        using ECDsa ec = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        foreach ((AsymmetricAlgorithm key, string pem) in new (AsymmetricAlgorithm, string)[]
        {
            (rsa, rsa.ExportRSAPrivateKeyPem()), (rsa, rsa.ExportPkcs8PrivateKeyPem()),
            (ec, ec.ExportECPrivateKeyPem()), (ec, ec.ExportPkcs8PrivateKeyPem()),
            (ec, "-----BEGIN EC PARAMETERS-----\nBgUrgQQAIg==\n-----END EC PARAMETERS-----\n" + ec.ExportECPrivateKeyPem()),
        })
        {
            CertificateKey read = CertificateKey.FromPem(Encoding.ASCII.GetBytes(pem));
            Assert.Null(read.Problem);
            Assert.Equal(key.ExportSubjectPublicKeyInfo(), read.PublicKeyInfo);
        }
    }

    [Fact]
    public void A_key_that_cannot_be_read_says_why_and_shows_nothing_of_itself()
    {
        using RSA rsa = RSA.Create(2048);
        string encrypted = rsa.ExportEncryptedPkcs8PrivateKeyPem("secret", new PbeParameters(PbeEncryptionAlgorithm.Aes128Cbc, HashAlgorithmName.SHA256, 1));

        Assert.Equal("the key is encrypted; kubeadm and etcd read only unencrypted keys", Problem(encrypted));
        Assert.Equal("the key is encrypted; kubeadm and etcd read only unencrypted keys", Problem("-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n"));
        Assert.Equal("no private key in PEM form", Problem(""));
        Assert.Equal("the private key is damaged", Problem("-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----\n"));
        Assert.Equal("the private key is damaged", Problem("-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----\n"));
        Assert.Equal("key algorithm Ed25519 is neither RSA nor ECDSA", Problem(Foreign.Ed25519Key));
    }

    private static string? Problem(string pem) => CertificateKey.FromPem(Encoding.ASCII.GetBytes(pem)).Problem;

    private static string ErrorOf(string pem, CertificateKey? key, DateTimeOffset now) => Assert.Single(CertificateChecks.CheckAuthority(pem, key, now)).ErrorId;

    private IReadOnlyList<string> Check(string pem, CertificateKey? key, DateTimeOffset? now = null)
        => CertificateChecks.CheckLeaf(pem, key, _authority.CertificatePem, _server, EtcdKeyAlgorithm.EcdsaP256, now ?? Make.Now);
}
