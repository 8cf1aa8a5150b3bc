namespace EtcdHa.Core.Kubelet;

/// <summary>Where the kubelet's files go and what was asked for; the defaults are the page's but for the configuration's path.</summary>
/// <param name="ManifestDirectory">The folder of static pod manifests the kubelet watches. It runs every file it finds there.</param>
/// <param name="ConfigPath">
/// The KubeletConfiguration file. The page puts it into kubelet.service.d as kubelet.conf, where systemd reads it as one more
/// drop-in and complains about each line; so the default lies elsewhere. <see cref="PageConfigPath"/> is the page's.
/// </param>
/// <param name="DropInPath">The systemd drop-in; its name must sort after kubeadm's <c>10-kubeadm.conf</c>.</param>
/// <param name="Generation">The page's generation; <see cref="EtcdKubeletGeneration.Auto"/>: by the kubelet's version.</param>
/// <param name="CgroupDriver">cgroup driver, <c>systemd</c> or <c>cgroupfs</c>; null: the container runtime's.</param>
/// <param name="ContainerRuntimeEndpoint">The container runtime's socket, <c>unix://…</c>; null: the one that is found.</param>
public sealed record KubeletOptions(
    string ManifestDirectory = EtcdTopology.DefaultManifestDirectory,
    string ConfigPath = KubeletOptions.DefaultConfigPath,
    string DropInPath = KubeletOptions.DefaultDropInPath,
    EtcdKubeletGeneration Generation = EtcdKubeletGeneration.Auto,
    string? CgroupDriver = null,
    string? ContainerRuntimeEndpoint = null)
{
    /// <summary>The configuration's path outside of systemd's drop-in folders.</summary>
    public const string DefaultConfigPath = "/etc/kubernetes/kubelet-etcd.yaml";

    /// <summary>The configuration's path on the documented page.</summary>
    public const string PageConfigPath = "/etc/systemd/system/kubelet.service.d/kubelet.conf";

    /// <summary>The drop-in's path on the documented page.</summary>
    public const string DefaultDropInPath = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";
}
