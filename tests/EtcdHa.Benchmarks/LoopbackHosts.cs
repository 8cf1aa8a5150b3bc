using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Benchmarks;

/// <summary>Many hosts on this machine: sshd on as many loopback addresses, as the user who runs this. Gone when disposed.</summary>
internal sealed class LoopbackHosts : IDisposable
{
    // sshd listens on 16 addresses at most.
    private const int AddressesOfOne = 16;

    private readonly string _folder = Directory.CreateTempSubdirectory("etcdha-benchmark-sshd-").FullName;
    private readonly List<Process> _daemons = [];

    private LoopbackHosts(int count)
    {
        using TcpListener free = new(IPAddress.Loopback, 0);
        free.Start();
        Port = ((IPEndPoint)free.LocalEndpoint).Port;
        Addresses = [.. Enumerable.Range(1, count).Select(i => string.Create(CultureInfo.InvariantCulture, $"127.1.0.{i}"))];
    }

    /// <summary>The hosts.</summary>
    public IReadOnlyList<string> Addresses { get; }

    /// <summary>sshd's port on all of them.</summary>
    public int Port { get; }

    /// <summary>Options by which ssh reaches them, and nothing of the user's own.</summary>
    public string[] SshOptions =>
    [
        "-F", "none", "-i", Path.Combine(_folder, "user"), "-p", Port.ToString(CultureInfo.InvariantCulture), "-o", "BatchMode=yes", "-o", "IdentitiesOnly=yes",
        "-o", "StrictHostKeyChecking=yes", "-o", "UserKnownHostsFile=" + KnownHosts, "-o", "GlobalKnownHostsFile=none",
    ];

    private string KnownHosts => Path.Combine(_folder, "known_hosts");

    /// <summary>Starts them.</summary>
    /// <param name="count">How many, up to 254.</param>
    public static async Task<LoopbackHosts> StartAsync(int count)
    {
        LoopbackHosts hosts = new(count);
        try
        {
            foreach (string key in new[] { "host", "user" })
            {
                await OpenSsh.RunAsync("ssh-keygen", "", "-q", "-t", "ed25519", "-N", "", "-f", Path.Combine(hosts._folder, key)).ConfigureAwait(false);
            }

            string hostKey = await File.ReadAllTextAsync(Path.Combine(hosts._folder, "host.pub")).ConfigureAwait(false);
            await File.WriteAllLinesAsync(hosts.KnownHosts, hosts.Addresses.Select(a => $"[{a}]:{hosts.Port} {hostKey}")).ConfigureAwait(false);
            foreach (string[] addresses in hosts.Addresses.Chunk(AddressesOfOne))
            {
                await hosts.ListenAsync(addresses).ConfigureAwait(false);
            }

            return hosts;
        }
        catch
        {
            hosts.Dispose();
            throw;
        }
    }

    /// <summary>How the module reaches a host.</summary>
    public ResolvedSshTarget Target(string address) => new(
        address, Port, Environment.UserName, [Path.Combine(_folder, "user")], [KnownHosts], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(30));

    public void Dispose()
    {
        foreach (Process daemon in _daemons)
        {
            daemon.Kill(entireProcessTree: true);
            daemon.WaitForExit();
            daemon.Dispose();
        }

        Directory.Delete(_folder, recursive: true);
    }

    private async Task ListenAsync(string[] addresses)
    {
        string configuration = Path.Combine(_folder, "sshd_config-" + addresses[0]);
        await File.WriteAllLinesAsync(configuration,
        [
            .. addresses.Select(a => $"ListenAddress {a}:{Port}"),
            $"HostKey {Path.Combine(_folder, "host")}",
            $"AuthorizedKeysFile {Path.Combine(_folder, "user.pub")}",
            "StrictModes no", "UsePAM no", "PermitRootLogin yes", "PidFile none", "MaxStartups 100", "LogLevel ERROR",
        ]).ConfigureAwait(false);
        Directory.CreateDirectory("/run/sshd");
        _daemons.Add(Process.Start("/usr/sbin/sshd", ["-D", "-e", "-f", configuration]));
        for (int tries = 0; ; tries++)
        {
            try
            {
                using TcpClient client = new();
                await client.ConnectAsync(addresses[0], Port).ConfigureAwait(false);
                return;
            }
            catch (SocketException) when (tries < 100)
            {
                await Task.Delay(100).ConfigureAwait(false);
            }
        }
    }
}
