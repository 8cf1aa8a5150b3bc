using System.Diagnostics;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using EtcdHa.Core.Etcd;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>Peers that are not a healthy etcd; none of these needs etcd.</summary>
public sealed class EtcdHealthFaultTests : IDisposable
{
    // The timeout of what must not wait for it: a machine under load takes its time, but not this long.
    private static readonly TimeSpan Long = TimeSpan.FromSeconds(30);

    private readonly TestCa _ca = new();
    private readonly EtcdClientCredentials _credentials;
    private readonly EtcdHealthClient _client = new();

    public EtcdHealthFaultTests() => _credentials = _ca.Client();

    public void Dispose()
    {
        _credentials.Dispose();
        _ca.Dispose();
    }

    [Fact]
    public async Task A_port_nobody_listens_on_is_refused_at_once()
    {
        using var unused = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        unused.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        int port = ((IPEndPoint)unused.LocalEndPoint!).Port;

        EtcdEndpointHealth row = await _client.CheckAsync(new EtcdEndpoint(new Uri($"https://127.0.0.1:{port}")), _credentials, Long);

        Assert.Equal($"dial tcp 127.0.0.1:{port}: connect: connection refused", row.Error);
        Assert.InRange(row.Took, TimeSpan.FromTicks(1), Long / 2);
    }

