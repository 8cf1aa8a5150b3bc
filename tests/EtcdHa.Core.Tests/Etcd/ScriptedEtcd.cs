using System.Buffers.Binary;
using System.Net;
using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Etcd;
using Google.Protobuf;
using Grpc.Core;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>
/// An etcd of any generation as far as its answers go: gRPC over mutual TLS, each method's answer given as bytes or as a status. A
/// method without an answer is Unimplemented, as a server says of one it does not have.
/// </summary>
internal sealed class ScriptedEtcd : IAsyncDisposable
{
    public const string Range = "/etcdserverpb.KV/Range";
    public const string Status = "/etcdserverpb.Maintenance/Status";
    public const string Alarm = "/etcdserverpb.Maintenance/Alarm";
    public const string MemberList = "/etcdserverpb.Cluster/MemberList";

    private readonly WebApplication _server;
    private readonly X509Certificate2 _certificate;

    private ScriptedEtcd(WebApplication server, X509Certificate2 certificate)
    {
        _server = server;
        _certificate = certificate;
    }

    public EtcdEndpoint Endpoint => new(new Uri(_server.Urls.Single()));

    public static async Task<ScriptedEtcd> StartAsync(TestCa ca, IReadOnlyDictionary<string, object> answers)
    {
        (string pem, string key) = ca.Issue("infra0", ["127.0.0.1"]);
        var certificate = X509Certificate2.CreateFromPem(pem, key);
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            listen.Protocols = HttpProtocols.Http2;
            listen.UseHttps(certificate, https =>
            {
                https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                https.AllowAnyClientCertificate();
            });
        }));
        WebApplication server = builder.Build();
        server.Run(context => AnswerAsync(context, answers.GetValueOrDefault(context.Request.Path.Value!, StatusCode.Unimplemented)));
        await server.StartAsync();
        return new ScriptedEtcd(server, certificate);
    }

    public async ValueTask DisposeAsync()
    {
        await _server.DisposeAsync();
        _certificate.Dispose();
    }

    private static async Task AnswerAsync(HttpContext context, object answer)
    {
        await context.Request.Body.CopyToAsync(Stream.Null);
        context.Response.ContentType = "application/grpc";
        context.Response.DeclareTrailer("grpc-status");
        if (answer is IMessage or byte[])
        {
            byte[] message = answer is IMessage typed ? typed.ToByteArray() : (byte[])answer;
            byte[] frame = new byte[5 + message.Length];
            BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
            message.CopyTo(frame, 5);
            await context.Response.Body.WriteAsync(frame);
        }

        var status = answer is StatusCode code ? code : StatusCode.OK;
        context.Response.AppendTrailer("grpc-status", ((int)status).ToString(System.Globalization.CultureInfo.InvariantCulture));
        context.Response.AppendTrailer("grpc-message", status == StatusCode.OK ? "" : "unknown method");
    }
}
