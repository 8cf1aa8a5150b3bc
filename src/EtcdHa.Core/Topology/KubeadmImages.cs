using System.Collections.Immutable;

namespace EtcdHa.Core.Topology;

/// <summary>The images of a Kubernetes version, as <c>kubeadm config images list</c> prints them (K: images/images.go).</summary>
public static class KubeadmImages
{
    /// <summary>kubeadm's default image repository before registry.k8s.io; kubernetes/kubernetes#109938.</summary>
    public const string OldRepository = "k8s.gcr.io";

    /// <summary>The first minor whose CoreDNS image lies one folder deeper, in the default repository only.</summary>
    private const int CoreDnsInFolderFrom = 21;

    /// <summary>The first minor whose list ends with etcd; before, it ended with CoreDNS.</summary>
    private const int EtcdLastFrom = 29;

    /// <summary>All images, in kubeadm's order; of etcd, what the topology says.</summary>
    /// <param name="topology">A topology, for its versions and its etcd image.</param>
    /// <param name="imageRepository">The cluster's image repository; null: kubeadm's default.</param>
    /// <param name="kubeadm">kubeadm's own version; null: the topology's Kubernetes version.</param>
    /// <exception cref="EtcdTopologyException">A version is invalid or unknown.</exception>
    public static ImmutableArray<EtcdContainerImage> All(EtcdTopology topology, string? imageRepository = null, KubernetesVersion? kubeadm = null)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var version = KubernetesVersion.Parse(topology.KubernetesVersion);
        KubernetesVersion program = kubeadm ?? version;
        KubernetesRelease release = KubernetesReleases.Find(program);
        string defaultRepository = release.ImageRepository(program.Patch);
        string repository = imageRepository ?? defaultRepository;
        bool isInFolder = release.Minor >= CoreDnsInFolderFrom && repository == defaultRepository;
        EtcdContainerImage Image(string name, string tag) => new()
        {
            Repository = $"{repository}/{name}",
            Tag = tag,
            KubernetesVersion = version.ToString(),
        };

        EtcdContainerImage coreDns = Image(isInFolder ? "coredns/coredns" : "coredns", release.CoreDnsTags.At(program.Patch));
        EtcdContainerImage pause = Image("pause", release.PauseTag);
        EtcdContainerImage etcd = Etcd(topology with { ImageTag = topology.ImageTag ?? KubernetesReleases.EtcdTag(version, program) }, repository);
        string[] components = ["kube-apiserver", "kube-controller-manager", "kube-scheduler", "kube-proxy"];
        return
        [
            .. components.Select(c => Image(c, version.ToString())),
            .. release.Minor >= EtcdLastFrom ? new[] { coreDns, pause, etcd } : [pause, etcd, coreDns],
        ];
    }

    /// <summary>The image of etcd.</summary>
    /// <param name="topology">A topology; its own image repository wins.</param>
    /// <param name="imageRepository">The cluster's image repository; null: kubeadm's default.</param>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is invalid or unknown.</exception>
    public static EtcdContainerImage Etcd(EtcdTopology topology, string? imageRepository = null)
    {
        string tag = EtcdImage.TagOf(topology);
        return new()
        {
            Repository = (topology.ImageRepository ?? imageRepository ?? EtcdImage.RepositoryOf(topology)) + "/etcd",
            Tag = tag,
            EtcdVersion = EtcdImage.VersionOf(tag)?.ToString(),
            KubernetesVersion = KubernetesVersion.Parse(topology.KubernetesVersion).ToString(),
        };
    }
}
