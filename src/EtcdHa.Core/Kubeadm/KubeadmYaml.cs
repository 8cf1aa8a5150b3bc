using System.Text;
using EtcdHa.Core.Topology;
using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubeadm;

/// <summary>The lines every API version shares. Layout, order and quotes are the page's: four spaces a level, list items at their parent's.</summary>
internal sealed class KubeadmYaml
{
    private readonly StringBuilder _text = new();

    public void Line(int depth, string line) => _text.Append(' ', 4 * depth).Append(line).Append('\n');

    public void Head(string apiVersion, string kind)
    {
        Line(0, $"apiVersion: \"{KubeadmApiVersions.Group}/{apiVersion}\"");
        Line(0, "kind: " + kind);
    }

    public void Optional(int depth, string key, string? value)
    {
        if (value is not null)
        {
            Line(depth, $"{key}: {YamlText.Scalar(value)}");
        }
    }

    public void Duration(int depth, string key, TimeSpan? value) => Optional(depth, key, value is TimeSpan time ? GoDuration.Format(time) : null);

    /// <summary>InitConfiguration's first part, and the node's name and address: without them kubeadm takes those of the machine it runs on.</summary>
    public void Init(KubeadmEtcdConfig config)
    {
        string address = config.AdvertiseAddress!;
        Head(config.ApiVersion, "InitConfiguration");
        Line(0, "nodeRegistration:");
        Line(1, "name: " + YamlText.Scalar(config.NodeName!));
        Line(0, "localAPIEndpoint:");
        Line(1, "advertiseAddress: " + (IpLiteral.IsIPv6(address) ? YamlText.Quoted(address) : address));
    }

    /// <summary>ClusterConfiguration's first part.</summary>
    public void Cluster(KubeadmEtcdConfig config)
    {
        Head(config.ApiVersion, "ClusterConfiguration");
        Optional(0, "kubernetesVersion", config.KubernetesVersion);
        Optional(0, "imageRepository", config.ClusterImageRepository);
        Optional(0, "certificatesDir", config.CertificatesDirectory);
    }

    /// <summary><c>etcd.local</c> up to the extra arguments.</summary>
    public void LocalEtcd(KubeadmEtcdConfig config)
    {
        Line(0, "etcd:");
        Line(1, "local:");
        Optional(2, "imageRepository", config.ImageRepository);
        Optional(2, "imageTag", config.ImageTag);
        Optional(2, "dataDir", config.DataDirectory);
        Sans("serverCertSANs", config.ServerCertSans);
        Sans("peerCertSANs", config.PeerCertSans);
    }

    public override string ToString() => _text.ToString();

    private void Sans(string key, IReadOnlyList<string> sans)
    {
        Line(2, key + ":");
        foreach (string san in sans)
        {
            Line(2, "- " + YamlText.Quoted(san));
        }
    }
}
