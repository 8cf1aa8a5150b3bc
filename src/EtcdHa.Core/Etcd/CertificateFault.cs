using System.Globalization;
using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace EtcdHa.Core.Etcd;

/// <summary>Says in plain words what is wrong with a certificate of either side.</summary>
internal static class CertificateFault
{
    /// <summary>The object identifier of extended key usage serverAuth.</summary>
    public const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    /// <summary>The object identifier of extended key usage clientAuth.</summary>
    public const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    private const X509ChainStatusFlags NotOfThisCa = X509ChainStatusFlags.PartialChain
        | X509ChainStatusFlags.UntrustedRoot | X509ChainStatusFlags.NotSignatureValid;

    /// <summary>
    /// The rules for both sides: the etcd CA alone is trusted, nothing is fetched from the network. kubeadm's CAs publish no
    /// revocation list.
    /// </summary>
    public static X509ChainPolicy Policy(X509Certificate2Collection trust, string usage)
    {
        var policy = new X509ChainPolicy
        {
            TrustMode = X509ChainTrustMode.CustomRootTrust,
            RevocationMode = X509RevocationMode.NoCheck,
            DisableCertificateDownloads = true,
        };
        policy.CustomTrustStore.AddRange(trust);
        policy.ApplicationPolicy.Add(new Oid(usage));
        return policy;
    }

    /// <summary>The first fault of a server's certificate, or null.</summary>
    public static string? OfServer(X509Certificate2? certificate, X509Chain? chain, string host, DateTimeOffset now)
    {
        if (certificate is null || chain is null)
        {
            return "server sent no certificate";
        }

        // Go, and so etcdctl, ignores the common name; .NET's own check would accept it.
        string? fault = InChain(chain, now, "server")
            ?? (certificate.MatchesHostname(host, allowWildcards: true, allowCommonName: false)
                ? null
                : $"is not valid for {host} ({ValidFor(certificate)})");
        return fault is null ? null : "server certificate " + fault;
    }

    /// <summary>The first fault of the client's own certificate, or null. Asked only to explain why a server refused it.</summary>
    public static string? OfClient(EtcdClientCredentials credentials, DateTimeOffset now)
    {
        using var chain = new X509Chain { ChainPolicy = Policy(credentials.Trust, ClientAuthentication) };
        chain.ChainPolicy.ExtraStore.AddRange(credentials.Intermediates);
        return chain.Build(credentials.Certificate) ? null : InChain(chain, now, "client");
    }

    private static string? InChain(X509Chain chain, DateTimeOffset now, string side)
    {
        X509ChainStatusFlags found = chain.ChainStatus.Aggregate(X509ChainStatusFlags.NoError, (all, one) => all | one.Status);
        if ((found & NotOfThisCa) != 0)
        {
            return $"is not signed by the etcd CA (its issuer is {chain.ChainElements[0].Certificate.Issuer})";
        }

        if (found.HasFlag(X509ChainStatusFlags.NotTimeValid) && OutOfTime(chain, now.UtcDateTime) is { } outOfTime)
        {
            return outOfTime;
        }

        if (found.HasFlag(X509ChainStatusFlags.NotValidForUsage))
        {
            return $"is not for {side} authentication (extended key usage {side}Auth)";
        }

        return found == X509ChainStatusFlags.NoError ? null : $"is not accepted ({found})";
    }

    private static string? OutOfTime(X509Chain chain, DateTime now)
    {
        for (int i = 0; i < chain.ChainElements.Count; i++)
        {
            X509Certificate2 certificate = chain.ChainElements[i].Certificate;
            string of = i == 0 ? "" : "is signed by a CA that ";
            if (certificate.NotAfter.ToUniversalTime() < now)
            {
                return $"{of}expired on {Utc(certificate.NotAfter)}";
            }

            if (certificate.NotBefore.ToUniversalTime() > now)
            {
                return $"{(i == 0 ? "is" : of + "is")} not valid before {Utc(certificate.NotBefore)}";
            }
        }

        return null;
    }

    private static string ValidFor(X509Certificate2 certificate)
    {
        var names = certificate.Extensions.OfType<X509SubjectAlternativeNameExtension>()
            .SelectMany(san => san.EnumerateDnsNames().Concat(san.EnumerateIPAddresses().Select((IPAddress ip) => ip.ToString())))
            .ToList();
        return names.Count == 0 ? "it names no host" : "valid for " + string.Join(", ", names);
    }

    private static string Utc(DateTime time) =>
        time.ToUniversalTime().ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
