using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Removal;

/// <summary>What a member has on its host.</summary>
/// <param name="topology">The topology.</param>
/// <param name="options">Where the kubelet's files are.</param>
internal sealed class RemovalPaths(EtcdTopology topology, KubeletOptions options)
{
    /// <summary>The certificates and keys of the page's lists, below the certificates directory; a control plane's own lie beside them and stay.</summary>
    public static IReadOnlyList<string> CertificateFiles { get; } =
        [.. KubeadmCertificates.LeafNames.Append(KubeadmCertificates.AuthorityName).SelectMany(name => new[] { name + ".crt", name + ".key" })];

    /// <summary>The manifest.</summary>
    public string Manifest => UnixPath.Join(options.ManifestDirectory, "etcd.yaml");

    /// <summary>Where the manifest goes, without the time stamp: the kubelet runs every file in its folder.</summary>
    public string ManifestAside => UnixPath.Join(UnixPath.Parent(options.ManifestDirectory), "etcd.yaml");

    /// <summary>The kubelet's drop-in.</summary>
    public string DropIn => options.DropInPath;

    /// <summary>The kubelet's configuration.</summary>
    public string KubeletConfig => options.ConfigPath;

    /// <summary>The argument that tells that the kubelet runs with that configuration.</summary>
    public string KubeletArgument => "--config=" + options.ConfigPath;

    /// <summary>The certificates directory.</summary>
    public string Certificates => topology.CertificatesDirectory;

    /// <summary>The data directory.</summary>
    public string Data => topology.DataDirectory;

    /// <summary>The directory of the write-ahead log.</summary>
    public string Log => MemberSteps.WalDirectory(topology);

    /// <summary>Everything a look asks for.</summary>
    public IReadOnlyList<string> All =>
    [
        Manifest, DropIn, KubeletConfig, MemberSteps.KubeadmConfigPath, UnixPath.Join(Data, "member"),
        .. CertificateFiles.Select(file => UnixPath.Join(Certificates, file)),
    ];
}
