using System.Management.Automation;
using System.Security.Cryptography;
using System.Text;
using EtcdHa.Async;
using EtcdHa.Core.Staging;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Topology;

namespace EtcdHa.Commands;

/// <summary>Writes one etcd static pod manifest a member into the staging folder, without reaching any host.</summary>
/// <remarks>
/// <para>Each is what kubeadm init phase etcd local of the topology's Kubernetes version writes for that host, as staging/member/etcd.yaml. Install-EtcdStaticPod
/// makes the same manifest on the host itself; this is for reading it beforehand, keeping it in git, or bringing it to the host by other means. The same topology gives the same
/// bytes; a file that is already right is left alone.</para>
/// <para>The staging folder also keeps the topology, topology.yaml, and with it the initial-cluster-token, as New-EtcdKubeadmConfig does. The result carries the
/// topology with that token, so pipe it on.</para>
/// </remarks>
/// <example>
/// <summary>Write all manifests</summary>
/// <code>$topology | New-EtcdStaticPodManifest -StagingPath ./staging</code>
/// <para>Writes staging/infra0/etcd.yaml and so on.</para>
/// </example>
/// <example>
/// <summary>Compare with what runs on a host</summary>
/// <code>$topology | New-EtcdStaticPodManifest -Member infra0 | Select-Object Sha256, Path</code>
/// <para>On the host, sha256sum /etc/kubernetes/manifests/etcd.yaml prints the same when the manifest is up to date.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdStaticPodManifest", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdStaticPodManifest))]
public sealed class NewEtcdStaticPodManifestCommand : MemberCommand
{
    private protected override string Effect => "Write etcd.yaml";

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (MemberWork work in StagedWork.Begin(members, cancellationToken))
        {
            var folder = new StagingFolder(work.StagingPath);
            string content = EtcdManifest.Write(work.Topology, work.Member);
            EtcdChange status = folder.WriteManifest(work.Member, content);
            string path = folder.ManifestPath(work.Member);
            pipeline.WriteVerbose($"{work.Member}: {path}: {status}");
            pipeline.WriteObject(new EtcdStaticPodManifest
            {
                Topology = work.Topology,
                Member = work.Member,
                StagingPath = work.StagingPath,
                Path = path,
                Image = EtcdImage.For(work.Topology),
                Sha256 = Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(content))).ToLowerInvariant(),
                Content = content,
                Status = status,
            });
        }

        return Task.CompletedTask;
    }
}
