using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class ExpiredCertificateTests(LabCluster cluster) : LabTest(cluster)
{
    private LabHost Host => Hosts[1];

    // etcd reads its server certificate anew for each connection: neither the fault nor its mend needs a restart.
    [LabFact]
    public void Fault12_Health_says_which_certificate_expired_and_it_is_renewed_over_ssh_without_a_restart()
    {
        const string OnHost = "/etc/kubernetes/pki/etcd/server.crt";
        string staged = Path.Combine(Cluster.Staging, Host.Name, "pki/etcd/server.crt");
        string expired = Reissued.By(Cluster.Staging, Path.ChangeExtension(staged, null), DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(-1));
        string good = File.ReadAllText(staged);
        string processes = Host.Processes();
        File.WriteAllText(staged, expired);
        Host.Write(OnHost, expired);
        try
        {
            EtcdEndpointHealth[] rows = [.. Run("$topology | Test-EtcdClusterHealth -StagingPath $staging").As<EtcdEndpointHealth>()];
            EtcdEndpointHealth dead = Assert.Single(rows, r => !r.Healthy);
            Assert.Equal(Host.Name, dead.Member!.Name);
            Assert.StartsWith("server certificate expired on ", dead.Error, StringComparison.Ordinal);

            Outcome refused = Outcome.Of(Run("$topology | New-EtcdCertificateSet -StagingPath $staging"));
            Assert.Contains("etcd/server.crt: expired since ", refused.Error.ToString(), StringComparison.Ordinal);
            Assert.Contains(Host.Name, refused.Error.ToString(), StringComparison.Ordinal);
            Assert.Contains("-Force", refused.Error.ErrorDetails.RecommendedAction, StringComparison.Ordinal);

            Run("$topology | New-EtcdCertificateSet -StagingPath $staging -Force | Copy-EtcdMemberFiles").RequireNoErrors();

            RequireHealthy();
            Assert.Equal([true], Run<bool>("$topology | Test-EtcdMemberFiles -StagingPath $staging -Quiet"));
            Assert.Equal(processes, Host.Processes());
        }
        catch
        {
            File.WriteAllText(staged, good);
            Host.Write(OnHost, good);
            throw;
        }
    }
}
