using System.Management.Automation;

namespace EtcdHa.Commands;

/// <summary>A cmdlet that plans a cluster: what the single steps can be told, it can be told.</summary>
public abstract class PlanCommand : ClusterCommand
{
    /// <summary>The systemd drop-in on the hosts. Its name must sort after kubeadm's 10-kubeadm.conf.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string DropInPath { get; set; } = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";

    /// <summary>The KubeletConfiguration file on the hosts. The page's own is /etc/systemd/system/kubelet.service.d/kubelet.conf.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string ConfigPath { get; set; } = "/etc/kubernetes/kubelet-etcd.yaml";

    /// <summary>The documented page's generation of the kubelet's files, as for Install-EtcdKubeletService; Auto (default) goes by the kubelet's version on the host.</summary>
    [Parameter]
    public EtcdKubeletGeneration Generation { get; set; }

    /// <summary>The cgroup driver, systemd or cgroupfs; it must be the container runtime's. Default: the runtime's.</summary>
    [Parameter]
    [ValidateSet("systemd", "cgroupfs")]
    [PSDefaultValue(Help = "found on the host")]
    public string? CgroupDriver { get; set; }

    /// <summary>The container runtime's socket, unix://…. Default: the one that is found.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "found on the host")]
    public string? ContainerRuntimeEndpoint { get; set; }

    /// <summary>
    /// What is done about data that an earlier member left where none is installed: Refuse (the default) is an error that says whose it is, MoveAside renames it with a time stamp,
    /// Adopt goes on with it when its member and cluster ID are the expected ones. The member's own data, proved by the cluster's own token, is always gone on with; nothing is deleted.
    /// </summary>
    [Parameter]
    public EtcdStaleData StaleData { get; set; }

    /// <summary>Keeps the CA's key off every host.</summary>
    [Parameter]
    public SwitchParameter ExcludeCaKey { get; set; }

    /// <summary>What was asked for, for the plan to keep.</summary>
    private protected EtcdPlanSettings Settings => new()
    {
        DropInPath = DropInPath,
        ConfigPath = ConfigPath,
        Generation = Generation,
        CgroupDriver = CgroupDriver,
        ContainerRuntimeEndpoint = ContainerRuntimeEndpoint,
        StaleData = StaleData,
        ExcludeCaKey = ExcludeCaKey,
    };
}
