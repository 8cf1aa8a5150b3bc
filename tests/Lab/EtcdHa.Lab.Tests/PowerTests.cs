using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class PowerTests(LabCluster cluster) : LabTest(cluster)
{
    [LabFact]
    public void With_one_host_off_two_of_three_are_healthy_and_one_row_says_why_until_it_is_on_again()
    {
        LabHost off = Hosts[2];
        LabEnvironment.Lab("off", off.Name);
        using (new PlantedFault(() => LabEnvironment.Lab("on", off.Name)))
        {
            // The others need an election when the leader went.
            IReadOnlyList<EtcdEndpointHealth> rows = Eventually(
                () => Run<EtcdEndpointHealth>("$topology | Test-EtcdClusterHealth -StagingPath $staging -CommandTimeoutSec 3"),
                rows => rows.Count(r => r.Healthy) == 2);

            EtcdEndpointHealth down = Assert.Single(rows, r => !r.Healthy);
            Assert.Equal(off.Name, down.Member!.Name);
            Assert.NotEmpty(down.Error);
            Assert.Null(down.Version);
            Assert.Equal([false], Run<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet -CommandTimeoutSec 3"));

            Session.Set("impatient", Cluster.Topology with { Ssh = Cluster.Topology.Ssh with { ConnectTimeout = TimeSpan.FromSeconds(2) } });
            EtcdEndpointHealth throughSsh = Assert.Single(
                Run<EtcdEndpointHealth>("$impatient | Test-EtcdClusterHealth -StagingPath $staging -ThroughSsh"), r => !r.Healthy);
            Assert.Equal(off.Name, throughSsh.Member!.Name);
            Assert.NotEmpty(throughSsh.Error);
            Assert.True(throughSsh.Took > TimeSpan.FromSeconds(1), $"Took {throughSsh.Took}.");
        }

        RequireHealthy();
    }

    [LabFact]
    public void A_host_whose_power_is_cut_right_after_the_procedure_comes_back_with_whole_files_and_its_member_rejoins()
    {
        LabHost host = Hosts[1];
        string memberId = Cluster.Built.Health.Single(h => h.Member!.Name == host.Name).MemberId!;
        string before = Contents(host);
        host.Root("rm -rf /etc/kubernetes/pki/* /etc/kubernetes/manifests/etcd.yaml /etc/kubernetes/kubelet-etcd.yaml /home/ubuntu/kubeadmcfg.yaml; sync");
        try
        {
            Run<EtcdKubeletService>("$topology | Install-EtcdKubeletService -Member infra1");
            IReadOnlyList<EtcdStaticPod> pods = Run<EtcdStaticPod>(
                "$topology | Copy-EtcdMemberFiles -StagingPath $staging -Member infra1 | Install-EtcdStaticPod");
            LabEnvironment.Lab("cut", host.Name);
            Assert.Equal(EtcdChange.Created, Assert.Single(pods).Status);
        }
        finally
        {
            LabEnvironment.Lab("on", host.Name);
        }

        Assert.Equal(before, Contents(host));
        RequireHealthy();
        Assert.Equal(memberId, Run<EtcdEndpointHealth>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Member infra1").Single().MemberId);
        Assert.Equal([true], Run<bool>("$topology | Test-EtcdMemberFiles -StagingPath $staging -Quiet"));
    }

    // Everything the procedure placed, with owner, mode and content.
    private static string Contents(LabHost host) => host.Root("""
        find /etc/kubernetes /etc/systemd/system/kubelet.service.d /home/ubuntu/kubeadmcfg.yaml -type f -printf '%p %m %u:%g ' -exec sh -c 'sha256sum < "$1"' - {} \; | sort
        """);

    private static T Eventually<T>(Func<T> look, Func<T, bool> isThere)
    {
        T found = look();
        for (int i = 0; i < 20 && !isThere(found); i++)
        {
            Thread.Sleep(500);
            found = look();
        }

        return found;
    }
}
