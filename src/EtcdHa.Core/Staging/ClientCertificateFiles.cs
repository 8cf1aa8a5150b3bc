using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Staging;

/// <summary>The files a client of etcd needs.</summary>
public static class ClientCertificateFiles
{
    /// <summary>Reads CA, client certificate and key.</summary>
    /// <param name="caPath">The CA certificate, PEM.</param>
    /// <param name="certificatePath">The client certificate, PEM.</param>
    /// <param name="keyPath">Its private key, PEM.</param>
    /// <exception cref="EtcdCertificateException"><c>ClientCertificateMissing</c>: one of them is not there; <c>ClientCertificateUnreadable</c>: it cannot be
    /// read; or what is in them cannot be used.</exception>
    public static EtcdClientCredentials Read(string caPath, string certificatePath, string keyPath)
    {
        string? missing = new[] { caPath, certificatePath, keyPath }.FirstOrDefault(p => !File.Exists(p));
        if (missing is not null)
        {
            throw new EtcdCertificateException("ClientCertificateMissing", missing) { Subject = missing };
        }

        byte[] key = Open(keyPath, File.ReadAllBytes);
        char[] pem = Encoding.UTF8.GetChars(key);
        try
        {
            return new EtcdClientCredentials(Open(caPath, File.ReadAllText), Open(certificatePath, File.ReadAllText), pem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(key);
            Array.Clear(pem);
        }
    }

    /// <summary>Reads those that are named, and the staging folder's where none is.</summary>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    /// <param name="member">The member whose set is taken.</param>
    /// <param name="client">As whom etcd is asked.</param>
    /// <param name="caPath">The CA certificate; null: the staging folder's.</param>
    /// <param name="certificatePath">The client certificate; null: the member's.</param>
    /// <param name="keyPath">Its private key; null: the member's.</param>
    /// <exception cref="EtcdCertificateException">As <see cref="Read(string, string, string)"/>.</exception>
    public static EtcdClientCredentials Read(
        string stagingPath, EtcdMember member, EtcdClientIdentity client, string? caPath, string? certificatePath, string? keyPath)
    {
        var staging = new StagingFolder(stagingPath);
        string name = client == EtcdClientIdentity.ApiServer ? KubeadmCertificates.ApiServerClientName : KubeadmCertificates.HealthcheckClientName;
        return Read(caPath ?? staging.AuthorityCertificatePath, certificatePath ?? staging.CertificatePath(member, name), keyPath ?? staging.KeyPath(member, name));
    }

    private static T Open<T>(string path, Func<string, T> read)
    {
        try
        {
            return read(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdCertificateException(e, "ClientCertificateUnreadable", path, e.Message) { Subject = path };
        }
    }
}
