using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Etcd;

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
