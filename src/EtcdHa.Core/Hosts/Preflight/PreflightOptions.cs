namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>What the build will be told, as far as hosts must be fit for it.</summary>
/// <param name="Generator">What will write the manifest: kubeadm must be on the host only for <see cref="EtcdManifestGenerator.Kubeadm"/>.</param>
/// <param name="CgroupDriver">The cgroup driver the kubelet will be given; null: the container runtime's.</param>
/// <param name="ContainerRuntimeEndpoint">The container runtime's socket, <c>unix://…</c>; null: the one that is found.</param>
/// <param name="StaleData">What will be done about data of an earlier member.</param>
/// <param name="SkipDiskLatency">True: no writes are timed.</param>
public sealed record PreflightOptions(
    EtcdManifestGenerator Generator = EtcdManifestGenerator.Native,
    string? CgroupDriver = null,
    string? ContainerRuntimeEndpoint = null,
    EtcdStaleData StaleData = EtcdStaleData.Refuse,
    bool SkipDiskLatency = false);
