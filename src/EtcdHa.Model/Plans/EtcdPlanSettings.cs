namespace EtcdHa;

/// <summary>What was asked for beside the topology when a plan was made. The run takes the same.</summary>
public sealed record EtcdPlanSettings
{
    /// <summary>The kubelet's systemd drop-in on the hosts.</summary>
    public string DropInPath { get; init; } = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";

    /// <summary>The KubeletConfiguration file on the hosts.</summary>
    public string ConfigPath { get; init; } = "/etc/kubernetes/kubelet-etcd.yaml";

    /// <summary>The page's generation, or <see cref="EtcdKubeletGeneration.Auto"/>: by the kubelet's version.</summary>
    public EtcdKubeletGeneration Generation { get; init; }

    /// <summary>The cgroup driver; null: the container runtime's.</summary>
    public string? CgroupDriver { get; init; }

    /// <summary>The container runtime's socket, <c>unix://…</c>; null: the one that is found.</summary>
    public string? ContainerRuntimeEndpoint { get; init; }

    /// <summary>What is done about data of an earlier member.</summary>
    public EtcdStaleData StaleData { get; init; }

    /// <summary>True: the CA's key goes to no host.</summary>
    public bool ExcludeCaKey { get; init; }
}
