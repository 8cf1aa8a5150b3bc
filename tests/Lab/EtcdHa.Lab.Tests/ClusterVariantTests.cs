using System.Text.Json;
using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>Real clusters other than the documented one, each made by the pipeline on hosts that know nothing of it yet.</summary>
[Collection<OwnCluster>]
public sealed class ClusterVariantTests(OwnClusters clusters)
{
    // The image is one the lab has; the time is that of the manifest, the configuration and the certificates.
    [LabTheory]
    [InlineData("v1.21.14", "3.4.23", "v1beta2", "RSA-2048", "path: /health")]
    [InlineData("v1.24.17", "3.4.23", "v1beta3", "RSA-2048", "path: /health")]
    [InlineData("v1.30.14", "3.5.16", "v1beta3", "RSA-2048", "path: /health?exclude=NOSPACE&serializable=true")]
    [InlineData("v1.33.13", "3.5.16", "v1beta4", "ECDSA-P256", "path: /livez")]
    public void Of_another_time_and_with_another_kind_of_key(string kubernetes, string etcd, string api, string key, string probe)
    {
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts();

        Procedure built = Build(hosts, $"-KubernetesVersion {kubernetes} -ImageTag {etcd}-0 -KubeadmApiVersion {api} -KeyAlgorithm {key}");

        RequireCluster(built, hosts, etcd);
        RequireOnHosts(hosts, built, api, key.StartsWith("RSA", StringComparison.Ordinal) ? "rsaEncryption" : "id-ecPublicKey", probe);
    }

    [LabFact]
    public void IPv6_members_with_ports_and_folders_of_their_own_choice()
    {
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts6();

        Procedure built = Build(hosts, "-KubernetesVersion v1.32.13 -ImageTag 3.5.16-0 -KeyAlgorithm RSA-3072"
            + " -ClientPort 12379 -PeerPort 12380 -MetricsPort 12381 -DataDirectory /srv/etcd/data -CertificatesDirectory /srv/etcd/pki");

        RequireCluster(built, hosts, "3.5.16");
        RequireOnHosts(hosts, built, "v1beta4", "rsaEncryption", "port: 12381");
        Assert.Equal(hosts.Select(h => $"https://[{h.Address}]:12379"), built.Health.Select(h => h.Endpoint).Order());
        Assert.All(hosts, host =>
        {
            string listening = host.Root("ss -Hltn | awk '{ print $4 }' | sort");
            Assert.Contains($"[{host.Address}]:12379", listening, StringComparison.Ordinal);
            Assert.Contains($"[{host.Address}]:12380", listening, StringComparison.Ordinal);
            Assert.Contains("[::1]:12381", listening, StringComparison.Ordinal);
            Assert.DoesNotContain(":23", listening, StringComparison.Ordinal);
            host.Root("test -d /srv/etcd/data/member && test ! -e /var/lib/etcd && test ! -e /etc/kubernetes/pki");
        });
    }

    [LabTheory]
    [InlineData(1)]
    [InlineData(5)]
    public void Of_another_size(int members)
    {
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts(members);

        Procedure built = Build(hosts, "-KubernetesVersion v1.31.14 -ImageTag 3.5.16-0 -KeyAlgorithm ECDSA-P256");

        RequireCluster(built, hosts, "3.5.16");
    }

    private Procedure Build(IReadOnlyList<LabHost> hosts, string topology) => Procedure.Run(hosts, clusters.Reset(), topology);

    // Every member healthy in one cluster with one leader, and etcdctl on a host of the same opinion.
    private static void RequireCluster(Procedure built, IReadOnlyList<LabHost> hosts, string version)
    {
        Assert.Equal(hosts.Select(h => h.Name), built.Health.Select(h => h.Member!.Name).Order());
        Assert.All(built.Health, row => Assert.Equal((true, version), (row.Healthy, row.Version)));
        Assert.Single(built.Health, row => row.IsLeader == true);
        Assert.Single(built.Health.Select(row => row.ClusterId).Distinct());
        Assert.All(built.Checks, check => Assert.True(check.Passed));

        IReadOnlyList<JsonElement> theirs = Etcdctl.Json(hosts[^1], built.Topology, built.Health[0].Endpoint, "endpoint health --cluster");
        Assert.Equal(
            built.Health.Select(row => (row.Endpoint, row.Healthy)).Order(),
            theirs.Select(row => (row.GetProperty("endpoint").GetString()!, row.GetProperty("health").GetBoolean())).Order());
    }

    // The files are of the time asked for, and the manifest's own probe, run by hand, succeeds.
    private static void RequireOnHosts(IReadOnlyList<LabHost> hosts, Procedure built, string api, string keyAlgorithm, string manifestLine)
        => Assert.All(hosts, host =>
        {
            Assert.Contains($"kubeadm.k8s.io/{api}\"", host.Root("cat /home/ubuntu/kubeadmcfg.yaml"), StringComparison.Ordinal);
            Assert.Contains($"Public Key Algorithm: {keyAlgorithm}\n", host.Root($"openssl x509 -noout -text -in {built.Topology.CertificatesDirectory}/etcd/server.crt"), StringComparison.Ordinal);
            Assert.Contains($" {manifestLine}\n", host.Root("cat /etc/kubernetes/manifests/etcd.yaml"), StringComparison.Ordinal);
            host.Root("podman healthcheck run etcd-etcd");
        });
}
