using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Tests.Topology;
using FsCheck;
using FsCheck.Fluent;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.Kubeadm;

public sealed class KubeadmConfigWriterTests
{
    [Theory]
    [InlineData("1.31.14", 0)]
    [InlineData("1.32.13", 1)]
    [InlineData("1.36.3", 0)]
    [InlineData("1.36.3", 1)]
    [InlineData("1.36.3", 2)]
    public void The_pages_configuration_is_written_byte_for_byte(string version, int member)
    {
        EtcdTopology topology = Samples.Page("v" + version);

        Assert.Equal(Golden.Text($"kubeadm-{version}/infra{member}/config.yaml"), KubeadmConfigWriter.Write(topology, topology.Members[member]));
    }

    [Fact]
    public void An_ipv6_address_is_quoted_and_bracketed_in_urls()
    {
        EtcdTopology topology = Samples.PageOnIPv6();

        Assert.Equal(Golden.Text("kubeadm-1.36.3/ipv6/config.yaml"), KubeadmConfigWriter.Write(topology, topology.Members[0]));
    }

    [Fact]
    public void What_differs_from_kubeadms_defaults_adds_its_field_and_nothing_else()
    {
        EtcdTopology topology = Samples.Page() with
        {
            Members = [new("infra0", "10.0.0.6") { ServerCertSan = ["infra0.example.com"], PeerPort = 3380 }],
            InitialClusterToken = "etcd-cluster-1",
            ImageRepository = "registry.example.com/k8s",
            ImageTag = "3.6.5-0",
            DataDirectory = "/data/etcd",
            CertificatesDirectory = "/etc/etcd/pki",
            KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP256,
            CertificateValidity = TimeSpan.FromHours(4380),
            CaCertificateValidity = TimeSpan.FromMinutes(90),
            ClientPort = 3379,
            MetricsPort = 3381,
            ServerCertSan = ["*.etcd.example.com", "10.0.0.6"],
            ExtraArg = [new("quota-backend-bytes", "8589934592")],
            ExtraEnv = [new("GOMAXPROCS", "2"), new() { Name = "POD_IP", FieldPath = "status.podIP" }],
        };

        const string Expected = """
            apiVersion: "kubeadm.k8s.io/v1beta4"
            kind: InitConfiguration
            nodeRegistration:
                name: infra0
            localAPIEndpoint:
                advertiseAddress: 10.0.0.6
            ---
            apiVersion: "kubeadm.k8s.io/v1beta4"
            kind: ClusterConfiguration
            kubernetesVersion: v1.36.3
            certificatesDir: /etc/etcd/pki
            encryptionAlgorithm: ECDSA-P256
            certificateValidityPeriod: 4380h
            caCertificateValidityPeriod: 1h30m
            etcd:
                local:
                    imageRepository: registry.example.com/k8s
                    imageTag: 3.6.5-0
                    dataDir: /data/etcd
                    serverCertSANs:
                    - "10.0.0.6"
                    - "infra0.example.com"
                    - "*.etcd.example.com"
                    peerCertSANs:
                    - "10.0.0.6"
                    extraArgs:
                    - name: initial-cluster
                      value: infra0=https://10.0.0.6:3380
                    - name: initial-cluster-state
                      value: new
                    - name: initial-cluster-token
                      value: etcd-cluster-1
                    - name: name
                      value: infra0
                    - name: listen-peer-urls
                      value: https://10.0.0.6:3380
                    - name: listen-client-urls
                      value: https://10.0.0.6:3379
                    - name: advertise-client-urls
                      value: https://10.0.0.6:3379
                    - name: initial-advertise-peer-urls
                      value: https://10.0.0.6:3380
                    - name: listen-metrics-urls
                      value: http://127.0.0.1:3381
                    - name: quota-backend-bytes
                      value: "8589934592"
                    extraEnvs:
                    - name: GOMAXPROCS
                      value: "2"
                    - name: POD_IP
                      valueFrom:
                        fieldRef:
                          fieldPath: status.podIP

            """;
        Assert.Equal(Expected, KubeadmConfigWriter.Write(topology, topology.Members[0]));
    }

