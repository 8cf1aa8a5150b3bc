using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Tests.Pki;

/// <summary>Certificates and keys that kubeadm would not make.</summary>
internal static class Foreign
{
    /// <summary>A CA on Ed25519, valid from 2026-11-23 22:26 UTC for a hundred years, made by openssl; its key was thrown away.</summary>
    public const string Ed25519Authority = """
        -----BEGIN CERTIFICATE-----
        MIIBMDCB46ADAgECAhRyRkHELtmgMWpnN+ykE/E/NToO5zAFBgMrZXAwDTELMAkG
        A1UEAwwCZWQwIBcNMjYxMTIzMjIyNjIzWhgPMjEyNjEwMzAyMjI2MjNaMA0xCzAJ
        BgNVBAMMAmVkMCowBQYDK2VwAyEA+T/H+gItCt26AVKWhcC5EJaqBKbZpH2hCb9k
        ATTcviOjUzBRMB0GA1UdDgQWBBR4L9rA/s7PPBYC9t7cK+TbOZu3cDAfBgNVHSME
        GDAWgBR4L9rA/s7PPBYC9t7cK+TbOZu3cDAPBgNVHRMBAf8EBTADAQH/MAUGAytl
        cANBAKa6ZRbWPuRNfOhRPcIk8hADUchngdnM8GI0xQljIEP9uz/Z1P+vs0uiSFQb
        KLD04Efr+1mIU9hPb6eN7d0NZwk=
        -----END CERTIFICATE-----
        """;

    /// <summary>An Ed25519 key of 32 zero bytes, PKCS#8.</summary>
    public static string Ed25519Key { get; } = Pem.Write("PRIVATE KEY", Convert.FromHexString("302E020100300506032B657004220420" + new string('0', 64)));

    /// <summary>A self-signed CA made by .NET, valid a day around <see cref="Make.Now"/>.</summary>
    public static X509Certificate2 Authority(AsymmetricAlgorithm key, string subject, X509KeyUsageFlags usages = X509KeyUsageFlags.KeyCertSign)
    {
        CertificateRequest request = key is RSA rsa
            ? new CertificateRequest(subject, rsa, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1)
            : new CertificateRequest(subject, (ECDsa)key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509KeyUsageExtension(usages, true));
        return request.CreateSelfSigned(Make.Now.AddDays(-1), Make.Now.AddDays(1));
    }
}
