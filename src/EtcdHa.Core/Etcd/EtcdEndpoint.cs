using System.Net;

namespace EtcdHa.Core.Etcd;

/// <summary>Where one member answers clients, and how it is reached from here.</summary>
public sealed record EtcdEndpoint
{
    /// <summary>Names an endpoint.</summary>
    /// <param name="clientUrl">An https URL of a host and a port, such as <c>https://10.0.0.6:2379</c>.</param>
    /// <param name="dialTo">
    /// Where the TCP connection goes when that is not the URL's host, such as the loopback end of an SSH forward.
    /// TLS verifies the URL's host either way.
    /// </param>
    /// <exception cref="EtcdTopologyException"><c>EtcdClientUrlInvalid</c>: not an https URL, or one with a path, query or user.</exception>
    public EtcdEndpoint(Uri clientUrl, EndPoint? dialTo = null)
    {
        ArgumentNullException.ThrowIfNull(clientUrl);
        if (!clientUrl.IsAbsoluteUri || clientUrl.Scheme != Uri.UriSchemeHttps || clientUrl.PathAndQuery != "/"
            || clientUrl.UserInfo.Length > 0 || clientUrl.Fragment.Length > 0)
        {
            throw new EtcdTopologyException("EtcdClientUrlInvalid", clientUrl.OriginalString) { Subject = clientUrl };
        }

        ClientUrl = clientUrl;
        DialTo = dialTo;
    }

    /// <summary>The client URL; its host is what the server certificate must be valid for.</summary>
    public Uri ClientUrl { get; }

    /// <summary>An <see cref="IPEndPoint"/> or <see cref="DnsEndPoint"/> the TCP connection goes to; null: the URL's host and port.</summary>
    public EndPoint? DialTo { get; }

    /// <summary>The URL as etcdctl prints it: no slash at the end.</summary>
    public override string ToString() => ClientUrl.GetLeftPart(UriPartial.Authority);

    /// <summary>The host without an IPv6 address's brackets.</summary>
    internal string Host => ClientUrl.IdnHost.Trim('[', ']');

    /// <summary>Host and port of the TCP connection.</summary>
    internal (string Host, int Port) DialAddress => DialTo switch
    {
        IPEndPoint ip => (ip.Address.ToString(), ip.Port),
        DnsEndPoint dns => (dns.Host, dns.Port),
        null => (Host, ClientUrl.Port),
        _ => throw new NotSupportedException($"An etcd endpoint cannot be dialled through {DialTo.GetType().Name}."),
    };
}
