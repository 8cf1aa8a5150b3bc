using System.Management.Automation;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Runs;

namespace EtcdHa.Commands;

/// <summary>A cmdlet that takes members off their hosts. It looks first, says what that means for the quorum, and asks.</summary>
public abstract class UninstallCommand : ClusterCommand
{
    /// <summary>The kubelet's systemd drop-in on the hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string DropInPath { get; set; } = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";

    /// <summary>The KubeletConfiguration file on the hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ConfigPath { get; set; } = "/etc/kubernetes/kubelet-etcd.yaml";

    /// <summary>Seconds etcd has to end once its manifest is gone.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int TimeoutSec { get; set; } = 90;

    /// <summary>The members that stay.</summary>
    private protected abstract IReadOnlyList<EtcdMember> Staying(ClusterWork cluster);

    /// <summary>Refuses what the look showed.</summary>
    private protected virtual void Refuse(ClusterWork cluster, ClusterRemoval removal)
    {
    }

    // Certificates need no staging folder to be moved aside.
    private protected sealed override StagingUse Staging => StagingUse.IfPresent;

    private protected sealed override async Task RunAsync(ClusterWork cluster, CancellationToken cancellationToken)
    {
        cluster.Hosts.Begin(cluster.RunOf(ThisRun.On(cluster.Topology)));
        var options = new KubeletOptions { DropInPath = DropInPath, ConfigPath = ConfigPath };
        var removal = new ClusterRemoval(cluster.Topology, cluster.Hosts, options, cluster.ThrottleLimit, cluster.Events);
        IReadOnlyList<EtcdMember> seen = await removal.LookAsync(cluster.Members, Staying(cluster), cancellationToken).ConfigureAwait(false);
        Refuse(cluster, removal);
        var chosen = new List<EtcdMember>();
        foreach (EtcdMember member in seen)
        {
            if (await cluster.Pipeline.ShouldProcessAsync($"{member} ({cluster.Hosts.NameOf(member)})", removal.Describe(member)).ConfigureAwait(false))
            {
                chosen.Add(member);
            }
        }

        await removal.RemoveAsync(
            chosen,
            TimeSpan.FromSeconds(TimeoutSec),
            result => cluster.Pipeline.WriteObject(result with { StagingPath = cluster.StagingPath }),
            cancellationToken).ConfigureAwait(false);
    }
}
