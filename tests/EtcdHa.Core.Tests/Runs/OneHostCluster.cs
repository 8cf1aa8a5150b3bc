using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Hosts;
using EtcdHa.Core.Tests.Staging;

namespace EtcdHa.Core.Tests.Runs;

/// <summary>
/// A cluster of one member whose host is this machine's own shell in a mount namespace, so that the real scripts run, with a staging
/// folder. Its data directory has a name of its own: other etcd processes of this machine are not its member's.
/// </summary>
internal sealed class OneHostCluster : IAsyncDisposable
{
    private readonly KubeletPort _port = new();
    private readonly TemporaryFolder _folder = new();

    private OneHostCluster(TestHost host)
    {
        Host = host;

        // Every restart starts a process of its own, younger than the files placed before it; it ends with the test.
        host.Unit(active: "activating", sub: "auto-restart", onRestart: $"""
            setsid sh -c 'sleep 300 & wait' kubelet --config={KubeletOptions.DefaultConfigPath} < /dev/null > /dev/null 2>&1 &
            echo $! >> {Kubelets}
            sed -i -e s/^ActiveState=.*/ActiveState=active/ -e s/^SubState=.*/SubState=running/ -e s/^MainPID=.*/MainPID=$!/ $unit
            """);
        Topology = new EtcdTopology
        {
            KubernetesVersion = "v1.36.3",
            Members = [new("infra0", "10.0.0.6")],
            KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP256,
            DataDirectory = $"/var/lib/etcd-{Guid.NewGuid():N}",
            IsTokenGenerated = true,
        };
        Hosts = Connections();
    }

    public TestHost Host { get; }

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
        EtcdRestartTimeout = TimeSpan.FromMilliseconds(100),
    };

    private string Kubelets => Path.Combine(Host.Root, "kubelets");

    public ClusterHosts Connections() => new(Host.Connector, _ => Target);

    private static ResolvedSshTarget Target => new("10.0.0.6", 22, "ubuntu", [], [], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(5));

    public static async Task<OneHostCluster> CreateAsync() => new(await KubeletInstallerTests.WithKubeletAsync());

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

    public async Task<EtcdRun> RunAsync(EtcdPlan plan, IRunJournal? journal = null, CancellationToken cancellationToken = default)
    {
        await using ClusterHosts hosts = Connections();
        var runner = new PlanRunner(
            hosts,
            new HostRun(RunIdentity.OfThisProcess("Invoke-EtcdPlan", DateTimeOffset.UtcNow).On(Topology), OperationLog.Silent),
            journal ?? NoRunJournal.Instance,
            new FakeHealth(),
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
        foreach (string kubelet in File.Exists(Kubelets) ? await File.ReadAllLinesAsync(Kubelets) : [])
        {
            TestHost.Run("kill", "--", "-" + kubelet);
        }

        await Host.DisposeAsync();
        _folder.Dispose();
        _port.Dispose();
    }
}
