using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>The base of the lab's tests: the shared cluster and a session with <c>$topology</c> and <c>$staging</c> of its own.</summary>
[Collection<SharedCluster>]
public abstract class LabTest : IDisposable
{
    private readonly LabSession _session = new();

    protected LabTest(LabCluster cluster)
    {
        ArgumentNullException.ThrowIfNull(cluster);
        Cluster = cluster;
        _session.Set("topology", cluster.Topology);
        _session.Set("staging", cluster.Staging);
    }

    protected LabCluster Cluster { get; }

    internal IReadOnlyList<LabHost> Hosts => Cluster.Hosts;

    internal LabSession Session => _session;

    internal ScriptResult Run(string script, TimeSpan? timeout = null) => _session.Run(script, timeout);

    /// <summary>Runs a script that must write no error.</summary>
    internal IReadOnlyList<T> Run<T>(string script, TimeSpan? timeout = null) => [.. Run(script, timeout).RequireNoErrors().As<T>()];

    /// <summary>Waits until every endpoint is healthy again.</summary>
    internal void RequireHealthy()
        => Assert.True(Run<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet -Wait -TimeoutSec 90").Single());

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing) => _session.Dispose();
}
