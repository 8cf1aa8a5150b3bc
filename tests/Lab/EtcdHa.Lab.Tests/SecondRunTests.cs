using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class SecondRunTests(LabCluster cluster) : LabTest(cluster)
{
    [LabFact]
    public void A_second_run_of_the_whole_procedure_changes_nothing_and_restarts_nothing()
    {
        string[] hosts = [.. Hosts.Select(h => h.Fingerprint())];
        string[] processes = [.. Hosts.Select(h => h.Processes())];
        string staging = WorkstationFiles.Fingerprint(Cluster.Staging);

        Procedure second = Procedure.Run(Hosts, Cluster.Staging);

        Assert.All(
            second.Kubelets.Select(r => r.Status).Concat(second.Configs.Select(r => r.Status)).Concat(second.Certificates.Select(r => r.Status))
                .Concat(second.Files.Select(r => r.Status)).Concat(second.Pods.Select(r => r.Status)).Append(second.Authority.Status),
            status => Assert.Equal(EtcdChange.Unchanged, status));
        Assert.All(second.Checks, c => Assert.True(c.Passed));
        Assert.All(second.Health, h => Assert.True(h.Healthy, h.Error));
        Assert.Equal(Cluster.Topology.InitialClusterToken, second.Topology.InitialClusterToken);
        Assert.Equal(staging, WorkstationFiles.Fingerprint(Cluster.Staging));
        Assert.Equal(hosts, Hosts.Select(h => h.Fingerprint()));
        Assert.Equal(processes, Hosts.Select(h => h.Processes()));
        Assert.All(processes, p => Assert.Equal(2, p.Split('\n').Length));
        Assert.True(second.Elapsed < TimeSpan.FromSeconds(60), $"The second run took {second.Elapsed.TotalSeconds:f1} s.");
    }
}
