using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Staging;

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
[Cmdlet(VerbsCommon.New, "EtcdKubeadmConfig", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdKubeadmConfig))]
public sealed class NewEtcdKubeadmConfigCommand : MemberCommand
{
    private protected override string Effect => "Write kubeadmcfg.yaml";

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (MemberWork work in StagedWork.Begin(members, cancellationToken))
        {
            var folder = new StagingFolder(work.StagingPath);
            string content = KubeadmConfigWriter.Write(work.Topology, work.Member);
            EtcdChange status = folder.WriteKubeadmConfig(work.Member, content);
            string path = folder.KubeadmConfigPath(work.Member);
            pipeline.WriteVerbose($"{work.Member}: {path}: {status}");
            pipeline.WriteObject(new EtcdKubeadmConfig
            {
                Topology = work.Topology,
                Member = work.Member,
                StagingPath = work.StagingPath,
                Path = path,
                ApiVersion = work.Topology.KubeadmApiVersion,
                Content = content,
                Status = status,
            });
        }

        return Task.CompletedTask;
    }
}
