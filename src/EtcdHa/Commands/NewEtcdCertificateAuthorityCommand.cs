using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Staging;

namespace EtcdHa.Commands;

/// <summary>Makes the etcd certificate authority in the staging folder, as kubeadm makes it.</summary>
/// <remarks>
/// <para>staging/pki/etcd/ca.crt and ca.key, with the topology's key algorithm and validity. An authority that is there and right is kept;
/// one that is not is an error: a running cluster trusts only its own. Keep the key as safe as the cluster.</para>
/// </remarks>
/// <example>
/// <summary>Make the CA</summary>
/// <code>$topology | New-EtcdCertificateAuthority -StagingPath ./staging</code>
/// <para>Makes the CA, or says Unchanged.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdCertificateAuthority", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificateAuthority))]
public sealed class NewEtcdCertificateAuthorityCommand : MemberCommand
{
    private protected override string Effect => "Make the etcd certificate authority";

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override bool IsPerTopology => true;

    private protected override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        foreach (MemberWork work in members)
        {
            EtcdCertificateAuthority authority = await new StagingFolder(work.StagingPath)
                .EnsureAuthorityAsync(work.Topology, DateTimeOffset.UtcNow, cancellationToken).ConfigureAwait(false);
            pipeline.WriteVerbose($"{authority.Path}: {authority.Status}");
            pipeline.WriteObject(authority);
        }
    }
}
