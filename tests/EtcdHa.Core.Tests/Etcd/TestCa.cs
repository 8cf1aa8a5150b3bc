using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Etcd;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>A throw-away CA with kubeadm's name for it: two of them differ by key only, as two clusters' do.</summary>
internal sealed class TestCa : IDisposable
{
    private readonly X509Certificate2 _certificate;

    public TestCa()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=etcd-ca", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(
            X509KeyUsageFlags.KeyCertSign | X509KeyUsageFlags.DigitalSignature | X509KeyUsageFlags.KeyEncipherment, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddYears(-5), DateTimeOffset.UtcNow.AddYears(5));
    }

    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A leaf with both or one of the extended key usages, valid for the hosts (IP addresses or names).</summary>
    public (string Certificate, string Key) Issue(
        string commonName, string[]? hosts = null, DateTimeOffset? notAfter = null, bool serverAuth = true, bool clientAuth = true)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest("CN=" + commonName, key, HashAlgorithmName.SHA256);
        var usages = new OidCollection();
        if (serverAuth)
        {
            usages.Add(new Oid(CertificateFault.ServerAuthentication));
        }

        if (clientAuth)
        {
            usages.Add(new Oid(CertificateFault.ClientAuthentication));
        }

        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension(usages, false));
        request.CertificateExtensions.Add(X509AuthorityKeyIdentifierExtension.CreateFromCertificate(_certificate, true, false));
        if (hosts is not null)
        {
            var names = new SubjectAlternativeNameBuilder();
            foreach (string host in hosts)
            {
                if (IPAddress.TryParse(host, out IPAddress? address))
                {
                    names.AddIpAddress(address);
                }
                else
                {
                    names.AddDnsName(host);
                }
            }

            request.CertificateExtensions.Add(names.Build());
        }

        DateTimeOffset end = notAfter ?? DateTimeOffset.UtcNow.AddDays(1);
        using X509Certificate2 certificate = request.Create(
            _certificate, end.AddYears(-1), end, RandomNumberGenerator.GetBytes(8));
        return (certificate.ExportCertificatePem(), key.ExportECPrivateKeyPem());
    }

    /// <summary>Credentials with a client pair of this CA, or of <paramref name="clientCa"/>.</summary>
    public EtcdClientCredentials Client(DateTimeOffset? notAfter = null, TestCa? clientCa = null, bool clientAuth = true)
    {
        (string certificate, string key) = (clientCa ?? this).Issue(
            "kube-etcd-healthcheck-client", notAfter: notAfter, serverAuth: !clientAuth, clientAuth: clientAuth);
        return new EtcdClientCredentials(Pem, certificate, key);
    }

    public void Dispose() => _certificate.Dispose();
}
