using System.Globalization;
using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>The whole procedure as one pipeline, its connections counted by the hosts' sshd.</summary>
public sealed class PipelineConnectionTests(LabCluster cluster) : LabTest(cluster)
{
    [LabFact]
    public void The_whole_procedure_in_one_pipeline_logs_in_once_a_host_and_logs_out_at_its_end()
    {
        int[] before = [.. Hosts.Select(Logins)];

        IReadOnlyList<EtcdEndpointHealth> rows = Run<EtcdEndpointHealth>("""
            $topology | Install-EtcdKubeletService | New-EtcdKubeadmConfig -StagingPath $staging | New-EtcdCertificateSet |
                Copy-EtcdMemberFiles | Install-EtcdStaticPod | Test-EtcdClusterHealth -ThroughSsh -Wait -CommandTimeoutSec 30
            """);

        Assert.Equal(3, rows.Count);
        Assert.All(rows, row => Assert.True(row.Healthy, row.Error));

        // Counting logs in, too.
        Assert.All(Hosts.Zip(before), host => Assert.Equal(2, Logins(host.First) - host.Second));
        Assert.All(Hosts, host => Assert.Equal("1", host.Root("for i in 1 2 3 4 5; do n=$(ss -Htn state established '( sport = :22 )' | wc -l); [ \"$n\" = 1 ] && break; sleep 1; done; echo \"$n\"")));
    }

    private static int Logins(LabHost host) =>
        int.Parse(host.Root("journalctl -q -o cat | grep -c '^Accepted publickey for ubuntu '"), CultureInfo.InvariantCulture);
}
