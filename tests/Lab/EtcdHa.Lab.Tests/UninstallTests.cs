using System.Management.Automation;
using EtcdHa.Lab.Tests.Lab;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests;

/// <summary>Members taken off their hosts, and new ones started where data of older ones lies.</summary>
[Collection<OwnCluster>]
public sealed class UninstallTests(OwnClusters clusters) : IDisposable
{
    private readonly LabSession _session = new();

    public void Dispose() => _session.Dispose();

    [LabFact]
    public void A_cluster_is_taken_apart_with_everything_aside_and_a_second_run_changes_nothing()
    {
        IReadOnlyList<LabHost> hosts = Build(out _);
        string key = hosts[0].Sha256("/etc/kubernetes/pki/etcd/server.key");

        EtcdMemberRemoval one = Removals("Uninstall-EtcdMember -Member infra0").Single();
        Assert.Equal("etcd on infra0 ends; 2 of 3 run then, quorum 2", one.QuorumEffect);
        ScriptResult refused = _session.Run("$topology | Uninstall-EtcdMember -Member infra1 -StagingPath $staging -Confirm:$false");
        Assert.StartsWith("RemovalBreaksQuorum,", Assert.Single(refused.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("QUORUM IS LOST", refused.Errors[0].ToString(), StringComparison.Ordinal);

        IReadOnlyList<EtcdMemberRemoval> rest = Removals("Uninstall-EtcdCluster");
        Assert.Equal([EtcdChange.Unchanged, EtcdChange.MovedAside, EtcdChange.MovedAside], rest.OrderBy(r => r.Member.Name, StringComparer.Ordinal).Select(r => r.Status));
        string[] before = [.. hosts.Select(h => h.Fingerprint())];
        Assert.All(Removals("Uninstall-EtcdCluster"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
        Assert.Equal(before, hosts.Select(h => h.Fingerprint()));
        Assert.All(hosts, host =>
        {
            Assert.Empty(host.Root("pgrep -x etcd || true"));
            Assert.Empty(host.Root("ls -A /etc/kubernetes/manifests /var/lib/etcd | grep -v ':$' || true"));
            Assert.Equal("1", host.Root("ls -d /var/lib/etcd.*/member | wc -l"));
            Assert.Equal("1", host.Root("ls /etc/kubernetes/etcd.yaml.* | wc -l"));
        });
        Assert.Equal(key, hosts[0].Root("cat /etc/kubernetes/pki.*/etcd/server.key | sha256sum")[..64]);
    }

    [LabFact]
    public void Fault09_Data_of_an_older_cluster_is_refused_and_moved_aside_and_the_new_cluster_is_healthy()
    {
        IReadOnlyList<LabHost> hosts = Build(out string staging);
        Removals("Uninstall-EtcdCluster");

        // The old data back in its place on one host; the new cluster has the same addresses and another token.
        hosts[1].Root("mv /var/lib/etcd.*/member /var/lib/etcd/member");
        _session.Set("staging", staging + "-new");
        _session.Set("topology", _session.Get<EtcdTopology>("topology").Single() with { InitialClusterToken = null, IsTokenGenerated = true });
        _session.Run("""
            $files = $topology | Install-EtcdKubeletService | New-EtcdKubeadmConfig -StagingPath $staging | New-EtcdCertificateSet | Copy-EtcdMemberFiles
            """).RequireNoErrors();

        ScriptResult refused = _session.Run("$files | Install-EtcdStaticPod");
        Assert.StartsWith("DataDirectoryStale,", Assert.Single(refused.Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("/var/lib/etcd holds the data of member ", refused.Errors[0].ToString(), StringComparison.Ordinal);
        Assert.StartsWith(
            "DataDirectoryForeign,",
            Assert.Single(_session.Run("$files | Install-EtcdStaticPod -Member infra1 -StaleData Adopt").Errors).FullyQualifiedErrorId,
            StringComparison.Ordinal);
        Assert.Empty(hosts[1].Root("ls /etc/kubernetes/manifests"));

        // All at once the same: refused, then done, its own check of the hosts included.
        Assert.StartsWith(
            "DataDirectoryStale,", Assert.Single(_session.Run("$topology | Install-EtcdCluster -StagingPath $staging -Force").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
        EtcdRun run = Assert.Single(_session.Run("$topology | Install-EtcdCluster -StagingPath $staging -Force -StaleData MoveAside").RequireNoErrors().As<EtcdRun>());
        Assert.Equal(EtcdRunOutcome.Completed, run.Outcome);
        Assert.Equal("infra1", Assert.Single(run.Step, s => s.Step.Change == EtcdChange.MovedAside).Step.Member!.Name);
        Assert.Equal([true], _session.Run("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet -Wait -TimeoutSec 120").RequireNoErrors().As<bool>());
        Assert.Equal("1", hosts[1].Root("ls -d /var/lib/etcd.*/member | wc -l"));
    }

    // Its data lies aside, and the cluster, which goes on, does not take it back without.
    [LabFact]
    public void A_member_that_does_not_start_is_explained_by_what_etcd_said_last()
    {
        IReadOnlyList<LabHost> hosts = Build(out _);
        Removals("Uninstall-EtcdMember -Member infra2");

        ScriptResult installed = _session.Run("$topology | Install-EtcdCluster -StagingPath $staging -Force -HealthTimeoutSec 15");

        ErrorRecord error = Assert.Single(installed.Errors);
        Assert.StartsWith("ClusterNotHealthy,", error.FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Matches(@"infra2: .* \(etcd's log: .*has already been bootstrapped", error.ToString());
        Assert.Contains("has already been bootstrapped", Assert.Single(installed.As<EtcdRun>()).Reason, StringComparison.Ordinal);

        // As the help says: the data back, and it is whole again.
        hosts[2].Root("""
            mv /etc/kubernetes/manifests/etcd.yaml /root/
            for i in $(seq 100); do [ -n "$(podman ps -aq)" ] || break; sleep 0.1; done
            rm -rf /var/lib/etcd
            mv /var/lib/etcd.* /var/lib/etcd
            mv /root/etcd.yaml /etc/kubernetes/manifests/
            """);
        Assert.Equal([true], _session.Run("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet -Wait -TimeoutSec 60").RequireNoErrors().As<bool>());
    }

    private IReadOnlyList<LabHost> Build(out string staging)
    {
        staging = clusters.Reset();
        IReadOnlyList<LabHost> hosts = LabEnvironment.Hosts();
        _session.Set("topology", Procedure.Run(hosts, staging).Topology);
        _session.Set("staging", staging);
        return hosts;
    }

    private IReadOnlyList<EtcdMemberRemoval> Removals(string command)
        => [.. _session.Run($"$topology | {command} -StagingPath $staging -Confirm:$false").RequireNoErrors().As<EtcdMemberRemoval>()];
}
