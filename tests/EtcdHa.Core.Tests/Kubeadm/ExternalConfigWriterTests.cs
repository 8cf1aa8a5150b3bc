using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Tests.Topology;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.Kubeadm;

public sealed class ExternalConfigWriterTests
{
    [Theory]
    [InlineData("v1.36.3", null, "v1beta4")]
    [InlineData("v1.36.3", "v1beta3", "v1beta3")]
    [InlineData("v1.30.14", null, "v1beta3")]
    public void A_control_plane_is_given_every_client_url_and_the_pages_files(string version, string? given, string api)
    {
        EtcdExternalConfig config = Write(Samples.Page() with { ClientPort = 3379 }, version, given);

        string expected = $"""
            apiVersion: "kubeadm.k8s.io/{api}"
            kind: ClusterConfiguration
            kubernetesVersion: {version}
            etcd:
                external:
                    endpoints:
                    - https://10.0.0.6:3379
                    - https://10.0.0.7:3379
                    - https://10.0.0.8:3379
                    caFile: /etc/kubernetes/pki/etcd/ca.crt
                    certFile: /etc/kubernetes/pki/apiserver-etcd-client.crt
                    keyFile: /etc/kubernetes/pki/apiserver-etcd-client.key

            """;
        Assert.Equal(expected, config.Content);
        Assert.Equal(api, config.ApiVersion);
    }

    [Fact]
    public void The_text_of_ipv6_members_parses_to_the_same_endpoints()
    {
        EtcdExternalConfig config = Write(Samples.PageOnIPv6(), "v1.36.3");

        var stream = new YamlStream();
        stream.Load(new StringReader(config.Content));
        var endpoints = (YamlSequenceNode)stream.Documents[0].RootNode["etcd"]["external"]["endpoints"];
        Assert.Equal(["https://[fd00:10::6]:2379", "https://[fd00:10::7]:2379", "https://[fd00:10::8]:2379"], endpoints.Select(e => ((YamlScalarNode)e).Value));
        Assert.Equal(endpoints.Select(e => ((YamlScalarNode)e).Value), config.Endpoint);
    }

    [Theory]
    [InlineData("v1.20.2", null, "/ca.crt", "ExternalConfigApiVersion")]
    [InlineData("v1.36.3", "v1beta2", "/ca.crt", "KubeadmApiVersionTooOld")]
    [InlineData("v1.30.14", "v1beta4", "/ca.crt", "KubeadmApiVersionTooNew")]
    [InlineData("v1.36", null, "/ca.crt", "KubernetesVersionInvalid")]
    [InlineData("v1.36.3", null, "ca.crt", "PathNotAbsolute")]
    [InlineData("v1.36.3", null, "/a/../ca.crt", "PathInvalid")]
    public void What_a_control_plane_could_not_use_is_refused(string version, string? api, string caFile, string errorId)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() =>
            ExternalConfigWriter.Write(Samples.Page(), version, api, caFile, ExternalConfigWriter.DefaultCertFile, ExternalConfigWriter.DefaultKeyFile));

        Assert.Equal(errorId, error.ErrorId);
    }

    private static EtcdExternalConfig Write(EtcdTopology topology, string version, string? api = null) =>
        ExternalConfigWriter.Write(topology, version, api, ExternalConfigWriter.DefaultCaFile, ExternalConfigWriter.DefaultCertFile, ExternalConfigWriter.DefaultKeyFile);
}
