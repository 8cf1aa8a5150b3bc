using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;

namespace EtcdHa.Commands;

/// <summary>Writes one kubeadm configuration a member into the staging folder.</summary>
/// <remarks>
/// <para>Each is the documented page's document for that host, staging/member/kubeadmcfg.yaml. The same topology gives the same bytes; a file that
/// is already right is left alone.</para>
/// <para>The staging folder also keeps the topology, topology.yaml, and with it the initial-cluster-token: a topology whose token was made up
/// takes the folder's. The result carries the topology with that token, so pipe it on.</para>
/// </remarks>
/// <example>
/// <summary>Write all configurations</summary>
/// <code>$topology | New-EtcdKubeadmConfig -StagingPath ./staging</code>
/// <para>Writes staging/infra0/kubeadmcfg.yaml and so on.</para>
/// </example>
/// <example>
/// <summary>Read one configuration</summary>
/// <code>($topology | New-EtcdKubeadmConfig -Member infra0).Content</code>
/// <para>Shows the document of one member.</para>
/// </example>
/// <example>
/// <summary>Write the old page's shape</summary>
/// <code>$members | New-EtcdTopology -KubernetesVersion v1.20.2 | New-EtcdKubeadmConfig -ClusterConfigurationOnly</code>
/// <para>Writes v1beta2 as the page had it until 2022, without InitConfiguration, to compare with what is in place.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdKubeadmConfig", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdKubeadmConfig))]
public sealed class NewEtcdKubeadmConfigCommand : MemberCommand
{
    /// <summary>
    /// Writes ClusterConfiguration alone, as the documented page did for v1beta1 and v1beta2. It is wrong: without InitConfiguration kubeadm takes
    /// name and address of the machine it runs on, and every member's certificates carry HOST0's (kubernetes/website#31287).
    /// </summary>
    [Parameter]
    public SwitchParameter ClusterConfigurationOnly { get; set; }

    private protected override string Effect => "Write kubeadmcfg.yaml";

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override void Check(EtcdTopology topology) => KubeadmConfigWriter.CheckShape(topology, ClusterConfigurationOnly);

    private protected override Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (MemberWork work in StagedWork.Begin(members, cancellationToken))
        {
            var folder = new StagingFolder(work.StagingPath);
            string content = KubeadmConfigWriter.Write(work.Topology, work.Member, ClusterConfigurationOnly);
            EtcdChange status = folder.WriteKubeadmConfig(work.Member, content);
            string path = folder.KubeadmConfigPath(work.Member);
            pipeline.WriteVerbose($"{work.Member}: {path}: {status}");
            pipeline.WriteObject(new EtcdKubeadmConfig
            {
                Topology = work.Topology,
                Member = work.Member,
                StagingPath = work.StagingPath,
                Path = path,
                ApiVersion = KubeadmApiVersions.Of(work.Topology),
                Content = content,
                Status = status,
            });
        }

        return Task.CompletedTask;
    }
}