    [Fact]
    public async Task A_peer_that_accepts_and_stays_silent_costs_the_timeout_and_no_more()
    {
        await using var silent = TestListener.Silent();
        var watch = Stopwatch.StartNew();

        EtcdEndpointHealth row = await _client.CheckAsync(Endpoint(silent), _credentials, TimeSpan.FromSeconds(1));

        Assert.Equal("context deadline exceeded (TLS handshake)", row.Error);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), Long / 2);
        Assert.InRange(row.Took, TimeSpan.FromSeconds(0.9), Long / 2);
    }

    [Fact]
    public async Task A_peer_that_falls_silent_after_the_handshake_costs_the_timeout_and_no_more()
    {
        await using TestListener silent = Tls(acceptClient: true, (tls, stop) => tls.CopyToAsync(Stream.Null, stop));
        var watch = Stopwatch.StartNew();

        EtcdEndpointHealth row = await _client.CheckAsync(Endpoint(silent), _credentials, TimeSpan.FromSeconds(1));

        Assert.Equal("context deadline exceeded", row.Error);
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), Long / 2);
    }

    [Fact]
    public async Task Cancelling_ends_a_check_at_once()
    {
        await using var silent = TestListener.Silent();
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _client.CheckAsync(Endpoint(silent), _credentials, Long, cancel.Token));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Long / 2);
    }

    [Fact]
    public async Task Cancelling_ends_a_read_that_waits_at_once()
    {
        await using TestListener silent = Tls(acceptClient: true, (tls, stop) => tls.CopyToAsync(Stream.Null, stop));
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(400));
        var watch = Stopwatch.StartNew();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _client.CheckAsync(Endpoint(silent), _credentials, Long, cancel.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => _client.ListMembersAsync(Endpoint(silent), _credentials, Long, cancel.Token));

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, Long / 2);
    }

    [Fact]
    public async Task A_server_without_tls_is_told()
    {
        await using var plain = TestListener.Start(async (stream, stop) =>
            await stream.WriteAsync(Encoding.ASCII.GetBytes("HTTP/1.0 400 Bad Request\r\n\r\nClient sent no TLS\n"), stop));

        EtcdEndpointHealth row = await _client.CheckAsync(Endpoint(plain), _credentials);

        Assert.Equal("server does not speak TLS", row.Error);
    }

    [Fact]
    public async Task A_forward_that_leads_nowhere_asks_whether_etcd_listens()
    {
        await using var forward = TestListener.Start((_, _) => Task.CompletedTask);

        EtcdEndpointHealth row = await _client.CheckAsync(
            new EtcdEndpoint(new Uri("https://10.0.0.6:2379"), forward.Address), _credentials);

        Assert.Equal("forwarded connection was closed before TLS was set up; is etcd listening on 10.0.0.6:2379?", row.Error);
    }

    [Fact]
    public async Task A_server_that_closes_after_the_handshake_without_a_word_may_have_refused_the_client_certificate()
    {
        await using TestListener refusing = Tls(acceptClient: false, (_, _) => Task.CompletedTask);

        EtcdEndpointHealth row = await _client.CheckAsync(Endpoint(refusing), _credentials);

        Assert.Equal("server closed the connection after the TLS handshake; it may have refused the client certificate", row.Error);
    }

    [Fact]
    public async Task A_server_without_http2_is_not_an_etcd()
    {
        await using TestListener http1 = Tls(acceptClient: true, (_, _) => Task.CompletedTask, alpn: false);

        EtcdEndpointHealth row = await _client.CheckAsync(Endpoint(http1), _credentials);

        Assert.Equal("server does not offer HTTP/2, so it is not an etcd client port", row.Error);
    }

    [Fact]
    public async Task A_common_name_does_not_stand_in_for_an_alternative_name()
    {
        await using TestListener nameless = Tls(acceptClient: true, (_, _) => Task.CompletedTask, hosts: null);

        EtcdEndpointHealth row = await _client.CheckAsync(Endpoint(nameless, "localhost"), _credentials);

        Assert.Equal("server certificate is not valid for localhost (it names no host)", row.Error);
    }

    [Theory]
    [InlineData(SocketError.HostUnreachable, "dial tcp [fd00::6]:2379: connect: no route to host")]
    [InlineData(SocketError.NetworkUnreachable, "dial tcp [fd00::6]:2379: connect: network is unreachable")]
    [InlineData(SocketError.TimedOut, "dial tcp [fd00::6]:2379: connect: connection timed out")]
    public void A_dial_that_fails_is_told_in_gos_words(SocketError error, string expected) =>
        Assert.Equal(expected, ConnectionFault.OfDial(new SocketException((int)error), "fd00::6", 2379));

    [Fact]
    public void A_name_nobody_knows_and_a_lookup_that_takes_too_long_are_told_apart()
    {
        Assert.Equal("lookup etcd-0: no such host", ConnectionFault.OfLookup(new SocketException((int)SocketError.HostNotFound), "etcd-0"));
        Assert.Equal("context deadline exceeded (looking up etcd-0)", ConnectionFault.OfLookup(new OperationCanceledException(), "etcd-0"));
    }

    [Theory]
    [InlineData("error:0A000412:SSL routines::sslv3 alert bad certificate", "bad certificate")]
    [InlineData("error:0A00045C:SSL routines::tlsv13 alert certificate required", "certificate required")]
    [InlineData("error:0A000418:SSL routines::tlsv1 alert unknown ca", "unknown ca")]
    [InlineData("error:0A00010B:SSL routines::wrong version number", null)]
    public void An_alert_is_read_out_of_openssls_text(string message, string? alert) =>
        Assert.Equal(alert, ConnectionFault.Alert(new IOException("outer", new InvalidOperationException(message))));

    [Theory]
    [InlineData("http://10.0.0.6:2379")]
    [InlineData("https://10.0.0.6:2379/health")]
    [InlineData("https://user@10.0.0.6:2379")]
    public void A_url_that_is_not_of_a_client_port_is_refused(string url)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => new EtcdEndpoint(new Uri(url)));

        Assert.Equal("EtcdClientUrlInvalid", error.ErrorId);
    }

    [Fact]
    public void An_endpoint_is_written_as_etcdctl_writes_it()
    {
        Assert.Equal("https://10.0.0.6:2379", new EtcdEndpoint(new Uri("https://10.0.0.6:2379/")).ToString());
        Assert.Equal("https://[fd00::6]:2379", new EtcdEndpoint(new Uri("https://[fd00::6]:2379")).ToString());
        Assert.Equal(("fd00::6", 2379), new EtcdEndpoint(new Uri("https://[fd00::6]:2379")).DialAddress);
    }

    private static EtcdEndpoint Endpoint(TestListener listener, string host = "127.0.0.1") =>
        new(new Uri($"https://{host}:{listener.Address.Port}"), listener.Address);

    private TestListener Tls(
        bool acceptClient, Func<SslStream, CancellationToken, Task> serve, bool alpn = true) =>
        Tls(acceptClient, serve, ["127.0.0.1"], alpn);

    private TestListener Tls(
        bool acceptClient, Func<SslStream, CancellationToken, Task> serve, string[]? hosts, bool alpn = true)
    {
        (string pem, string key) = _ca.Issue("localhost", hosts);
        return TestListener.Start(async (stream, stop) =>
        {
            using var certificate = X509Certificate2.CreateFromPem(pem, key);
            await using var tls = new SslStream(stream);
            await tls.AuthenticateAsServerAsync(
                new SslServerAuthenticationOptions
                {
                    ServerCertificate = certificate,
                    ClientCertificateRequired = true,
                    ApplicationProtocols = alpn ? [SslApplicationProtocol.Http2] : [],
                    RemoteCertificateValidationCallback = (_, _, _, _) => acceptClient,
                },
                stop);
            await serve(tls, stop);
        });
    }
}
