using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;

namespace EtcdHa.Commands;

/// <summary>Puts the etcd static pod manifest into every host's manifest folder; the kubelet then starts etcd.</summary>
/// <remarks>
/// <para>The manifest is the one that kubeadm init phase etcd local writes, byte for byte, or is written by kubeadm on the host with -Generator Kubeadm.
/// It is renamed into the folder, never written there: the kubelet runs every file it finds. The data directory is made with mode 0700.</para>
/// <para>The member's files are checked first over the same connection, and a host whose files are wrong is refused.
/// All hosts are started together, because a new cluster forms only when a majority is up.</para>
/// </remarks>
/// <example>
/// <summary>Start etcd and wait for it</summary>
/// <code>$topology | Install-EtcdStaticPod | Test-EtcdClusterHealth -Wait</code>
/// <para>Starts etcd on all hosts and waits until it is healthy.</para>
/// </example>
/// <example>
/// <summary>Let kubeadm write the manifests</summary>
/// <code>$topology | Install-EtcdStaticPod -Generator Kubeadm</code>
/// <para>Has kubeadm on each host write the manifest from the copied configuration.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "EtcdStaticPod", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdStaticPod))]
public sealed class InstallEtcdStaticPodCommand : HostCommand
{
    /// <summary>What writes the manifest: Native (EtcdHa, the default) or Kubeadm (kubeadm on the host).</summary>
    [Parameter]
    public EtcdManifestGenerator Generator { get; set; }

    /// <summary>
    /// What is done about data that an earlier member left where none is installed: Refuse (the default) is an error that says whose it is, MoveAside renames it with a time stamp,
    /// Adopt goes on with it when its member and cluster ID are the expected ones. The member's own data, proved by the cluster's own token, is always gone on with; nothing is deleted.
    /// </summary>
    [Parameter]
    public EtcdStaleData StaleData { get; set; }

    /// <summary>Places the manifest without checking the member's files first.</summary>
    [Parameter]
    public SwitchParameter SkipFileCheck { get; set; }

    private protected override string Activity => "Installing the etcd static pod";

    private protected override string Effect => "Place the etcd static pod manifest";

    private protected override void Check(EtcdTopology topology) => StagedTopology.RequireToken(topology);

    private protected override async Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken)
    {
        ExpectedFiles? expected = SkipFileCheck ? null : StagedMember.Expect(work.StagingPath, work.Member, includesCaKey: false);
        EtcdStaticPod pod = await StaticPodInstaller.InstallAsync(
            session, work.Topology, work.Member, expected, Generator, DateTimeOffset.UtcNow, output.Log, cancellationToken, staleData: StaleData).ConfigureAwait(false);
        output.Write(pod with { StagingPath = work.StagingPath });
    }
}
