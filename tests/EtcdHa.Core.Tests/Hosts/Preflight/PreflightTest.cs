using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>Runs the whole preflight with its real scripts on hosts made of this machine, whose addresses are loopback ones.</summary>
public abstract class PreflightTest
{
    private protected static readonly ExpectedFiles NoStaging = new(null, true, null, null, new Dictionary<string, StagedKey>());

    /// <summary>Two members at loopback addresses, with ports nobody uses.</summary>
    private protected static EtcdTopology NewCluster()
    {
        string net = $"127.{RandomNumberGenerator.GetInt32(16, 250)}.{RandomNumberGenerator.GetInt32(1, 250)}";
        int port = FreePort();
        return Samples.Page("v1.33.13") with
        {
            Members = [new("infra0", net + ".2"), new("infra1", net + ".3")],
            InitialClusterToken = "this-build",
            ClientPort = port,
            PeerPort = port + 1,
            MetricsPort = port + 2,
        };
    }

    private protected static async Task<IReadOnlyList<EtcdHostCheck>> RunAsync(
        EtcdTopology topology, PreflightOptions? options = null, CancellationToken? cancellationToken = null, params PreflightHost[] hosts)
        => await HostPreflight.RunAsync(
            topology, hosts, options ?? new(SkipDiskLatency: true), TimeProvider.System, new Progress<string>(), cancellationToken ?? TestContext.Current.CancellationToken);

    private protected static PreflightHost Host(EtcdTopology topology, int member, TestHost host, ExpectedFiles? expected = null)
        => new(topology.Members[member], TestHost.HostName, expected ?? NoStaging, host.Session, null);

    private protected static EtcdHostCheck[] Of(IEnumerable<EtcdHostCheck> rows, EtcdHostCheckKind check, int? member = null)
        => [.. rows.Where(r => r.Check == check && (member is null || r.Member.Name == $"infra{member}"))];

    /// <summary>The host's paths with everything but the times of directories, which a probe that came and went changes.</summary>
    private protected static string[] Paths(TestHost host)
        => [.. host.Snapshot().Split('\n').Select(l => l.Split(' ')).Select(f => f is [_, "d", ..] ? string.Join(' ', f[..5]) : string.Join(' ', f)).Order()];

    private protected static bool Listens(string address, int port)
    {
        using var socket = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            socket.Connect(IPAddress.Parse(address), port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }

    // Outside of the range the system gives to connections.
    private static int FreePort() => RandomNumberGenerator.GetInt32(3000, 9000) * 3 + 2000;
}
