using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Commands;

/// <summary>A cmdlet that works on whole clusters over SSH: all hosts of one in parallel, one cluster after the other.</summary>
public abstract class ClusterCommand : SshCommand
{
    /// <summary>How many hosts are worked on at the same time.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = HostFanOut.DefaultThrottleLimit;

    /// <summary>The heading of the command's progress.</summary>
    private protected abstract string Activity { get; }

    // What happens is asked about when it is known: what Effect is to a member is the plan to a cluster.
    private protected sealed override string? Effect => null;

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected sealed override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        ISshConnector connector = Connector(pipeline);
        foreach (IGrouping<string, MemberWork> cluster in members.GroupBy(w => w.StagingPath))
        {
            EtcdTopology topology = cluster.First().Topology;
            EtcdMember[] chosen = [.. topology.Members.Where(m => cluster.Any(w => w.Member == m))];
            var work = new ClusterWork(topology, chosen, cluster.Key, ThrottleLimit, Activity, pipeline);
            await work.RunAsync(connector, Targets, RunAsync, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Works on one cluster, off the pipeline thread.</summary>
    private protected abstract Task RunAsync(ClusterWork cluster, CancellationToken cancellationToken);
}
