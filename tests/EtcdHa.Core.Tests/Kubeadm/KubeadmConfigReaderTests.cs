using EtcdHa.Core.Kubeadm;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.Kubeadm;

public sealed class KubeadmConfigReaderTests
{
    private const string Cluster = "apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n";

    [Theory]
    [MemberData(nameof(GoldenCase.Readable), MemberType = typeof(GoldenCase))]
    public void Every_configuration_kubeadm_was_given_is_read_as_it_says(string golden)
    {
        string text = Golden.Text(golden + "/config.yaml");

        KubeadmEtcdConfig config = KubeadmConfigReader.Read(text, "config.yaml").Config;

        // What another YAML reader finds in the same places.
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        YamlNode init = stream.Documents[0].RootNode;
        YamlNode cluster = stream.Documents[^1].RootNode;
        Assert.Equal(At(init, "apiVersion"), "kubeadm.k8s.io/" + config.ApiVersion);
        Assert.Equal(At(init, "nodeRegistration", "name")?.ToLowerInvariant(), config.NodeName);
        Assert.Equal(At(init, "localAPIEndpoint", "advertiseAddress"), config.AdvertiseAddress);
        Assert.Equal(At(cluster, "kubernetesVersion"), config.KubernetesVersion);
        Assert.Equal(At(cluster, "imageRepository"), config.ClusterImageRepository);
        Assert.Equal(At(cluster, "encryptionAlgorithm"), config.EncryptionAlgorithm);
        Assert.Equal(At(cluster, "etcd", "local", "imageRepository"), config.ImageRepository);
        Assert.Equal(At(cluster, "etcd", "local", "imageTag"), config.ImageTag);
        Assert.Equal(At(cluster, "etcd", "local", "dataDir"), config.DataDirectory);
        Assert.Equal(Texts(Find(cluster, "etcd", "local", "serverCertSANs")), config.ServerCertSans);
        Assert.Equal(Texts(Find(cluster, "etcd", "local", "peerCertSANs")), config.PeerCertSans);
        IEnumerable<string> arguments = Find(cluster, "etcd", "local", "extraArgs") switch
        {
            YamlMappingNode map => map.Children.OrderBy(c => c.Key.ToString(), StringComparer.Ordinal).Select(c => $"{c.Key}={c.Value}"),
            YamlSequenceNode list => list.Select(a => $"{a["name"]}={a["value"]}"),
            _ => [],
        };
        Assert.Equal(arguments, config.ExtraArgs.Select(a => a.ToString()));
        Assert.Equal(config.ExtraArgs, config.ConvertedExtraArgs);
    }

    [Fact]
    public void A_golden_case_is_found() => Assert.Contains(GoldenCase.Readable, row => row.Data == "kubeadm-1.36.3/infra0");

    [Theory]
    [MemberData(nameof(GoldenCase.Readable), MemberType = typeof(GoldenCase))]
    public void A_configuration_written_again_reads_the_same(string golden)
    {
        KubeadmEtcdConfig config = KubeadmConfigReader.Read(Golden.Text(golden + "/config.yaml"), "config.yaml").Config;

        string written = config.ApiVersion == "v1beta4" ? V1Beta4Writer.Write(config) : V1Beta3Writer.Write(config, clusterConfigurationOnly: config.NodeName is null);

        KubeadmEtcdConfig again = KubeadmConfigReader.Read(written, "again.yaml").Config;
        Assert.Equivalent(config, again, strict: true);
    }

