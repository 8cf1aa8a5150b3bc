namespace EtcdHa.Core.Pki;

/// <summary>Object identifiers of RFC 5280 that kubeadm's certificates carry.</summary>
internal static class Oids
{
    public const string CommonName = "2.5.4.3";
    public const string Organization = "2.5.4.10";
    public const string SubjectKeyIdentifier = "2.5.29.14";
    public const string KeyUsage = "2.5.29.15";
    public const string SubjectAlternativeName = "2.5.29.17";
    public const string BasicConstraints = "2.5.29.19";
    public const string AuthorityKeyIdentifier = "2.5.29.35";
    public const string ExtendedKeyUsage = "2.5.29.37";
    public const string ServerAuth = "1.3.6.1.5.5.7.3.1";
    public const string ClientAuth = "1.3.6.1.5.5.7.3.2";

    /// <summary>PKCS#9's attribute of a certificate request that holds the extensions asked for.</summary>
    public const string ExtensionRequest = "1.2.840.113549.1.9.14";
}
