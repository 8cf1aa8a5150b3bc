using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>A staged certificate anew with other dates: by the right CA, for the same key and names.</summary>
internal static class Reissued
{
    /// <param name="staging">The staging folder with the CA and its key.</param>
    /// <param name="leaf">The certificate and its key, without extension.</param>
    /// <param name="notBefore">Its new begin.</param>
    /// <param name="notAfter">Its new end.</param>
    /// <returns>The certificate, PEM.</returns>
    public static string By(string staging, string leaf, DateTimeOffset notBefore, DateTimeOffset notAfter)
    {
        string authority = Path.Combine(staging, "pki/etcd/ca");
        using var ca = X509Certificate2.CreateFromPemFile(authority + ".crt", authority + ".key");
        using var old = X509Certificate2.CreateFromPemFile(leaf + ".crt", leaf + ".key");
        using ECDsa key = old.GetECDsaPrivateKey()!;
        using ECDsa signer = ca.GetECDsaPrivateKey()!;
        var request = new CertificateRequest(old.SubjectName, key, HashAlgorithmName.SHA256);
        foreach (X509Extension extension in old.Extensions)
        {
            request.CertificateExtensions.Add(extension);
        }

        using X509Certificate2 issued = request.Create(ca.SubjectName, X509SignatureGenerator.CreateForECDsa(signer), notBefore, notAfter, [1, 2, 3, 4]);
        return issued.ExportCertificatePem() + "\n";
    }
}
