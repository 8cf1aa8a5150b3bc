namespace EtcdHa;

/// <summary>What a row of <c>Test-EtcdHost</c> is about.</summary>
public enum EtcdHostCheckKind
{
    /// <summary>The host is reached over SSH, its key is the right one, it takes the login.</summary>
    Ssh,

    /// <summary>Commands run as root without a question.</summary>
    Sudo,

    /// <summary>The host's shell runs scripts, and the programs they use are there.</summary>
    Shell,

    /// <summary>systemd is process 1.</summary>
    Systemd,

    /// <summary>The member's address is one of the host's.</summary>
    Address,

    /// <summary>The host's clock against the median of the hosts.</summary>
    Clock,

    /// <summary>The kubelet does not start with swap, unless its configuration says otherwise.</summary>
    Swap,

    /// <summary>The kubelet's unit.</summary>
    Kubelet,

    /// <summary>The kubelet's version against the topology's.</summary>
    KubeletVersion,

    /// <summary>kubeadm on the host, which only <c>-Generator Kubeadm</c> needs.</summary>
    Kubeadm,

    /// <summary>The container runtime the kubelet is to use.</summary>
    ContainerRuntime,

    /// <summary>The kubelet's cgroup driver against the container runtime's.</summary>
    CgroupDriver,

    /// <summary>The etcd image in the container runtime's store.</summary>
    Image,

    /// <summary>A port etcd listens on: free, or whose.</summary>
    Port,

    /// <summary>A connection from this host to a port of another.</summary>
    Reachability,

    /// <summary>An etcd on the host that is not this member's.</summary>
    OtherEtcd,

    /// <summary>Free bytes and inodes.</summary>
    DiskSpace,

    /// <summary>How long a small write takes until it is on the disk.</summary>
    DiskLatency,

    /// <summary>Root can write there.</summary>
    WritablePath,

    /// <summary>SELinux or AppArmor.</summary>
    SecurityModule,

    /// <summary>The data directory, and whose member's data it holds.</summary>
    DataDirectory,

    /// <summary>The member's certificates and keys, where some are there already.</summary>
    Certificates,

    /// <summary>The member's manifest, where there is one already.</summary>
    Manifest,

    /// <summary>Other files in the manifest folder: the kubelet runs every one.</summary>
    ManifestFolder,
}
