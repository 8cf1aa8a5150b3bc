using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>Makes the four leaf certificates of every member, as kubeadm makes them, in the member's own staging folder.</summary>
/// <remarks>
/// <para>etcd/server, etcd/peer, etcd/healthcheck-client and apiserver-etcd-client, signed by the staging folder's CA. Keys are made in
/// parallel. A folder that has no CA and no certificates yet gets a new CA first.</para>
/// <para>Certificates that are right are kept. One that is not (other SANs than the topology asks for, a key missing or another
/// certificate's, another CA, expired) is an error that names the file and every difference, where kubeadm would reuse it in silence; -Force makes it anew.</para>
/// </remarks>
/// <example>
/// <summary>Make a CA and all certificates</summary>
/// <code>$topology | New-EtcdCertificateAuthority -StagingPath ./staging | New-EtcdCertificateSet</code>
/// <para>A CA, then the certificates of all members.</para>
/// </example>
/// <example>
/// <summary>Look at the certificates</summary>
/// <code>($topology | New-EtcdCertificateSet).Certificates</code>
/// <para>Each certificate with its names and dates.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdCertificateSet", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdCertificateSet))]
public sealed class NewEtcdCertificateSetCommand : MemberCommand
{
    /// <summary>Makes leaf certificates that are not right anew.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Effect => "Make the member's certificates";

    private protected override StagingUse Staging => StagingUse.Needed;

    private protected override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        DateTimeOffset now = DateTimeOffset.UtcNow;
        foreach (IGrouping<string, MemberWork> folder in members.GroupBy(w => w.StagingPath))
        {
            var staging = new StagingFolder(folder.Key);
            EtcdTopology topology = folder.First().Topology;
            EtcdCertificateAuthority authority = staging.HasCertificates
                ? staging.ReadAuthority(now)
                : await staging.EnsureAuthorityAsync(topology, now, cancellationToken).ConfigureAwait(false);
            pipeline.WriteVerbose($"{authority.Path}: {authority.Status}");
            foreach (string warning in CertificateChecks.AuthorityWarnings(authority, topology.CertificateValidity, now))
            {
                pipeline.WriteWarning(warning);
            }

            CertificateReplacement replacement = Force ? CertificateReplacement.Wrong : CertificateReplacement.None;
            foreach ((MemberWork work, Task<EtcdCertificateSet> set) in folder
                .Select(w => (w, staging.EnsureCertificateSetAsync(w.Topology, w.Member, now, replacement, cancellationToken))).ToArray())
            {
                try
                {
                    EtcdCertificateSet made = await set.ConfigureAwait(false);
                    foreach (EtcdCertificate certificate in made.Certificates)
                    {
                        pipeline.WriteVerbose($"{work.Member}: {certificate.Path}: {certificate.Status}");
                    }

                    pipeline.WriteObject(made);
                }
                catch (EtcdHaException e)
                {
                    pipeline.WriteError(ErrorRecords.From(e, work.Member));
                }
            }
        }
    }
}
