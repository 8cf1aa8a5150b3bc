using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubelet;

namespace EtcdHa.Commands;

/// <summary>Makes the kubelet of every host a service manager for etcd: drop-in, KubeletConfiguration, restart, check.</summary>
/// <remarks>
/// <para>The drop-in has the page's name, 20-etcd-service-manager.conf, which systemd reads after kubeadm's. The KubeletConfiguration lies
/// outside kubelet.service.d by default, because systemd would read a *.conf file there as a drop-in too; -ConfigPath takes the page's own path.</para>
/// <para>The kubelet is restarted only when something changed, when it does not run, or when it runs without this configuration.
/// When it does not stay up, the error ends with its journal.</para>
/// </remarks>
/// <example>
/// <summary>Configure all hosts</summary>
/// <code>$topology | Install-EtcdKubeletService</code>
/// <para>All hosts at once; one row a host.</para>
/// </example>
/// <example>
/// <summary>Configure one host that runs CRI-O</summary>
/// <code>$topology | Install-EtcdKubeletService -Member infra1 -CgroupDriver cgroupfs -ContainerRuntimeEndpoint unix:///var/run/crio/crio.sock</code>
/// <para>One host, whose container runtime is CRI-O with the cgroupfs driver.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "EtcdKubeletService", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdKubeletService))]
public sealed class InstallEtcdKubeletServiceCommand : HostCommand
{
    /// <summary>The systemd drop-in on the hosts.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string DropInPath { get; set; } = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";

    /// <summary>The KubeletConfiguration file on the hosts. The page's own is /etc/systemd/system/kubelet.service.d/kubelet.conf.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ConfigPath { get; set; } = "/etc/kubernetes/kubelet-etcd.yaml";

    /// <summary>The cgroup driver; it must be the container runtime's: systemd (default) or cgroupfs.</summary>
    [Parameter]
    [ValidateSet("systemd", "cgroupfs")]
    public string CgroupDriver { get; set; } = "systemd";

    /// <summary>The container runtime's socket.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ContainerRuntimeEndpoint { get; set; } = "unix:///var/run/containerd/containerd.sock";

    /// <summary>Seconds the kubelet has to come up.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSec { get; set; } = 30;

    private protected override string Activity => "Configuring the kubelet";

    private protected override string Effect => "Place the kubelet's drop-in and configuration, restart the kubelet when they changed";

    private protected override async Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken)
    {
        var options = new KubeletOptions
        {
            ManifestDirectory = EtcdTopology.DefaultManifestDirectory,
            ConfigPath = ConfigPath,
            DropInPath = DropInPath,
            CgroupDriver = CgroupDriver,
            ContainerRuntimeEndpoint = ContainerRuntimeEndpoint,
        };
        EtcdKubeletService service = await KubeletInstaller.InstallAsync(
            session, work.Topology, work.Member, options, TimeSpan.FromSeconds(TimeoutSec), output.Log, cancellationToken).ConfigureAwait(false);
        output.Write(service with { StagingPath = work.StagingPath });
    }
}
