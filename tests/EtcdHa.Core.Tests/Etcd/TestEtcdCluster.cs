using System.Diagnostics;
using System.Security.Cryptography;
using EtcdHa.Core.Etcd;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>
/// A real etcd cluster with mutual TLS on loopback addresses. The binary is <c>$ETCDHA_TEST_ETCD</c> or the <c>etcd</c> on PATH; without
/// one the test is skipped. Every process is bounded in time from outside, killed at the end, and its directory removed.
/// </summary>
internal sealed class TestEtcdCluster : IAsyncDisposable
{
    private const int ClientPort = 2379;
    private static readonly TimeSpan LongestLife = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("etcdha-test-");
    private readonly List<Process> _processes = [];
    private readonly string _caPath;

    private TestEtcdCluster(TestCa ca, int size)
    {
        Ca = ca;
        string net = $"127.{RandomNumberGenerator.GetInt32(16, 250)}.{RandomNumberGenerator.GetInt32(0, 250)}";
        Addresses = [.. Enumerable.Range(2, size).Select(i => $"{net}.{i}")];
        _caPath = Write("ca.crt", ca.Pem);
        Endpoints = [.. Addresses.Select(address => new EtcdEndpoint(new Uri($"https://{address}:{ClientPort}")))];
    }

    public TestCa Ca { get; }

    public IReadOnlyList<string> Addresses { get; }

    public IReadOnlyList<EtcdEndpoint> Endpoints { get; }

    /// <summary>Where a member's data lies.</summary>
    public string DataDirectory(int member) => Path.Join(_directory.FullName, $"infra{member}");

    public static string? EtcdPath { get; } = Find("etcd", Environment.GetEnvironmentVariable("ETCDHA_TEST_ETCD"));

    public static string? EtcdctlPath { get; } = Find("etcdctl", Path.Join(Path.GetDirectoryName(EtcdPath), "etcdctl"));

