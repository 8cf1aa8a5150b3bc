using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

public sealed class KubeletFaultTests(LabCluster cluster) : LabTest(cluster)
{
    private const string DropIns = "/etc/systemd/system/kubelet.service.d";

    private const string Undo = $"""
        rm -f {DropIns}/99-broken.conf
        systemctl daemon-reload
        systemctl reset-failed kubelet || true
        systemctl restart kubelet
        """;

    private LabHost Host => Hosts[1];

    [LabFact]
    public void Fault26_A_kubelet_that_does_not_stay_up_is_an_error_with_its_journal_and_etcd_runs_on()
    {
        using (Host.Plant($"""
            printf '[Service]\nExecStart=\nExecStart=/bin/sh -c "echo the planted fault >&2; exit 3"\n' > {DropIns}/99-broken.conf
            systemctl daemon-reload
            systemctl stop kubelet
            """, Undo))
        {
            Outcome outcome = Outcome.Of(Run("$topology | Install-EtcdKubeletService -TimeoutSec 4"));

            outcome.RequireOneError("KubeletNotRunning", Host.Name);
            Assert.Contains("the planted fault", outcome.Error.ToString(), StringComparison.Ordinal);
            Assert.Equal([Hosts[0].Name, Hosts[2].Name], outcome.Members);
            Assert.Equal([true], Run<bool>("$topology | Test-EtcdClusterHealth -StagingPath $staging -Quiet"));
        }

        RequireUnchanged();
    }

    [LabFact]
    public void A_later_drop_in_that_hides_ours_is_an_error_that_names_ours()
    {
        using (Host.Plant($"""
            printf '[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --pod-manifest-path=/etc/kubernetes/manifests\n' > {DropIns}/99-broken.conf
            systemctl daemon-reload
            systemctl restart kubelet
            """, Undo))
        {
            Outcome outcome = Outcome.Of(Run("$topology | Install-EtcdKubeletService -TimeoutSec 10"));

            outcome.RequireOneError("KubeletIgnoresDropIn", Host.Name);
            Assert.Contains("20-etcd-service-manager.conf", outcome.Error.ToString(), StringComparison.Ordinal);
        }

        RequireUnchanged();
    }

    [LabFact]
    public void A_kubelet_that_was_stopped_is_started_again_and_the_others_are_left_alone()
    {
        Host.Root("systemctl stop kubelet");
        IReadOnlyList<EtcdKubeletService> rows = Run<EtcdKubeletService>("$topology | Install-EtcdKubeletService");

        Assert.Equal([EtcdChange.Unchanged, EtcdChange.Restarted, EtcdChange.Unchanged], rows.OrderBy(r => r.Member.Name).Select(r => r.Status));
        Assert.All(rows, r => Assert.Equal("active", r.ActiveState));
        RequireUnchanged();
    }

    private void RequireUnchanged() => Assert.All(
        Run<EtcdKubeletService>("$topology | Install-EtcdKubeletService"), r => Assert.Equal(EtcdChange.Unchanged, r.Status));
}
