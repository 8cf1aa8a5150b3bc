using System.Text.RegularExpressions;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.StaticPods;

/// <summary>A golden case of kubeadm: its configuration as kubeadm reads it, and what came out.</summary>
internal static partial class GoldenCase
{
    /// <summary>Every folder <c>kubeadm-&lt;version&gt;/&lt;case&gt;</c> with a manifest.</summary>
    public static IEnumerable<string> Folders =>
        from version in Directory.EnumerateDirectories(Golden.PathOf(""), "kubeadm-*")
        from folder in Directory.EnumerateDirectories(version)
        where File.Exists(Path.Combine(folder, "etcd.yaml"))
        orderby folder
        select $"{Path.GetFileName(version)}/{Path.GetFileName(folder)}";

    /// <summary>The version of the kubeadm that was run.</summary>
    public static KubernetesVersion Kubeadm(string folder) => KubernetesVersion.Parse(folder.Split('/')[0]["kubeadm-".Length..]);

    /// <summary>The case's <c>config.yaml</c>. What it does not say is the machine's, where kubeadm was run, or kubeadm's own.</summary>
    public static KubeadmEtcdConfig Config(string folder)
    {
        // kubeadm drops unknown fields with a warning; the reader refuses them, which its own tests show.
        string text = UnknownFields().Replace(Golden.Text($"{folder}/config.yaml"), "");
        KubeadmEtcdConfig config = KubeadmConfigReader.Read(text, folder).Config;
        return config with
        {
            NodeName = config.NodeName ?? Written(folder, "- --name=(.*)"),
            AdvertiseAddress = config.AdvertiseAddress ?? Written(folder, @"etcd\.advertise-client-urls: https://(.*):2379"),
            KubernetesVersion = config.KubernetesVersion ?? Kubeadm(folder).ToString(),
        };
    }

    /// <summary>The case's manifest.</summary>
    public static string Manifest(string folder) => Golden.Text($"{folder}/etcd.yaml");

    private static string Written(string folder, string pattern) => Regex.Match(Manifest(folder), pattern).Groups[1].Value;

    [GeneratedRegex(@"^ +(serverCertSans|bogus): .*\n", RegexOptions.Multiline)]
    private static partial Regex UnknownFields();
}
