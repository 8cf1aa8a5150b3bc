using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Staging;

namespace EtcdHa.Commands;

/// <summary>Tells in what the hosts, and the cluster that runs on them, differ from the topology. Nothing is written when they do not.</summary>
/// <remarks>
/// <para>One row a difference: files, owners and modes of the page's lists; certificates by what they say (names, CA, end of validity), not by their hash alone; keys that are not their certificate's; the
/// kubelet's drop-in, configuration and unit; the manifest flag by flag, and its image; other files in the manifest folder; the flags of the etcd process that runs; the image's digest, where a host's differs from
/// the others' and crictl, ctr, podman or docker tells it; the members with their names, peer URLs and cluster ID. What the staging folder still holds is compared too; without it the hosts' own CA counts.</para>
/// <para>The members are asked with the staging folder's healthcheck-client certificate; -SkipMembership leaves that out. A host that cannot be looked at is an error, and -Quiet gives false.</para>
/// <para>In a pipeline of a CI: exit ([int](-not ($topology | Compare-EtcdCluster -Quiet))). Get-EtcdPlan shows what would mend the differences of files.</para>
/// </remarks>
/// <example>
/// <summary>What has drifted</summary>
/// <code>Import-EtcdTopology ./etcd.yaml | Compare-EtcdCluster</code>
/// <para>One row a difference, nothing when there is none.</para>
/// </example>
/// <example>
/// <summary>Fail a job on drift</summary>
/// <code>if (-not (Import-EtcdTopology ./etcd.yaml | Compare-EtcdCluster -Quiet)) { exit 1 }</code>
/// <para>One Boolean for the whole cluster: true when nothing differs. A warning is a difference, too.</para>
/// </example>
[Cmdlet(VerbsData.Compare, "EtcdCluster", DefaultParameterSetName = Rows)]
[OutputType(typeof(EtcdDifference), ParameterSetName = [Rows])]
[OutputType(typeof(bool), ParameterSetName = [OneBoolean])]
public sealed class CompareEtcdClusterCommand : PlanCommand
{
    private const string Rows = "Rows";
    private const string OneBoolean = "Quiet";

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>Gives one Boolean instead of rows: true when nothing differs and every host could be looked at.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OneBoolean)]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Does not ask the members.</summary>
    [Parameter]
    public SwitchParameter SkipMembership { get; set; }

    /// <summary>Reaches the client ports through each host's SSH connection.</summary>
    [Parameter]
    public SwitchParameter ThroughSsh { get; set; }

    private protected override string Activity => "Comparing";

    private protected override StagingUse Staging => StagingUse.IfPresent;

    private protected override void Check(EtcdTopology topology) => StagedTopology.RequireToken(topology);

    private protected override async Task RunAsync(ClusterWork cluster, CancellationToken cancellationToken)
    {
        bool hasFailed = false;
        RunEvents events = cluster.Events with
        {
            HostFailed = (member, error) =>
            {
                hasFailed = true;
                cluster.Events.HostFailed(member, error);
            },
        };
        await using HealthProbe probe = cluster.Probe(ThroughSsh);
        using var health = new ClusterHealth(probe, cluster.StagingPath, AnswerTime);
        IReadOnlyList<EtcdDifference> differences = await new ClusterComparer(
            cluster.Hosts, SkipMembership ? null : health, cluster.ThrottleLimit, TimeProvider.System).CompareAsync(
                new PlanRequest(cluster.Topology, cluster.Members, cluster.StagingPath, Settings), events, cancellationToken).ConfigureAwait(false);
        if (Quiet)
        {
            cluster.Pipeline.WriteObject(differences.Count == 0 && !hasFailed);
            return;
        }

        foreach (EtcdDifference difference in differences)
        {
            cluster.Pipeline.WriteObject(difference);
        }
    }
}
