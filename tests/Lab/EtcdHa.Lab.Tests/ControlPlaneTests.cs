using EtcdHa.Lab.Tests.Lab;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests;

/// <summary>The hand-off to a control plane, whose part a member's host plays with a certificates directory of its own.</summary>
public sealed class ControlPlaneTests(LabCluster cluster) : LabTest(cluster)
{
    private const string Directory = "/etc/control-plane/pki";

    private string Target => $"ubuntu@{Hosts[2].Address}";

    [LabFact]
    public void A_control_plane_gets_three_files_that_work_there_and_a_second_run_changes_nothing()
    {
        using IDisposable removed = Hosts[2].Plant("true", "rm -rf /etc/control-plane");
        string copy = $"$topology | Copy-EtcdClientFiles -StagingPath $staging -SshTarget {Target} -CertificatesDirectory {Directory}";

        EtcdClientFiles first = Assert.Single(Run<EtcdClientFiles>(copy));
        EtcdClientFiles second = Assert.Single(Run<EtcdClientFiles>(copy));

        Assert.Equal((EtcdChange.Created, EtcdChange.Unchanged), (first.Status, second.Status));
        Assert.Equal(
            $"{Directory}/apiserver-etcd-client.crt 644 root:root\n{Directory}/apiserver-etcd-client.key 600 root:root\n{Directory}/etcd/ca.crt 644 root:root",
            Hosts[2].Root($"find {Directory} -type f -printf '%p %m %u:%g\\n' | sort"));
        Assert.StartsWith("{\"health\":\"true\"", Hosts[2].Root(
            $"curl -sS --cacert {first.CaFile} --cert {first.CertFile} --key {first.KeyFile} https://{Hosts[0].Address}:2379/health"), StringComparison.Ordinal);
    }

    [LabFact]
    public void From_a_control_plane_every_member_is_asked_as_the_API_servers_client()
    {
        using IDisposable closed = Firewall.Drop("tcp dport 2379");

        IReadOnlyList<EtcdEndpointHealth> rows = Run<EtcdEndpointHealth>($"$topology | Test-EtcdClusterHealth -StagingPath $staging -From {Target} -Client ApiServer -CommandTimeoutSec 20");

        Assert.Equal(Hosts.Select(h => h.Name), rows.Select(r => r.Member!.Name));
        Assert.All(rows, row => Assert.True(row.Healthy, row.Error));
        Assert.All(rows, row => Assert.Equal((Target, ""), (row.From, row.Warning)));
    }

    [LabFact]
    public void What_a_control_plane_cannot_reach_is_seen_from_it_alone()
    {
        using IDisposable closed = Hosts[2].Plant(
            $"nft 'add table ip etcdha_test; add chain ip etcdha_test out {{ type filter hook output priority 0; }}; add rule ip etcdha_test out ip daddr {Hosts[0].Address} tcp dport 2379 reject with tcp reset'",
            "nft delete table ip etcdha_test");

        IReadOnlyList<EtcdEndpointHealth> from = Run<EtcdEndpointHealth>($"$topology | Test-EtcdClusterHealth -StagingPath $staging -From {Target} -CommandTimeoutSec 20");

        Assert.Equal([false, true, true], from.Select(r => r.Healthy));
        Assert.Contains($"is etcd listening on {Hosts[0].Address}:2379?", from[0].Error, StringComparison.Ordinal);
        Assert.Equal([true], Run<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet"));
    }

    [LabFact]
    public void A_cluster_that_another_topology_founded_is_a_warning()
    {
        ScriptResult result = Run("""
            $other = $topology.Members | New-EtcdTopology -KubernetesVersion $topology.KubernetesVersion -ImageTag $topology.ImageTag -InitialClusterToken another
            $pki = "$staging/$($topology.Members[0])/pki/etcd"
            $other | Test-EtcdClusterHealth -CaPath $pki/ca.crt -CertificatePath $pki/healthcheck-client.crt -KeyPath $pki/healthcheck-client.key
            """).RequireNoErrors();

        string[] warnings = [.. result.Warnings.Where(w => w.Contains($" runs in cluster {Cluster.Built.Health[0].ClusterId}, but the topology founds cluster ", StringComparison.Ordinal))];
        Assert.Equal(Hosts.Count, warnings.Length);
        Assert.All(Hosts, host => Assert.Single(warnings, w => w.StartsWith(host.Name, StringComparison.Ordinal)));
        Assert.All(result.As<EtcdEndpointHealth>(), row => Assert.True(row is { Healthy: true, Warning.Length: > 0 }));
    }
}
