using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;

namespace EtcdHa.Commands;

/// <summary>Copies every member's kubeadm configuration and certificates from the staging folder to its host.</summary>
/// <remarks>
/// <para>kubeadmcfg.yaml goes to the SSH user's home, the pki tree to the certificates directory, owned by root: keys 0600, certificates 0644,
/// directories 0755. Over one connection a host; every file is staged in a private directory, verified, and renamed in. Files that are
/// already right are left alone.</para>
/// <para>The CA's key goes to the first host of the topology only, as on the page; with -ExcludeCaKey to none. A host that holds another CA is refused
/// without -Force: a running member trusts only its own.</para>
/// </remarks>
/// <example>
/// <summary>Copy to all hosts</summary>
/// <code>$topology | Copy-EtcdMemberFiles -StagingPath ./staging</code>
/// <para>All hosts at once.</para>
/// </example>
/// <example>
/// <summary>Keep the key of the CA on the workstation</summary>
/// <code>$topology | New-EtcdCertificateSet | Copy-EtcdMemberFiles -ExcludeCaKey</code>
/// <para>The CA's key stays on the workstation.</para>
/// </example>
[Cmdlet(VerbsCommon.Copy, "EtcdMemberFiles", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdMemberFiles))]
public sealed class CopyEtcdMemberFilesCommand : HostCommand
{
    /// <summary>Keeps the CA's key off every host.</summary>
    [Parameter]
    public SwitchParameter ExcludeCaKey { get; set; }

    /// <summary>Replaces a CA certificate on a host that is another one.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Copying member files";

    private protected override string Effect => "Copy kubeadmcfg.yaml and certificates";

    private protected override StagingUse Staging => StagingUse.Needed;

    // Read again when connected: keys are not kept in memory while other hosts are worked on.
    private protected override void Prepare(MemberWork work) => StagedMember.Read(work.StagingPath, work.Member, IncludesCaKey(work));

    private protected override async Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken)
    {
        (IReadOnlyList<StagedFile> pki, string config) = StagedMember.Read(work.StagingPath, work.Member, IncludesCaKey(work));
        output.Write(await MemberFilesCopier.CopyAsync(
            session, work.Topology, work.Member, work.StagingPath, pki, config, Force, output.Log, cancellationToken).ConfigureAwait(false));
    }

    private bool IncludesCaKey(MemberWork work) => work.IsFirst && !ExcludeCaKey;
}
