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
/// A cluster of one member whose host is this machine's own shell in a mount namespace, so that the real scripts run, with a staging
/// folder. Its data directory has a name of its own: other etcd processes of this machine are not its member's.
/// </summary>
internal sealed class OneHostCluster : IAsyncDisposable
{
    private readonly KubeletPort _port = new();
    private readonly TemporaryFolder _folder = new();
    private readonly Process _kubelet = KubeletInstallerTests.Kubelet("--config=" + KubeletOptions.DefaultConfigPath);

    private OneHostCluster(TestHost host)
    {
        Host = host;
        host.Unit(active: "activating", sub: "auto-restart", onRestart: KubeletInstallerTests.Becomes("active", "running", _kubelet.Id));
        Topology = new EtcdTopology
        {
            KubernetesVersion = "v1.36.3",
            Members = [new("infra0", "10.0.0.6")],
            KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP256,
            DataDirectory = $"/var/lib/etcd-{Guid.NewGuid():N}",
            IsTokenGenerated = true,
        };
        Hosts = new ClusterHosts(host.Connector, _ => Target);
        Hosts.Begin(new HostRun(RunIdentity.OfThisProcess("Invoke-EtcdPlan", DateTimeOffset.UtcNow).On(Topology), OperationLog.Silent));
    }

    public TestHost Host { get; }

    public EtcdTopology Topology { get; set; }

    public EtcdMember Member => Topology.Members[0];

    public ClusterHosts Hosts { get; }

    public string StagingPath => _folder["staging"];

    public Dictionary<EtcdMember, Exception> Failures { get; } = [];

    public RunEvents Events => new() { HostFailed = (member, error) => Failures[member] = error };

    private static ResolvedSshTarget Target => new("10.0.0.6", 22, "ubuntu", [], [], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(5));

    public static async Task<OneHostCluster> CreateAsync() => new(await KubeletInstallerTests.WithKubeletAsync());

    public PlanRequest Request(EtcdPlanSettings? settings = null) => new(Topology, Topology.Members, StagingPath, settings ?? new());

    public Task<EtcdPlan?> TryPlanAsync(EtcdPlanSettings? settings = null)
        => new ClusterPlanner(Hosts, 4, TimeProvider.System).PlanAsync(Request(settings), Events, TestContext.Current.CancellationToken);

    public async Task<EtcdPlan> PlanAsync(EtcdPlanSettings? settings = null)
    {
        EtcdPlan? plan = await TryPlanAsync(settings);
        Assert.Empty(Failures);
        return Assert.IsType<EtcdPlan>(plan);
    }

    public async ValueTask DisposeAsync()
    {
        await Hosts.DisposeAsync();
        await Host.DisposeAsync();
        _kubelet.Dispose();
        _folder.Dispose();
        _port.Dispose();
    }
}
