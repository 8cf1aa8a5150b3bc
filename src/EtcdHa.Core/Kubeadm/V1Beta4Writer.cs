using System.Text;
using EtcdHa.Core.Topology;
using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// <c>kubeadm.k8s.io/v1beta4</c> (kubeadm 1.31 and newer): extra arguments are a list that keeps order and duplicates; extraEnvs,
/// encryptionAlgorithm and validity periods exist. Layout, order and quotes are the page's.
/// </summary>
internal static class V1Beta4Writer
{
    public static string Write(KubeadmEtcdConfig config)
    {
        var text = new StringBuilder();
        void Line(int depth, string line) => text.Append(' ', 4 * depth).Append(line).Append('\n');
        void Optional(int depth, string key, string? value)
        {
            if (value is not null)
            {
                Line(depth, $"{key}: {YamlText.Scalar(value)}");
            }
        }

        void Sans(string key, IReadOnlyList<string> sans)
        {
            Line(2, key + ":");
            foreach (string san in sans)
            {
                Line(2, "- " + YamlText.Quoted(san));
            }
        }

        void Pairs(string key, IReadOnlyList<EtcdNameValue> pairs)
        {
            if (pairs.Count > 0)
            {
                Line(2, key + ":");
            }

            foreach (EtcdNameValue pair in pairs)
            {
                Line(2, "- name: " + YamlText.Scalar(pair.Name));
                Line(2, "  value: " + YamlText.Scalar(pair.Value));
            }
        }

        string address = IpLiteral.IsIPv6(config.AdvertiseAddress) ? YamlText.Quoted(config.AdvertiseAddress) : config.AdvertiseAddress;
        Line(0, "apiVersion: \"kubeadm.k8s.io/v1beta4\"");
        Line(0, "kind: InitConfiguration");
        Line(0, "nodeRegistration:");
        Line(1, "name: " + YamlText.Scalar(config.NodeName));
        Line(0, "localAPIEndpoint:");
        Line(1, "advertiseAddress: " + address);
        Line(0, "---");
        Line(0, "apiVersion: \"kubeadm.k8s.io/v1beta4\"");
        Line(0, "kind: ClusterConfiguration");
        Line(0, "kubernetesVersion: " + config.KubernetesVersion);
        Optional(0, "certificatesDir", config.CertificatesDirectory);
        Optional(0, "encryptionAlgorithm", config.EncryptionAlgorithm);
        Optional(0, "certificateValidityPeriod", config.CertificateValidityPeriod);
        Optional(0, "caCertificateValidityPeriod", config.CaCertificateValidityPeriod);
        Line(0, "etcd:");
        Line(1, "local:");
        Optional(2, "imageRepository", config.ImageRepository);
        Optional(2, "imageTag", config.ImageTag);
        Optional(2, "dataDir", config.DataDirectory);
        Sans("serverCertSANs", config.ServerCertSans);
        Sans("peerCertSANs", config.PeerCertSans);
        Pairs("extraArgs", config.ExtraArgs);
        Pairs("extraEnvs", config.ExtraEnvs);
        return text.ToString();
    }
}