    [Fact]
    public void A_misspelt_field_is_refused_with_its_place_and_the_right_name_where_kubeadm_drops_the_sans()
    {
        EtcdTopologyException error = Refused(Golden.Text("kubeadm-1.36.3/unknown-field/config.yaml"), "TopologyFileFieldUnknown");

        Assert.Equal((13, 9), (error.Line, error.Column));
        Assert.Contains("config.yaml(13,9)", error.Message, StringComparison.Ordinal);
        Assert.Contains("'serverCertSANs'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd:\n  local:\n    dataDir: /a\n    dataDir: /b\n", "TopologyFileFieldDuplicate", 6)]
    [InlineData("etcd:\n  locale: {}\n", "TopologyFileFieldUnknown", 4)]
    [InlineData("kubernetesversion: v1.36.3\n", "TopologyFileFieldUnknown", 3)]
    [InlineData("etcd:\n  local:\n    extraArgs:\n    - name: a\n      valeu: b\n", "TopologyFileFieldUnknown", 7)]
    [InlineData("etcd:\n  local:\n    extraArgs:\n    - value: b\n", "TopologyFileFieldMissing", 6)]
    [InlineData("etcd:\n  local:\n    extraArgs:\n    - name: a\n      value: 1\n", "TopologyFileTypeWrong", 7)]
    [InlineData("etcd:\n  local:\n    extraArgs:\n    - name: a\n      value: yes\n", "TopologyFileTypeWrong", 7)]
    [InlineData("etcd:\n  local:\n    extraArgs:\n      a: b\n", "TopologyFileTypeWrong", 6)]
    [InlineData("etcd:\n  local:\n    serverCertSANs: 10.0.0.6\n", "TopologyFileTypeWrong", 5)]
    [InlineData("certificateValidityPeriod: 1y\n", "TopologyFileValueInvalid", 3)]
    [InlineData("apiServer:\n  timeoutForControlPlane: 4m\n", "TopologyFileFieldUnknown", 4)]
    [InlineData("etcd: [\n", "TopologyFileSyntax", null)]
    [InlineData("etcd: &a {}\n", "TopologyFileSyntax", 3)]
    [InlineData("etcd:\n  external:\n    endpoints: [https://10.0.0.6:2379]\n", "KubeadmConfigExternalEtcd", 5)]
    [InlineData("etcd:\n  local:\n    extraEnvs:\n    - name: A\n      valueFrom:\n        secretKeyRef: {name: s, key: k}\n", "EnvironmentSourceRefused", 8)]
    [InlineData("etcd:\n  local:\n    extraEnvs:\n    - name: A\n      valueFrom:\n        configMapKeyRef: {name: s, key: k}\n", "EnvironmentSourceRefused", 8)]
    [InlineData("etcd:\n  local:\n    extraEnvs:\n    - name: A\n      valueFrom: {}\n", "TopologyFileFieldMissing", 7)]
    [InlineData("---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\n", "KubeadmConfigKindDuplicate", 4)]
    [InlineData("---\napiVersion: kubeadm.k8s.io/v1beta3\nkind: InitConfiguration\n", "KubeadmConfigApiVersionsMixed", 4)]
    [InlineData("---\napiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfigration\n", "TopologyFileValueInvalid", 5)]
    [InlineData("---\nkind: InitConfiguration\n", "TopologyFileFieldMissing", 4)]
    public void What_kubeadm_would_warn_of_or_misread_is_refused_with_its_line(string rest, string errorId, int? line)
    {
        EtcdTopologyException error = Refused(Cluster + rest, errorId);

        Assert.True(line is null || error.Line == line, $"line {error.Line}");
        Assert.Contains("config.yaml(", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1alpha1", "v1.11")]
    [InlineData("v1alpha2", "v1.12")]
    [InlineData("v1alpha3", "v1.14")]
    public void An_api_version_older_than_any_read_here_is_refused_with_kubeadms_advice(string api, string kubeadm)
    {
        EtcdTopologyException error = Refused($"apiVersion: kubeadm.k8s.io/{api}\nkind: ClusterConfiguration\n", "KubeadmConfigApiVersionTooOld");

        Assert.Contains($"Use kubeadm {kubeadm} and run 'kubeadm config migrate", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("---\n---\n")]
    [InlineData("apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n")]
    public void A_file_without_a_configuration_of_kubeadm_is_refused(string text) => Refused(text, "KubeadmConfigEmpty");

    [Fact]
    public void A_later_api_version_is_refused_with_those_that_are_read() =>
        Assert.Contains(
            "v1beta1, v1beta2, v1beta3, v1beta4",
            Refused("apiVersion: kubeadm.k8s.io/v1beta5\nkind: ClusterConfiguration\n", "TopologyFileValueInvalid").RecommendedAction,
            StringComparison.Ordinal);

    [Fact]
    public void What_says_nothing_about_etcd_is_left_out_with_one_warning_of_fields_and_one_of_documents()
    {
        KubeadmConfigFile file = KubeadmConfigReader.Read(
            """
            apiVersion: kubeadm.k8s.io/v1beta4
            kind: InitConfiguration
            nodeRegistration:
              criSocket: unix:///run/containerd/containerd.sock
              taints: []
            localAPIEndpoint:
              bindPort: 7443
            timeouts:
              etcdAPICall: 1m
            ---
            apiVersion: kubeadm.k8s.io/v1beta4
            kind: ClusterConfiguration
            networking:
              podSubnet: 10.244.0.0/16
            apiServer:
              extraArgs: []
            dns:
            ---
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            anything: {at: all}
            ---
            apiVersion: kubeadm.k8s.io/v1beta4
            kind: JoinConfiguration
            """,
            "config.yaml");

        Assert.Equal(
            [
                "config.yaml: left out, as they say nothing about etcd: documents of kind KubeletConfiguration, JoinConfiguration.",
                "config.yaml: left out, as they say nothing about etcd: nodeRegistration.criSocket, nodeRegistration.taints, localAPIEndpoint.bindPort, timeouts.etcdAPICall, networking, apiServer.extraArgs.",
            ],
            file.Warnings);
    }

    [Fact]
    public void A_node_name_is_taken_in_lower_case_with_a_warning()
    {
        KubeadmConfigFile file = KubeadmConfigReader.Read(Golden.Text("kubeadm-1.36.3/nodename-upper/config.yaml"), "config.yaml");

        Assert.Equal("infra0.example.com", file.Config.NodeName);
        Assert.Contains("'Infra0.Example.COM'", Assert.Single(file.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void The_health_check_timeout_is_read_from_where_each_api_version_has_it()
    {
        const string Old = "apiVersion: kubeadm.k8s.io/v1beta2\nkind: ClusterConfiguration\napiServer:\n  timeoutForControlPlane: 10m30s\n";

        Assert.Equal(new TimeSpan(0, 10, 30), KubeadmConfigReader.Read(Old, "config.yaml").Config.HealthCheckTimeout);
        Assert.Equal(new TimeSpan(0, 10, 30), KubeadmConfigReader.Read(Golden.Text("kubeadm-1.36.3/timeouts/config.yaml"), "config.yaml").Config.HealthCheckTimeout);
    }

    [Fact]
    public void A_variable_of_a_field_is_read()
    {
        KubeadmEtcdConfig config = KubeadmConfigReader.Read(Golden.Text("kubeadm-1.36.3/extra-envs/config.yaml"), "config.yaml").Config;

        Assert.Equal(
            [new("ETCD_LOG_LEVEL", "debug"), new("ETCD_QUOTA_BACKEND_BYTES", "8589934592"), new() { Name = "FROM_FIELD", FieldPath = "status.podIP" }],
            config.ExtraEnvs);
    }

    [Fact]
    public void Json_and_fields_without_a_value_are_read_as_kubeadm_reads_them()
    {
        KubeadmEtcdConfig config = KubeadmConfigReader.Read(
            """{"apiVersion": "kubeadm.k8s.io/v1beta3", "kind": "ClusterConfiguration", "etcd": {"local": {"dataDir": "", "imageTag": null, "extraArgs": {"b": "1", "a": null}}}}""",
            "config.json").Config;

        Assert.Null(config.DataDirectory);
        Assert.Null(config.ImageTag);
        Assert.Equal(["a=", "b=1"], config.ExtraArgs.Select(a => a.ToString()));
    }

    private static EtcdTopologyException Refused(string text, string errorId)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => KubeadmConfigReader.Read(text, "config.yaml"));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }

    private static YamlNode? Find(YamlNode node, params string[] path)
    {
        YamlNode? found = node;
        foreach (string name in path)
        {
            found = found is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out YamlNode? child) ? child : null;
        }

        return found;
    }

    private static string? At(YamlNode node, params string[] path) => (Find(node, path) as YamlScalarNode)?.Value;

    private static IEnumerable<string?> Texts(YamlNode? node) => (node as YamlSequenceNode)?.Select(n => ((YamlScalarNode)n).Value) ?? [];
}
