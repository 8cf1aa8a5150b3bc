using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdHa.Core.Etcd;

/// <summary>
/// What a client shows etcd and what it trusts: the pair of <c>healthcheck-client</c> (or any other client pair) and etcd's CA.
/// One value serves any number of checks at the same time. Dispose it to release the private key.
/// </summary>
public sealed class EtcdClientCredentials : IDisposable
{
    private readonly X509Certificate2Collection _clientChain = [];

    /// <summary>Reads CA, certificate and key.</summary>
    /// <param name="caPem">The etcd CA's certificate, PEM; several when a CA is being rotated. At least one must be self-signed.</param>
    /// <param name="certificatePem">The client certificate, PEM; intermediates may follow it.</param>
    /// <param name="keyPem">Its unencrypted private key, PEM (PKCS#8, PKCS#1 or SEC 1). Not kept: the caller may clear it afterwards.</param>
    /// <exception cref="EtcdCertificateException">
    /// <c>EtcdTrustInvalid</c>, <c>EtcdClientCertificateInvalid</c> or <c>EtcdClientKeyInvalid</c>: the PEM text cannot be used.
    /// </exception>
    public EtcdClientCredentials(string caPem, string certificatePem, ReadOnlySpan<char> keyPem)
    {
        Trust = ReadAll(caPem, "EtcdTrustInvalid");
        try
        {
            // .NET ends a chain at a self-signed certificate only, so an intermediate alone could never be trusted.
            if (!Trust.Any(ca => ca.SubjectName.RawData.AsSpan().SequenceEqual(ca.IssuerName.RawData)))
            {
                throw new EtcdCertificateException("EtcdTrustInvalid");
            }

            _clientChain = ReadAll(certificatePem, "EtcdClientCertificateInvalid");
            Certificate = WithKey(certificatePem, keyPem);
            ClientCertificate = SslStreamCertificateContext.Create(Certificate, Intermediates, offline: true);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The only certificates that may be the root of a server certificate's chain.</summary>
    internal X509Certificate2Collection Trust { get; }

    /// <summary>The client certificate with its private key.</summary>
    internal X509Certificate2 Certificate { get; } = null!;

    /// <summary>
    /// The certificate in the form that is always sent. A plain list would be filtered by the CAs the server names, and a
    /// certificate of another CA would be reported as a missing one.
    /// </summary>
    internal SslStreamCertificateContext ClientCertificate { get; } = null!;

    /// <summary>Intermediates of the client certificate, for building its chain.</summary>
    internal X509Certificate2Collection Intermediates => [.. _clientChain.Skip(1)];

    /// <summary>Releases the private key and the certificates. A check that still runs may fail.</summary>
    public void Dispose()
    {
        Certificate?.Dispose();
        foreach (X509Certificate2 certificate in _clientChain.Concat(Trust))
        {
            certificate.Dispose();
        }
    }

    private static X509Certificate2Collection ReadAll(string pem, string errorId)
    {
        var all = new X509Certificate2Collection();
        try
        {
            all.ImportFromPem(pem);
        }
        catch (CryptographicException error)
        {
            throw new EtcdCertificateException(error, errorId);
        }

        return all.Count > 0 ? all : throw new EtcdCertificateException(errorId);
    }

    private static X509Certificate2 WithKey(string certificatePem, ReadOnlySpan<char> keyPem)
    {
        X509Certificate2 certificate;
        try
        {
            certificate = X509Certificate2.CreateFromPem(certificatePem, keyPem);
        }
        catch (Exception error) when (error is CryptographicException or ArgumentException)
        {
            throw new EtcdCertificateException(error, "EtcdClientKeyInvalid");
        }

        return OperatingSystem.IsWindows() ? ForSchannel(certificate) : certificate;
    }

    /// <summary>Schannel cannot use a key that lives in memory only; PKCS#12 gives it one, deleted with the certificate.</summary>
    private static X509Certificate2 ForSchannel(X509Certificate2 certificate)
    {
        byte[] pkcs12 = certificate.Export(X509ContentType.Pkcs12);
        try
        {
            return new X509Certificate2(pkcs12, (string?)null, X509KeyStorageFlags.UserKeySet);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pkcs12);
            certificate.Dispose();
        }
    }
}
