using System.Text.RegularExpressions;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Topology;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.StaticPods;

/// <summary>A golden case of kubeadm: its configuration as kubeadm reads it, and what came out.</summary>
internal static class GoldenCase
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

    /// <summary>The case's <c>config.yaml</c>. The one place to change when configurations are read elsewhere.</summary>
    public static KubeadmEtcdConfig Config(string folder)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Golden.Text($"{folder}/config.yaml")));
        YamlMappingNode[] documents = [.. yaml.Documents.Select(d => (YamlMappingNode)d.RootNode)];
        YamlNode? init = documents.FirstOrDefault(d => Text(d, "kind") == "InitConfiguration");
        YamlNode? cluster = documents.FirstOrDefault(d => Text(d, "kind") == "ClusterConfiguration");
        YamlNode? local = At(cluster, "etcd", "local");
        return new()
        {

            // What is not said is the machine's, where kubeadm was run, or kubeadm's own.
            NodeName = Text(init, "nodeRegistration", "name") ?? Written(folder, "- --name=(.*)"),
            AdvertiseAddress = Text(init, "localAPIEndpoint", "advertiseAddress") ?? Written(folder, @"etcd\.advertise-client-urls: https://(.*):2379"),
            KubernetesVersion = Text(cluster, "kubernetesVersion") ?? Kubeadm(folder).ToString(),
            CertificatesDirectory = Text(cluster, "certificatesDir"),
            ClusterImageRepository = Text(cluster, "imageRepository"),
            ImageRepository = Text(local, "imageRepository"),
            ImageTag = Text(local, "imageTag"),
            DataDirectory = Text(local, "dataDir"),
            ServerCertSans = [],
            PeerCertSans = [],
            ExtraArgs = Arguments(At(local, "extraArgs")),
            ExtraEnvs = [.. Pairs(At(local, "extraEnvs")).Where(e => !IsReference(e)).Select(Pair)],
            HealthCheckTimeout = Timeout(Text(init, "timeouts", "controlPlaneComponentHealthCheck") ?? Text(cluster, "apiServer", "timeoutForControlPlane")),
        };
    }

    /// <summary>The case's manifest, without the variables that <see cref="Config"/> cannot say.</summary>
    public static string Manifest(string folder) => FieldReference().Replace(Golden.Text($"{folder}/etcd.yaml"), "");

    private static bool IsReference(YamlNode variable) => At(variable, "valueFrom") is not null;

    private static string Written(string folder, string pattern) => Regex.Match(Golden.Text($"{folder}/etcd.yaml"), pattern).Groups[1].Value;

    private static IReadOnlyList<EtcdNameValue> Arguments(YamlNode? arguments) => arguments is YamlMappingNode map
        ? [.. map.Children.Select(c => new EtcdNameValue(c.Key.ToString(), c.Value.ToString())).OrderBy(a => a.Name, StringComparer.Ordinal)]
        : [.. Pairs(arguments).Select(Pair)];

    private static IEnumerable<YamlNode> Pairs(YamlNode? list) => list is YamlSequenceNode sequence ? sequence.Children : [];

    private static EtcdNameValue Pair(YamlNode pair) => new(Text(pair, "name")!, Text(pair, "value") ?? "");

    private static TimeSpan? Timeout(string? text) => text is not null && GoDuration.TryParse(text, out TimeSpan value) ? value : null;

    private static string? Text(YamlNode? node, params string[] path) => (At(node, path) as YamlScalarNode)?.Value;

    private static YamlNode? At(YamlNode? node, params string[] path) =>
        path.Aggregate(node, (n, key) => n is YamlMappingNode map && map.Children.TryGetValue(key, out YamlNode? child) ? child : null);

    private static Regex FieldReference() =>
        new(@"^    - name: .*\n      valueFrom:\n        fieldRef:\n          apiVersion: v1\n          fieldPath: .*\n", RegexOptions.Multiline);
}
