using System.Management.Automation;
using EtcdHa.Core.Runs;

namespace EtcdHa.Commands;

/// <summary>Takes members off their hosts: manifest out, etcd's end, kubelet back, certificates and data aside. Nothing is deleted.</summary>
/// <remarks>
/// <para>The manifest goes first, out of the folder whose every file the kubelet runs; then etcd's end is waited for. Only then the kubelet's drop-in and configuration, the certificates
/// of the page's lists, kubeadmcfg.yaml and the member's data are renamed to lie beside their places with a time stamp in UTC, and the kubelet is restarted. What was half built is
/// taken apart as far as it is there; a second run says Unchanged.</para>
/// <para>All members' hosts are looked at first. A removal that takes the quorum of a running cluster is refused without -Force. The members that stay still count this one as theirs:
/// their cluster's size does not change by this.</para>
/// <para>To put a member back, rename its data back first, then run Install-EtcdCluster: a member that its cluster knows does not start with an empty directory
/// ("has already been bootstrapped" in etcd's log).</para>
/// </remarks>
/// <example>
/// <summary>Take one member off its host</summary>
/// <code>$topology | Uninstall-EtcdMember -Member infra2</code>
/// <para>Says what that means for the quorum and asks; then shows where everything lies now.</para>
/// </example>
/// <example>
/// <summary>See what would be done</summary>
/// <code>$topology | Uninstall-EtcdMember -Member infra2 -WhatIf</code>
/// <para>Looks at the hosts and changes nothing.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Uninstall, "EtcdMember", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdMemberRemoval))]
public sealed class UninstallEtcdMemberCommand : UninstallCommand
{
    /// <summary>Goes on also when the cluster loses its quorum.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Removing members";

    private protected override void Check(EtcdTopology topology)
    {
        if (Member is null)
        {
            throw new EtcdTopologyException("MemberNotNamed", topology.ToString()) { Subject = topology };
        }
    }

    private protected override IReadOnlyList<EtcdMember> Staying(ClusterWork cluster) => [.. cluster.Topology.Members.Except(cluster.Members)];

    private protected override void Refuse(ClusterWork cluster, ClusterRemoval removal)
    {
        if (removal.LosesQuorum && !Force)
        {
            throw new EtcdClusterException("RemovalBreaksQuorum", removal.QuorumEffect) { Subject = cluster.Topology };
        }
    }
}
