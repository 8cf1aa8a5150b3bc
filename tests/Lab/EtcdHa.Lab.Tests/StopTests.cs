using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>Ctrl+C with a host that hangs returns the prompt within 2 s, measured from the request to the end of the pipeline.</summary>
public sealed class StopTests(LabCluster cluster) : StopTest(cluster)
{
    [LabTheory]
    [InlineData("$topology | Test-EtcdMemberFiles -StagingPath $staging", "tcp dport 22")]
    [InlineData("$topology | Test-EtcdHost -StagingPath $staging", "tcp dport 22")]
    [InlineData("$topology | Copy-EtcdMemberFiles -StagingPath $staging", "tcp dport 22")]
    [InlineData("$topology | Test-EtcdClusterHealth -StagingPath $staging -Wait -CommandTimeoutSec 60", "tcp dport 2379")]
    public void While_a_host_does_not_answer(string script, string drop)
    {
        using IDisposable dropped = Firewall.Drop($"ip daddr {Host.Address} {drop}");
        RequireStops(() => Stop(script, () => Thread.Sleep(1500)));
    }

    [LabFact]
    public void While_sshd_accepts_connections_and_says_nothing()
    {
        RequireStops(() =>
        {
            // Wakes by itself, should this process be killed; undoing waits for that.
            using IDisposable asleep = Host.Plant("""
                pid=$(systemctl show -p MainPID --value ssh)
                systemd-run --quiet --collect sh -c "sleep 1; kill -STOP $pid; sleep 15; kill -CONT $pid"
                sleep 0.5
                """, "true");
            Thread.Sleep(1500);
            return Stop("$topology | Test-EtcdMemberFiles -StagingPath $staging", () => Thread.Sleep(1500));
        });
    }

    [LabTheory]
    [InlineData(false)]
    [InlineData(true)]
    public void While_a_command_runs_on_the_host_also_when_the_connection_has_gone_dead(bool isDead)
    {
        using (Host.Plant("""
            printf '[Service]\nExecStart=\nExecStart=/bin/false\n' > /etc/systemd/system/kubelet.service.d/99-broken.conf
            systemctl daemon-reload; systemctl stop kubelet
            """, """
            rm -f /etc/systemd/system/kubelet.service.d/99-broken.conf
            systemctl daemon-reload; systemctl reset-failed kubelet || true; systemctl restart kubelet
            """))
        {
            RequireStops(() =>
            {
                IDisposable? dropped = null;
                try
                {
                    return Stop("$topology | Install-EtcdKubeletService -TimeoutSec 60", () =>
                    {
                        Thread.Sleep(3500);
                        dropped = isDead ? Firewall.Drop($"ip daddr {Host.Address} tcp dport 22") : null;
                        Thread.Sleep(500);
                    });
                }
                finally
                {
                    dropped?.Dispose();
                }
            });
        }

        Run<EtcdKubeletService>("$topology | Install-EtcdKubeletService");
        Assert.Empty(Host.Root("find /etc/kubernetes /etc/systemd /home -name '.etcdha*'"));
    }

    [LabFact]
    public void While_hosts_are_looked_at_and_no_probe_or_listener_is_left()
    {
        // Connections between the hosts get no answer, so that the check lasts until it is stopped.
        using IDisposable closed = Host.Plant(
            "nft 'add table ip etcdha_test; add chain ip etcdha_test in { type filter hook input priority 0; }; add rule ip etcdha_test in tcp dport 2380 tcp flags & (fin|syn|rst|ack) == syn drop'",
            "nft delete table ip etcdha_test");
        RequireStops(() => Stop("$topology | Test-EtcdHost -StagingPath $staging", () => Thread.Sleep(1200)));
        Assert.All(Hosts, h => Assert.Equal("", h.Root("sleep 1; find /etc/kubernetes /etc/systemd /home /var/lib -maxdepth 3 -name '.etcdha*'; pgrep -f etcdha-preflight || :")));
    }
}