    /// <summary>Starts the members and waits until each says it is healthy; with an expired server certificate or a stray member, which founds a cluster of its own, it does not wait.</summary>
    public static async Task<TestEtcdCluster> StartAsync(
        TestCa ca, int size = 3, long? quotaBytes = null, DateTimeOffset? serverNotAfter = null, int? strayMember = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The test cluster needs all of 127.0.0.0/8, which only Linux has.");
        Assert.SkipWhen(EtcdPath is null, "No etcd found: put it on PATH or name it in ETCDHA_TEST_ETCD.");
        var cluster = new TestEtcdCluster(ca, size);
        try
        {
            for (int i = 0; i < size; i++)
            {
                cluster.StartMember(i, quotaBytes, serverNotAfter, isAlone: i == strayMember);
            }

            if (serverNotAfter is null && strayMember is null)
            {
                await cluster.WaitAsync(rows => rows.All(row => row.Healthy));
            }

            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    public async Task<EtcdEndpointHealth[]> CheckAllAsync(EtcdClientCredentials credentials, TimeSpan? timeout = null) =>
        await Task.WhenAll(Endpoints.Select(endpoint => new EtcdHealthClient().CheckAsync(endpoint, credentials, timeout)));

    /// <summary>Checks until the rows are as wanted, for half a minute at most.</summary>
    public async Task WaitAsync(Func<EtcdEndpointHealth[], bool> wanted)
    {
        using EtcdClientCredentials credentials = Ca.Client();
        var watch = Stopwatch.StartNew();
        EtcdEndpointHealth[] rows;
        do
        {
            await Task.Delay(100);
            rows = await CheckAllAsync(credentials, TimeSpan.FromSeconds(2));
        }
        while (!wanted(rows) && watch.Elapsed < TimeSpan.FromSeconds(30));
        Assert.True(wanted(rows), string.Join('\n', rows.Select(EtcdHealthText.Simple)) + "\n" + Log());
    }

    public void Kill(int member)
    {
        _processes[member].Kill(entireProcessTree: true);
        _processes[member].WaitForExit();
    }

    /// <summary>Writes a client pair for etcdctl and runs it against every endpoint.</summary>
    public async Task<string> EtcdctlAsync(params string[] arguments)
    {
        Assert.SkipWhen(EtcdctlPath is null, "No etcdctl found beside etcd or on PATH.");
        (string certificate, string key) = Ca.Issue("etcdctl");
        var start = new ProcessStartInfo(EtcdctlPath!) { RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment["ETCDCTL_API"] = "3";
        foreach (string argument in (string[])
        [
            "--endpoints", string.Join(',', Endpoints), "--cacert", _caPath,
            "--cert", Write("etcdctl.crt", certificate), "--key", Write("etcdctl.key", key), .. arguments,
        ])
        {
            start.ArgumentList.Add(argument);
        }

        using Process process = Process.Start(start)!;
        Task<string> errors = process.StandardError.ReadToEndAsync();
        string output = await process.StandardOutput.ReadToEndAsync();
        await errors;
        await process.WaitForExitAsync();
        return output;
    }

    public ValueTask DisposeAsync()
    {
        foreach (Process process in _processes)
        {
            process.Kill(entireProcessTree: true);
            process.WaitForExit();
            process.Dispose();
        }

        _directory.Delete(recursive: true);
        return ValueTask.CompletedTask;
    }

    private static string? Find(string name, string? preferred)
    {
        IEnumerable<string> onPath = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator)
            .Where(directory => directory.Length > 0)
            .Select(directory => Path.Join(directory, name));
        return (string.IsNullOrEmpty(preferred) ? onPath : onPath.Prepend(preferred)).FirstOrDefault(File.Exists);
    }

    private void StartMember(int i, long? quotaBytes, DateTimeOffset? serverNotAfter, bool isAlone)
    {
        string address = Addresses[i];
        (string certificate, string key) server = Ca.Issue($"infra{i}", [address, "localhost", $"infra{i}.example.com"], serverNotAfter);
        // Whatever a process of this machine dials, it comes from 127.0.0.1, and etcd checks that too.
        (string certificate, string key) peer = Ca.Issue($"infra{i}", [address, "127.0.0.1"]);
        string client = $"https://{address}:{ClientPort}";
        string peers = $"https://{address}:2380";
        string log = Path.Join(_directory.FullName, $"infra{i}.log");
        // A shell that becomes etcd, beside a watchdog that outlives a crashed test run.
        string[] arguments =
        [
            "-c", $"sleep {LongestLife.TotalSeconds:0} && kill -KILL $$ & exec \"$@\" >'{log}' 2>&1", "sh", EtcdPath!,
            $"--name=infra{i}", $"--data-dir={DataDirectory(i)}",
            $"--listen-client-urls={client}", $"--advertise-client-urls={client}",
            $"--listen-peer-urls={peers}", $"--initial-advertise-peer-urls={peers}",
            $"--initial-cluster={string.Join(',', Addresses.Select((a, n) => $"infra{n}=https://{a}:2380").Where((_, n) => !isAlone || n == i))}",
            "--client-cert-auth=true", $"--trusted-ca-file={_caPath}",
            $"--cert-file={Write($"server{i}.crt", server.certificate)}", $"--key-file={Write($"server{i}.key", server.key)}",
            "--peer-client-cert-auth=true", $"--peer-trusted-ca-file={_caPath}",
            $"--peer-cert-file={Write($"peer{i}.crt", peer.certificate)}", $"--peer-key-file={Write($"peer{i}.key", peer.key)}",
            "--logger=zap", "--log-outputs=stderr",
            .. quotaBytes is null ? Array.Empty<string>() : [$"--quota-backend-bytes={quotaBytes}"],
        ];
        _processes.Add(Process.Start("/bin/sh", arguments));
    }

    private string Write(string name, string text)
    {
        string path = Path.Join(_directory.FullName, name);
        File.WriteAllText(path, text);
        return path;
    }

    private string Log() => string.Join('\n', _directory.EnumerateFiles("*.log")
        .SelectMany(file => File.ReadLines(file.FullName).TakeLast(2)));
}
