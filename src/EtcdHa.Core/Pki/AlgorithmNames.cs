namespace EtcdHa.Core.Pki;

/// <summary>Names people know for the object identifiers that turn up where kubeadm's algorithms were expected.</summary>
internal static class AlgorithmNames
{
    public static string Of(string oid) => oid switch
    {
        "1.3.101.112" => "Ed25519",
        "1.3.101.113" => "Ed448",
        "1.2.840.10040.4.1" => "DSA",
        "1.2.840.113549.1.1.10" => "RSA-PSS",
        "1.2.840.113549.1.1.4" => "MD5 with RSA",
        "1.2.840.113549.1.1.5" => "SHA-1 with RSA",
        "1.2.840.10045.4.1" => "SHA-1 with ECDSA",
        _ => oid,
    };
}
