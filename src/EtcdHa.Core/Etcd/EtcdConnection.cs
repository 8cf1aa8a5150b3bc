using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Etcdserverpb;
using Grpc.Net.Client;

namespace EtcdHa.Core.Etcd;

/// <summary>
/// One mutually authenticated HTTP/2 connection to one member. TCP and TLS are set up here rather than inside the HTTP stack, so
/// that a failure is known exactly, the TCP connection may take another way than the URL says, and no proxy comes between.
/// </summary>
internal sealed class EtcdConnection : IDisposable
{
    // Answers here are small; the limit keeps a peer that is not etcd from filling memory.
    private const int MaxAnswerBytes = 1024 * 1024;

    private readonly SslStream _stream;
    private readonly GrpcChannel _channel;
    private int _handedOut;

    private EtcdConnection(EtcdEndpoint endpoint, SslStream stream)
    {
        _stream = stream;
        var handler = new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ActivityHeadersPropagator = null,
            ConnectCallback = (_, _) => HandOut(),
        };
        _channel = GrpcChannel.ForAddress(endpoint.ClientUrl, new GrpcChannelOptions
        {
            HttpHandler = handler,
            DisposeHttpClient = true,
            MaxReceiveMessageSize = MaxAnswerBytes,
            ThrowOperationCanceledOnCancellation = true,
        });
        Kv = new KV.KVClient(_channel);
        Maintenance = new Maintenance.MaintenanceClient(_channel);
        Cluster = new Cluster.ClusterClient(_channel);
    }

    /// <summary>Reads of keys.</summary>
    public KV.KVClient Kv { get; }

    /// <summary>Status and alarms.</summary>
    public Maintenance.MaintenanceClient Maintenance { get; }

    /// <summary>Members.</summary>
    public Cluster.ClusterClient Cluster { get; }

    /// <summary>Connects.</summary>
    /// <exception cref="EtcdConnectionException">It could not; also when <paramref name="cancellation"/> fired meanwhile.</exception>
    public static async Task<EtcdConnection> OpenAsync(
        EtcdEndpoint endpoint, EtcdClientCredentials credentials, CancellationToken cancellation)
    {
        SslStream stream = await SecureAsync(endpoint, credentials, cancellation).ConfigureAwait(false);
        if (stream.NegotiatedApplicationProtocol == SslApplicationProtocol.Http2)
        {
            return new EtcdConnection(endpoint, stream);
        }

        await stream.DisposeAsync().ConfigureAwait(false);
        throw new EtcdConnectionException("server does not offer HTTP/2, so it is not an etcd client port");
    }

    /// <summary>
    /// Explains why a connection broke after its handshake. In TLS 1.3 a server judges the client certificate after the client
    /// believes the handshake done, and its alert is often lost to the reset that follows the client's first request. A second
    /// connection that only listens hears it.
    /// </summary>
    /// <returns>The refusal in plain words; null when the server did not refuse.</returns>
    public static async Task<string?> FindRefusalAsync(
        EtcdEndpoint endpoint, EtcdClientCredentials credentials, CancellationToken cancellation)
    {
        try
        {
            SslStream stream = await SecureAsync(endpoint, credentials, cancellation).ConfigureAwait(false);
            await using (stream.ConfigureAwait(false))
            {
                int read = await stream.ReadAsync(new byte[1], cancellation).ConfigureAwait(false);
                return read == 0 ? ConnectionFault.Refused(null, credentials, DateTimeOffset.UtcNow) : null;
            }
        }
        catch (EtcdConnectionException error)
        {
            return error.InnerException is OperationCanceledException ? null : error.Message;
        }
        catch (OperationCanceledException)
        {
            return null;
        }
        catch (IOException error)
        {
            return ConnectionFault.Refused(ConnectionFault.Alert(error), credentials, DateTimeOffset.UtcNow);
        }
    }

    /// <summary>Closes the connection; calls that still run fail.</summary>
    public void Dispose()
    {
        _channel.Dispose();
        _stream.Dispose();
    }

    private static async Task<SslStream> SecureAsync(
        EtcdEndpoint endpoint, EtcdClientCredentials credentials, CancellationToken cancellation)
    {
        Socket socket = await DialAsync(endpoint, cancellation).ConfigureAwait(false);
        var stream = new SslStream(new NetworkStream(socket, ownsSocket: true));
        string? fault = null;
        var options = new SslClientAuthenticationOptions
        {
            TargetHost = endpoint.Host,
            ApplicationProtocols = [SslApplicationProtocol.Http2],
            ClientCertificateContext = credentials.ClientCertificate,
            CertificateChainPolicy = CertificateFault.Policy(credentials.Trust, CertificateFault.ServerAuthentication),
            RemoteCertificateValidationCallback = (_, certificate, chain, _) =>
            {
                fault = CertificateFault.OfServer(certificate as X509Certificate2, chain, endpoint.Host, DateTimeOffset.UtcNow);
                return fault is null;
            },
            // A resumed session would not show today's certificates.
            AllowTlsResume = false,
        };
        try
        {
            await stream.AuthenticateAsClientAsync(options, cancellation).ConfigureAwait(false);
            return stream;
        }
        catch (Exception error) when (error is IOException or AuthenticationException or OperationCanceledException)
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw new EtcdConnectionException(
                fault ?? ConnectionFault.OfHandshake(error, endpoint, credentials, DateTimeOffset.UtcNow), error);
        }
    }

    private static async Task<Socket> DialAsync(EtcdEndpoint endpoint, CancellationToken cancellation)
    {
        (string host, int port) = endpoint.DialAddress;
        IPAddress[] addresses = await ResolveAsync(host, cancellation).ConfigureAwait(false);
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(addresses, port, cancellation).ConfigureAwait(false);
            return socket;
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            socket.Dispose();
            throw new EtcdConnectionException(ConnectionFault.OfDial(error, host, port), error);
        }
    }

    private static async Task<IPAddress[]> ResolveAsync(string host, CancellationToken cancellation)
    {
        if (IPAddress.TryParse(host, out IPAddress? address))
        {
            return [address];
        }

        try
        {
            // The system's resolver does not always heed the token, so the wait does.
            return await Dns.GetHostAddressesAsync(host, cancellation).WaitAsync(cancellation).ConfigureAwait(false);
        }
        catch (Exception error) when (error is SocketException or OperationCanceledException)
        {
            throw new EtcdConnectionException(ConnectionFault.OfLookup(error, host), error);
        }
    }

    /// <summary>Gives the HTTP stack the one connection; when it is lost there is no second one.</summary>
    private ValueTask<Stream> HandOut() => Interlocked.Exchange(ref _handedOut, 1) == 0
        ? ValueTask.FromResult<Stream>(_stream)
        : ValueTask.FromException<Stream>(new IOException("connection lost"));
}
