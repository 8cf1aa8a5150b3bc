using EtcdHa.Lab.Tests.Lab;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests;

/// <summary>The documented page as it was for Kubernetes 1.13, on hosts of that time, run as its example script has it.</summary>
[Collection<OwnCluster>]
public sealed class OldPageTests(OwnClusters clusters)
{
    [LabFact]
    public void The_example_of_the_old_page_ends_with_cluster_is_healthy()
    {
        string staging = clusters.Reset();
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts();
        Assert.All(hosts, host => host.Root("/usr/lib/etcdha-lab/era v1.13.12 docker cgroupfs"));
        string topology = staging + ".yaml";
        File.WriteAllText(topology, $"""
            apiVersion: etcdha/v1
            kind: EtcdTopology
            kubernetesVersion: v1.13.12
            imageTag: 3.4.23-0
            ssh:
              user: ubuntu
              identityFile: [{LabEnvironment.Key}]
              knownHostsFile: [{LabEnvironment.KnownHosts}]
            members:
            {string.Join('\n', hosts.Select(h => $"- name: {h.Name}\n  address: {h.Address}"))}

            """);
        using var session = new LabSession();
        session.Set("script", Path.Combine(BuiltModule.Root, "examples", "Build-EtcdClusterOldPage.ps1"));
        session.Set("topology", topology);
        session.Set("staging", staging);

        IReadOnlyList<string> lines = [.. session.Run("& $script -TopologyPath $topology -StagingPath $staging").RequireNoErrors().As<string>()];

        Assert.Equal(hosts.Count + 1, lines.Count);
        Assert.All(hosts, host => Assert.Single(lines, l => l.EndsWith($" is healthy: got healthy result from https://{host.Address}:2379", StringComparison.Ordinal)));
        Assert.Equal("cluster is healthy", lines[^1]);
        Assert.All(hosts, RequireAsOnThePage);
    }

    private static void RequireAsOnThePage(LabHost host)
    {
        string command = host.Root("tr '\\0' ' ' < /proc/$(systemctl show -p MainPID --value kubelet)/cmdline");
        Assert.EndsWith(
            "/usr/bin/kubelet --address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests --allow-privileged=true", command.TrimEnd(), StringComparison.Ordinal);
        Assert.Contains("kubeadm.k8s.io/v1beta1\"", host.Root("cat /home/ubuntu/kubeadmcfg.yaml"), StringComparison.Ordinal);
        Assert.Contains("image: k8s.gcr.io/etcd:3.4.23-0\n", host.Root("cat /etc/kubernetes/manifests/etcd.yaml"), StringComparison.Ordinal);
        Assert.Contains("Subject: O = system:masters, CN = kube-etcd-healthcheck-client\n", host.Root(
            "openssl x509 -noout -text -nameopt oneline -in /etc/kubernetes/pki/etcd/healthcheck-client.crt").Replace("O=", "O = ", StringComparison.Ordinal), StringComparison.Ordinal);
        host.Root("podman healthcheck run etcd-etcd");
    }
}
