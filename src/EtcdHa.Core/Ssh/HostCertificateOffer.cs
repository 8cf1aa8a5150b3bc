using Renci.SshNet;
using Renci.SshNet.Security;

namespace EtcdHa.Core.Ssh;

/// <summary>Lets a host present a certificate for its key.</summary>
internal static class HostCertificateOffer
{
    /// <summary>
    /// Offers certificates of every kind of key that is offered, before the plain keys. SSH.NET verifies the host's signature of the exchange, the CA's
    /// signature of the certificate and its dates. A certificate that does not count is taken for the plain key in it, as in OpenSSH: the host has to prove that it holds it all the same.
    /// </summary>
    /// <param name="connection">The connection about to be made; its plain host key algorithms are decided.</param>
    /// <param name="target">Which host.</param>
    /// <param name="counts">Judges a certificate of which nothing is verified yet. Throws when the host is refused.</param>
    public static void Add(ConnectionInfo connection, ResolvedSshTarget target, Func<SshHostCertificate, bool> counts)
    {
        Dictionary<string, Func<byte[], KeyHostAlgorithm>> plain = connection.HostKeyAlgorithms
            .Where(algorithm => algorithm.Key != SshAlgorithms.RsaSha1)
            .ToDictionary(algorithm => algorithm.Key, algorithm => algorithm.Value);
        int index = 0;
        foreach (string name in connection.HostKeyAlgorithms.Keys.Where(plain.ContainsKey).ToArray())
        {
            string certified = name + SshAlgorithms.CertificateSuffix;
            connection.HostKeyAlgorithms.Insert(index++, certified, blob =>
            {
                SshHostCertificate? certificate = SshHostCertificate.Parse(blob);
                if (certificate is null || certificate.Key.Type != SshAlgorithms.KeyType(name))
                {
                    throw new EtcdSshHostKeyException("SshHostKeyUnreadable", target.ToString()) { Subject = target.ToString() };
                }

                KeyHostAlgorithm key = plain[name](certificate.Key.ToArray());
                return counts(certificate) ? new CertificateHostAlgorithm(certified, new Certificate(blob), key.DigitalSignature, plain) : key;
            });
        }
    }
}
