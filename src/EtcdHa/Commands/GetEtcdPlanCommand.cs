using System.Management.Automation;

namespace EtcdHa.Commands;

/// <summary>Shows everything that would change on the workstation and on all hosts, before anything does.</summary>
/// <remarks>
/// <para>All hosts are looked at at the same time, over one connection and in one round trip each, and compared with what the single steps (New-EtcdKubeadmConfig,
/// New-EtcdCertificateSet, Install-EtcdKubeletService, Copy-EtcdMemberFiles, Install-EtcdStaticPod) would leave there. Nothing is written, on the hosts or on the
/// workstation. What is right already has no step.</para>
/// <para>Each step names host, path or unit, hash, owner and mode before and after, the reason, the difference of a text file that is replaced, whether a unit or a
/// running etcd restarts, and what that means for the quorum. Of keys and certificates there are hashes only. What is still to be made, such as certificates, has no
/// hash yet.</para>
/// <para>A host that cannot be looked at, or is not fit, is an error of its own, and there is no plan then: -Member leaves it out. The plan goes to Invoke-EtcdPlan, at once or
/// later from the file that Export-EtcdPlan writes.</para>
/// </remarks>
/// <example>
/// <summary>See what would change</summary>
/// <code>Import-EtcdTopology ./etcd.yaml | Get-EtcdPlan</code>
/// <para>One block a host: + created, ~ updated, ! restarted; the summary last.</para>
/// </example>
/// <example>
/// <summary>Look at single steps</summary>
/// <code>$plan = $topology | Get-EtcdPlan; $plan.Step | Where-Object RestartsEtcd</code>
/// <para>The steps that restart a running etcd.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdPlan")]
[OutputType(typeof(EtcdPlan))]
public sealed class GetEtcdPlanCommand : PlanCommand
{
    private protected override string Activity => "Planning";

    private protected override async Task RunAsync(ClusterWork cluster, CancellationToken cancellationToken)
    {
        if (await cluster.PlanAsync(Settings, cancellationToken).ConfigureAwait(false) is { } plan)
        {
            foreach (string warning in plan.Warning)
            {
                cluster.Pipeline.WriteWarning(warning);
            }

            cluster.Pipeline.WriteObject(plan);
        }
    }
}
