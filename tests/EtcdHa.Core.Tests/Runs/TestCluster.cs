using System.Diagnostics;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Hosts;
using EtcdHa.Core.Tests.Staging;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>
/// A cluster whose hosts are this machine's own shell, each in a mount namespace, so that the real scripts run, with a staging
/// folder. Its data directory has a name of its own: other etcd processes of this machine are not its members'.
/// </summary>
internal sealed class TestCluster : IAsyncDisposable
{
    private readonly KubeletPort _port = new();
    private readonly TemporaryFolder _folder = new();

    private readonly IReadOnlyList<TestHost> _hosts;
    private readonly Dictionary<string, Process> _etcds = [];

    private TestCluster(IReadOnlyList<TestHost> hosts)
    {
        _hosts = hosts;

        // Every restart starts a process of its own, younger than the files placed before it; it ends with the test.
        foreach (TestHost host in hosts)
        {
            host.Unit(active: "activating", sub: "auto-restart", onRestart: $"""
                setsid sh -c 'sleep 300 & wait' kubelet --config={KubeletOptions.DefaultConfigPath} < /dev/null > /dev/null 2>&1 &
                echo $! >> {Kubelets}
                sed -i -e s/^ActiveState=.*/ActiveState=active/ -e s/^SubState=.*/SubState=running/ -e s/^MainPID=.*/MainPID=$!/ $unit
                """);
        }

        Topology = new EtcdTopology
        {
            KubernetesVersion = "v1.36.3",
            Members = [.. hosts.Select((_, i) => new EtcdMember($"infra{i}", $"10.0.0.{6 + i}"))],
            KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP256,
            DataDirectory = $"/var/lib/etcd-{Guid.NewGuid():N}",
            IsTokenGenerated = true,
        };
        Hosts = Connections();
    }

    /// <summary>The first member's host.</summary>
    public TestHost Host => _hosts[0];

    /// <summary>A member's host.</summary>
    public TestHost this[string member] => _hosts[Topology.Members.ToList().FindIndex(m => m.Name == member)];

    public EtcdTopology Topology { get; set; }

    public EtcdMember Member => Topology.Members[0];

    /// <summary>Connections that only look.</summary>
    public ClusterHosts Hosts { get; }

    public string StagingPath => _folder["staging"];

    public Dictionary<EtcdMember, Exception> Failures { get; } = [];

    public RunEvents Events => new() { HostFailed = (member, error) => Failures[member] = error };

    private static RunSettings Settings { get; } = new()
    {
        KubeletTimeout = TimeSpan.FromSeconds(2),
        SteadyTime = TimeSpan.Zero,
        Pause = TimeSpan.FromMilliseconds(20),
        HealthTimeout = TimeSpan.FromSeconds(1),
        EtcdRestartTimeout = TimeSpan.FromSeconds(5),
    };

    private string Kubelets => Path.Combine(Host.Root, "kubelets");

    public static async Task<TestCluster> CreateAsync(int members = 1)
    {
        var hosts = new List<TestHost>();
        for (int i = 0; i < members; i++)
        {
            hosts.Add(await KubeletInstallerTests.WithKubeletAsync());
        }

        return new TestCluster(hosts);
    }

    public ClusterHosts Connections() => new(
        new Connector(this),
        member => new ResolvedSshTarget(member.Address, 22, "ubuntu", [], [], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(5)));

    /// <summary>Starts a process that looks like a member's etcd, in the place of the one there was.</summary>
    public void StartEtcd(string member)
    {
        string program = Path.Combine(Host.Root, "etcd");
        if (!File.Exists(program))
        {
            File.Copy("/usr/bin/dash", program);
        }

        StopEtcd(member);
        _etcds[member] = Process.Start(new ProcessStartInfo(
            program, ["-c", "read -r line; :", "etcd", $"--name={member}", $"--data-dir={Topology.DataDirectory}"])
        { RedirectStandardInput = true })!;
    }

    public PlanRequest Request(EtcdPlanSettings? settings = null) => new(Topology, Topology.Members, StagingPath, settings ?? new());

    public async Task<EtcdPlan?> TryPlanAsync(EtcdPlanSettings? settings = null)
    {
        await using ClusterHosts hosts = Connections();
        return await new ClusterPlanner(hosts, 4, TimeProvider.System).PlanAsync(Request(settings), Events, TestContext.Current.CancellationToken);
    }

    public async Task<EtcdPlan> PlanAsync(EtcdPlanSettings? settings = null)
    {
        EtcdPlan? plan = await TryPlanAsync(settings);
        Assert.Empty(Failures);
        return Assert.IsType<EtcdPlan>(plan);
    }

    public async Task<EtcdRun> RunAsync(EtcdPlan plan, IRunJournal? journal = null, IClusterHealth? health = null, CancellationToken cancellationToken = default)
    {
        await using ClusterHosts hosts = Connections();
        var runner = new PlanRunner(
            hosts,
            new HostRun(RunIdentity.OfThisProcess("Invoke-EtcdPlan", DateTimeOffset.UtcNow).On(Topology), OperationLog.Silent),
            journal ?? NoRunJournal.Instance,
            health ?? new FakeHealth(),
            Settings,
            TimeProvider.System);
        return await runner.RunAsync(plan, Events, cancellationToken.CanBeCanceled ? cancellationToken : TestContext.Current.CancellationToken);
    }

    /// <summary>Runs a plan that may end with an exception.</summary>
    public async Task TryRunAsync(EtcdPlan plan, IRunJournal journal)
    {
        try
        {
            await RunAsync(plan, journal);
        }
        catch (EtcdHaException)
        {
            // What the workstation does not live to see.
        }
    }

    public async ValueTask DisposeAsync()
    {
        await Hosts.DisposeAsync();
        _etcds.Keys.ToList().ForEach(StopEtcd);
        foreach (string kubelet in File.Exists(Kubelets) ? await File.ReadAllLinesAsync(Kubelets) : [])
        {
            TestHost.Run("kill", "--", "-" + kubelet);
        }

        foreach (TestHost host in _hosts)
        {
            await host.DisposeAsync();
        }

        _folder.Dispose();
        _port.Dispose();
    }

    /// <summary>Ends what looks like a member's etcd.</summary>
    public void StopEtcd(string member)
    {
        if (_etcds.Remove(member, out Process? running))
        {
            running.Kill();
            running.WaitForExit();
            running.Dispose();
        }
    }

    private sealed class Connector(TestCluster cluster) : ISshConnector
    {
        public Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
            => cluster[cluster.Topology.Members.First(m => m.Address == target.HostName).Name].Connector.ConnectAsync(target, cancellationToken);
    }
}