    [Theory]
    [InlineData("")]
    [InlineData("true")]
    [InlineData("no")]
    [InlineData("0x1F")]
    [InlineData("1e3")]
    [InlineData("12:30:45")]
    [InlineData("2026-11-23")]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("a: b")]
    [InlineData("a #b")]
    [InlineData("- a")]
    [InlineData("fd00::")]
    [InlineData("line one\nline two\n")]
    [InlineData(" edge ")]
    [InlineData("tab\there")]
    [InlineData("\"quoted\" and \\ backslash")]
    [InlineData("\u0085\u2028\u0001\U0001F600")]
    public void Values_that_yaml_could_misread_are_quoted(string value)
    {
        string text = Write(value);

        Assert.Equal(value, ExtraArgument(text));
        Assert.Contains("value: \"", text[text.IndexOf("name: free-text", StringComparison.Ordinal)..], StringComparison.Ordinal);
    }

    [Fact]
    public void Any_value_reads_back_as_it_was()
    {
        Gen<string> anyText = Gen.Choose(0, 0x24FF).Where(c => c is not 0xFEFF).Select(c => (char)c).ListOf().Select(string.Concat);
        Gen<string> nastyText = Gen.Elements("'", "\"", ": ", " #", "\n", " ", "-", "?", "{", "]", "a", "0", ".", "~", "%", "\\", "\t", "--- ").ListOf().Select(string.Concat);
        Prop.ForAll(Gen.OneOf(anyText, nastyText).ToArbitrary(), value => value == ExtraArgument(Write(value)))
            .QuickCheckThrowOnFailure();
    }

    [Theory]
    [InlineData("1.20.2", "v1beta2", "infra0")]
    [InlineData("1.20.2", "v1beta1", "old-v1beta1")]
    [InlineData("1.32.13", "v1beta3", "old-v1beta3")]
    [InlineData("1.36.3", "v1beta3", "old-v1beta3")]
    public void The_pages_configuration_of_older_api_versions_is_written_byte_for_byte(string version, string api, string golden)
    {
        EtcdTopology topology = Samples.Page("v" + version) with { KubeadmApiVersion = api };

        Assert.Equal(Golden.Text($"kubeadm-{version}/{golden}/config.yaml"), KubeadmConfigWriter.Write(topology, topology.Members[0]));
    }

    [Theory]
    [InlineData("v1beta1")]
    [InlineData("v1beta2")]
    public void The_old_pages_shape_is_the_second_document_alone(string api)
    {
        EtcdTopology topology = Samples.Page("v1.20.2") with { KubeadmApiVersion = api };
        string corrected = KubeadmConfigWriter.Write(topology, topology.Members[1]);

        string old = KubeadmConfigWriter.Write(topology, topology.Members[1], clusterConfigurationOnly: true);

        Assert.Equal(corrected[(corrected.IndexOf("---\n", StringComparison.Ordinal) + 4)..], old);
        Assert.DoesNotContain("InitConfiguration", old, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.30.14")]
    [InlineData("v1.36.3")]
    public void The_old_pages_shape_is_refused_where_no_page_had_it(string version)
    {
        EtcdTopology topology = Samples.Page(version);

        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => KubeadmConfigWriter.Write(topology, topology.Members[0], clusterConfigurationOnly: true));

        Assert.Equal("ClusterConfigurationOnlyRefused", error.ErrorId);
    }

    [Fact]
    public void What_the_api_version_has_no_field_for_is_refused_by_the_writer_too()
    {
        EtcdTopology topology = Samples.Page("v1.30.14") with { KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP256 };

        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => KubeadmConfigWriter.Write(topology, topology.Members[0]));

        Assert.Equal("KubeadmApiVersionCannotSay", error.ErrorId);
    }

    [Theory]
    [InlineData("v1.36.3", "v1beta4", "timeouts:\n    controlPlaneComponentHealthCheck: 10m30s\n---\n")]
    [InlineData("v1.36.3", "v1beta3", "apiServer:\n    timeoutForControlPlane: 10m30s\netcd:\n")]
    [InlineData("v1.20.2", "v1beta1", "apiServer:\n    timeoutForControlPlane: 10m30s\netcd:\n")]
    public void The_health_check_timeout_stands_where_the_api_version_has_it(string version, string api, string expected)
    {
        EtcdTopology topology = Samples.Page(version) with { KubeadmApiVersion = api, HealthCheckTimeout = new(0, 10, 30) };

        Assert.Contains(expected, KubeadmConfigWriter.Write(topology, topology.Members[0]), StringComparison.Ordinal);
    }

    private static string Write(string value)
    {
        EtcdTopology topology = Samples.Page() with { ExtraArg = [new("free-text", value)] };
        return KubeadmConfigWriter.Write(topology, topology.Members[0]);
    }

    private static string? ExtraArgument(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        var arguments = (YamlSequenceNode)stream.Documents[1].RootNode["etcd"]["local"]["extraArgs"];
        return ((YamlScalarNode)arguments.Children[^1]["value"]).Value;
    }
}
