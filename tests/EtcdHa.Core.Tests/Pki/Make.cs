using System.Text;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Tests.Pki;

/// <summary>Values the certificate tests have in common.</summary>
internal static class Make
{
    public static readonly DateTimeOffset Now = new(2026, 11, 23, 5, 19, 51, 750, TimeSpan.Zero);
    public static readonly TimeSpan Year = TimeSpan.FromHours(8760);
    public static readonly TimeSpan TenYears = TimeSpan.FromHours(87600);

    public static EtcdTopology Topology(EtcdKeyAlgorithm algorithm = EtcdKeyAlgorithm.EcdsaP256, params EtcdMember[] members) => new()
    {
        KubernetesVersion = "v1.36.3",
        KeyAlgorithm = algorithm,
        Members = members.Length > 0 ? members : [new EtcdMember("infra0", "10.0.0.6"), new EtcdMember("infra1", "10.0.0.7"), new EtcdMember("infra2", "10.0.0.8")],
    };

    public static IssuedCertificate Authority(EtcdKeyAlgorithm algorithm = EtcdKeyAlgorithm.EcdsaP256, DateTimeOffset? now = null)
        => CertificateFactory.CreateAuthority(algorithm, now ?? Now, TenYears);

    public static IssuingAuthority Issuer(IssuedCertificate authority) => IssuingAuthority.Read(authority.CertificatePem, authority.KeyPem.Span);

    public static IssuedCertificate Leaf(IssuedCertificate authority, CertificateProfile profile, DateTimeOffset? now = null, TimeSpan? validity = null)
    {
        using IssuingAuthority issuer = Issuer(authority);
        return CertificateFactory.CreateLeaf(profile, issuer, EtcdKeyAlgorithm.EcdsaP256, now ?? Now, validity ?? Year);
    }

    public static CertificateProfile Profile(string name, EtcdMember? member = null)
        => KubeadmCertificates.LeavesOf(Topology(), member ?? new EtcdMember("infra0", "10.0.0.6")).Single(p => p.Name == name);

    public static CertificateKey Key(IssuedCertificate certificate) => CertificateKey.FromPem(certificate.KeyPem.Span);

    public static string KeyText(IssuedCertificate certificate) => Encoding.ASCII.GetString(certificate.KeyPem.Span);
}
