using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Topology;

namespace EtcdHa.Commands;

/// <summary>Pulls the etcd image on every host before the kubelet needs it.</summary>
/// <remarks>
/// <para>The image is the one the static pod manifest names. It is pulled with a program the host has, the first that fits its container runtime: crictl or ctr
/// (namespace k8s.io) for containerd, crictl or podman for CRI-O, docker for Docker Engine. A host that has the image already is left alone.</para>
/// <para>A registry that cannot be reached then shows here, with the program's own words, and not as a static pod that does not start.</para>
/// </remarks>
/// <example>
/// <summary>Pull on all hosts</summary>
/// <code>$topology | Install-EtcdImage</code>
/// <para>All hosts at once; one row a host.</para>
/// </example>
/// <example>
/// <summary>Pull on a host with two container runtimes</summary>
/// <code>$topology | Install-EtcdImage -Member infra1 -ContainerRuntimeEndpoint unix:///var/run/crio/crio.sock -TimeoutSec 1200</code>
/// <para>One host, for its CRI-O, over a slow line.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "EtcdImage", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdHostImage))]
public sealed class InstallEtcdImageCommand : HostCommand
{
    /// <summary>The container runtime's socket, unix://…; needed only where a host has several. Default: the one that is found.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "found on the host")]
    public string? ContainerRuntimeEndpoint { get; set; }

    /// <summary>Seconds the pull may take.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 600;

    private protected override string Activity => "Pulling the etcd image";

    private protected override string Effect => "Pull the etcd image";

    private protected override void Check(EtcdTopology topology) => EtcdImage.For(topology);

    private protected override async Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken)
    {
        EtcdHostImage image = await ImagePuller.PullAsync(
            session, work.Topology, work.Member, ContainerRuntimeEndpoint, TimeSpan.FromSeconds(TimeoutSec), output.Log, cancellationToken).ConfigureAwait(false);
        output.Write(image with { StagingPath = work.StagingPath });
    }
}
