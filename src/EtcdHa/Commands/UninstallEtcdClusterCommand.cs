using System.Management.Automation;

namespace EtcdHa.Commands;

/// <summary>Takes a whole cluster off its hosts, each as Uninstall-EtcdMember does. Nothing is deleted.</summary>
/// <remarks>
/// <para>The cluster ends: clients lose it. Manifests, certificates, kubeadm configurations and data lie beside their places with a time stamp in UTC, so that a member can be put
/// together again. Naming some members only is an error: Uninstall-EtcdMember takes those off and looks after the quorum. What was half built is taken apart as far as it is there; a second run says Unchanged. The staging folder stays: Remove-EtcdStaging.</para>
/// </remarks>
/// <example>
/// <summary>End a cluster</summary>
/// <code>Import-EtcdTopology ./etcd.yaml | Uninstall-EtcdCluster</code>
/// <para>Asks for each host, then takes all apart at the same time.</para>
/// </example>
/// <example>
/// <summary>See what would be done</summary>
/// <code>$topology | Uninstall-EtcdCluster -WhatIf</code>
/// <para>Looks at the hosts and changes nothing.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Uninstall, "EtcdCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdMemberRemoval))]
public sealed class UninstallEtcdClusterCommand : UninstallCommand
{
    private protected override string Activity => "Removing the cluster";

    // -Member is there because every step has it, and results of earlier steps bring their own: what means some members must not end in a cluster without its quorum.
    private protected override IReadOnlyList<EtcdMember> Staying(ClusterWork cluster) => cluster.Members.Count == cluster.Topology.Members.Count
        ? []
        : throw new EtcdTopologyException("ClusterNotWhole", string.Join(", ", cluster.Members.Select(m => m.Name)), cluster.Topology.ToString()) { Subject = cluster.Topology };
}
