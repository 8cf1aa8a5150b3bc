using System.Security.Cryptography;
using EtcdHa.Core.Etcd;

namespace EtcdHa.Core.Tests.Etcd;

public sealed class EtcdClientCredentialsTests : IDisposable
{
    private readonly TestCa _ca = new();

    public void Dispose() => _ca.Dispose();

    [Fact]
    public void Text_that_is_no_pem_is_refused_by_what_it_should_have_been()
    {
        (string certificate, string key) = _ca.Issue("client");
        (_, string otherKey) = _ca.Issue("client");

        Assert.Equal("EtcdTrustInvalid", Refused("no PEM", certificate, key));
        Assert.Equal("EtcdTrustInvalid", Refused(certificate, certificate, key));
        Assert.Equal("EtcdClientCertificateInvalid", Refused(_ca.Pem, key, key));
        Assert.Equal("EtcdClientKeyInvalid", Refused(_ca.Pem, certificate, certificate));
        Assert.Equal("EtcdClientKeyInvalid", Refused(_ca.Pem, certificate, otherKey));
    }

    [Fact]
    public void Every_form_of_key_that_openssl_and_kubeadm_write_is_read()
    {
        (string certificate, string sec1) = _ca.Issue("client");
        using var key = ECDsa.Create();
        key.ImportFromPem(sec1);

        using var fromSec1 = new EtcdClientCredentials(_ca.Pem, certificate, sec1);
        using var fromPkcs8 = new EtcdClientCredentials(_ca.Pem, certificate, key.ExportPkcs8PrivateKeyPem());

        Assert.True(fromSec1.Certificate.HasPrivateKey);
        Assert.True(fromPkcs8.Certificate.HasPrivateKey);
    }

    [Fact]
    public void No_part_of_a_key_is_in_an_error()
    {
        (string certificate, _) = _ca.Issue("client");
        (_, string otherKey) = _ca.Issue("client");

        EtcdCertificateException error = Assert.Throws<EtcdCertificateException>(
            () => new EtcdClientCredentials(_ca.Pem, certificate, otherKey));

        Assert.DoesNotContain(otherKey.Split('\n')[1], error.ToString(), StringComparison.Ordinal);
    }

    private static string Refused(string ca, string certificate, string key) =>
        Assert.Throws<EtcdCertificateException>(() => new EtcdClientCredentials(ca, certificate, key)).ErrorId;
}
