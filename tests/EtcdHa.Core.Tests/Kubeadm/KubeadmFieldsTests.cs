using EtcdHa.Core.Kubeadm;

namespace EtcdHa.Core.Tests.Kubeadm;

/// <summary>
/// The json names of kubeadm's types, read off types.go of v1beta1 and v1beta2 (kubernetes/kubernetes) and of v1beta3 and v1beta4
/// (as Kubernetes 1.36.0 has them).
/// </summary>
public sealed class KubeadmFieldsTests
{
    private const string Cluster = "apiServer apiVersion certificatesDir clusterName controlPlaneEndpoint controllerManager dns etcd featureGates imageRepository kind kubernetesVersion networking scheduler";
    private const string Local = "dataDir extraArgs imageRepository imageTag peerCertSANs serverCertSANs";

    [Theory]
    [InlineData("v1beta1", "apiVersion bootstrapTokens kind localAPIEndpoint nodeRegistration")]
    [InlineData("v1beta2", "apiVersion bootstrapTokens certificateKey kind localAPIEndpoint nodeRegistration")]
    [InlineData("v1beta3", "apiVersion bootstrapTokens certificateKey kind localAPIEndpoint nodeRegistration patches skipPhases")]
    [InlineData("v1beta4", "apiVersion bootstrapTokens certificateKey dryRun kind localAPIEndpoint nodeRegistration patches skipPhases timeouts")]
    public void InitConfiguration_has_these(string api, string fields) => AssertFields(fields, new KubeadmFields(api).InitConfiguration);

    [Theory]
    [InlineData("v1beta1", Cluster + " useHyperKubeImage")]
    [InlineData("v1beta2", Cluster + " useHyperKubeImage")]
    [InlineData("v1beta3", Cluster)]
    [InlineData("v1beta4", Cluster + " caCertificateValidityPeriod certificateValidityPeriod encryptionAlgorithm proxy")]
    public void ClusterConfiguration_has_these(string api, string fields) => AssertFields(fields, new KubeadmFields(api).ClusterConfiguration);

    [Theory]
    [InlineData("v1beta1", "criSocket kubeletExtraArgs name taints")]
    [InlineData("v1beta2", "criSocket ignorePreflightErrors kubeletExtraArgs name taints")]
    [InlineData("v1beta3", "criSocket ignorePreflightErrors imagePullPolicy kubeletExtraArgs name taints")]
    [InlineData("v1beta4", "criSocket ignorePreflightErrors imagePullPolicy imagePullSerial kubeletExtraArgs name taints")]
    public void NodeRegistration_has_these(string api, string fields) => AssertFields(fields, new KubeadmFields(api).NodeRegistration);

    [Theory]
    [InlineData("v1beta1", "certSANs extraArgs extraVolumes timeoutForControlPlane")]
    [InlineData("v1beta2", "certSANs extraArgs extraVolumes timeoutForControlPlane")]
    [InlineData("v1beta3", "certSANs extraArgs extraVolumes timeoutForControlPlane")]
    [InlineData("v1beta4", "certSANs extraArgs extraEnvs extraVolumes")]
    public void ApiServer_has_these(string api, string fields) => AssertFields(fields, new KubeadmFields(api).ApiServer);

    [Theory]
    [InlineData("v1beta1", Local)]
    [InlineData("v1beta2", Local)]
    [InlineData("v1beta3", Local)]
    [InlineData("v1beta4", Local + " extraEnvs")]
    public void A_local_etcd_has_these(string api, string fields) => AssertFields(fields, new KubeadmFields(api).LocalEtcd);

    [Fact]
    public void The_rest_is_the_same_in_all()
    {
        var fields = new KubeadmFields("v1beta4");
        AssertFields("advertiseAddress bindPort", fields.LocalApiEndpoint);
        AssertFields("external local", fields.Etcd);
        AssertFields("controlPlaneComponentHealthCheck discovery etcdAPICall kubeletHealthCheck kubernetesAPICall tlsBootstrap upgradeManifests", fields.Timeouts);
    }

    private static void AssertFields(string expected, IReadOnlyList<string> actual) =>
        Assert.Equal(expected.Split(' ').Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
}
