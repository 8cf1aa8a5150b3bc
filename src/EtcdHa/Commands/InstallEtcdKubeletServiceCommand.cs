using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubelet;

namespace EtcdHa.Commands;

/// <summary>Makes the kubelet of every host a service manager for etcd: drop-in, KubeletConfiguration, restart, check.</summary>
/// <remarks>
/// <para>The drop-in has the page's name, 20-etcd-service-manager.conf, which systemd reads after kubeadm's. The KubeletConfiguration lies
/// outside kubelet.service.d by default, because systemd would read a *.conf file there as a drop-in too; -ConfigPath takes the page's own path.</para>
/// <para>The files are those of the documented page as it was for the kubelet that is found on the host: up to 1.26 a drop-in with flags only, since 1.27 a drop-in
/// and a KubeletConfiguration. Container runtime and cgroup driver are found on the host, too: containerd, CRI-O, Docker with cri-dockerd, or Docker
/// alone before Kubernetes 1.24. A flag the kubelet no longer has, several runtimes, or a cgroup driver that is not the runtime's is an error before anything is
/// touched. A KubeletConfiguration left from another generation stays and has no effect, as no drop-in names it.</para>
/// <para>The kubelet is restarted only when something changed, when it does not run, or when it runs without this configuration.
/// When it does not stay up, the error ends with its journal.</para>
/// </remarks>
/// <example>
/// <summary>Configure all hosts</summary>
/// <code>$topology | Install-EtcdKubeletService</code>
/// <para>All hosts at once; one row a host.</para>
/// </example>
/// <example>
/// <summary>Configure one host that runs two container runtimes</summary>
/// <code>$topology | Install-EtcdKubeletService -Member infra1 -CgroupDriver cgroupfs -ContainerRuntimeEndpoint unix:///var/run/crio/crio.sock</code>
/// <para>One host, whose kubelet is to use CRI-O, which must have the cgroupfs driver.</para>
/// </example>
/// <example>
/// <summary>Write the flags of an older page</summary>
/// <code>$topology | Install-EtcdKubeletService -Generation Flags115</code>
/// <para>A drop-in with flags, no KubeletConfiguration, also where the kubelet is newer.</para>
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

    /// <summary>
    /// The documented page's generation: Flags113, Flags115 and Flags123 (flags in the drop-in, as for these Kubernetes versions), ConfigFile (since
    /// 1.27), or Auto (default), which goes by the kubelet's version on the host.
    /// </summary>
    [Parameter]
    public EtcdKubeletGeneration Generation { get; set; }

    /// <summary>The cgroup driver, systemd or cgroupfs; it must be the container runtime's. Default: the runtime's, or the page's where that cannot be told.</summary>
    [Parameter]
    [ValidateSet("systemd", "cgroupfs")]
    [PSDefaultValue(Help = "found on the host")]
    public string? CgroupDriver { get; set; }

    /// <summary>The container runtime's socket, unix://…. Default: the one that is found, or the page's where there is none.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "found on the host")]
    public string? ContainerRuntimeEndpoint { get; set; }

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
            Generation = Generation,
            CgroupDriver = CgroupDriver,
            ContainerRuntimeEndpoint = ContainerRuntimeEndpoint,
        };
        EtcdKubeletService service = await KubeletInstaller.InstallAsync(
            session, work.Topology, work.Member, options, TimeSpan.FromSeconds(TimeoutSec), output.Log, cancellationToken).ConfigureAwait(false);
        output.Write(service with { StagingPath = work.StagingPath });
    }
}
