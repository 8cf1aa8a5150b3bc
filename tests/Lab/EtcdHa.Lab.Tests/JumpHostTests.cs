using EtcdHa.Lab.Tests.Lab;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Lab.Tests;

/// <summary>Members that the workstation reaches through the first member's host only.</summary>
public sealed class JumpHostTests : LabTest
{
    private readonly IDisposable _closed;

    public JumpHostTests(LabCluster cluster)
        : base(cluster)
    {
        EtcdTopology topology = Cluster.Topology;
        EtcdSshTarget hop = new(Hosts[0].Address, null, "ubuntu");
        Session.Set("behind", topology with
        {
            Members = [topology.Members[0], .. topology.Members.Skip(1).Select(m => m with { SshTarget = new EtcdSshTarget(m.Address, null, null) { JumpHost = [hop] } })],
        });
        Session.Set("near", topology with { Ssh = topology.Ssh with { ConnectTimeout = TimeSpan.FromSeconds(3) } });
        Session.Set("hop", hop.ToString());
        _closed = Firewall.Drop($"ip daddr {{ {string.Join(", ", Hosts.Skip(1).Select(h => h.Address))} }} tcp dport {{ 22, 2379 }}");
    }

    [LabFact]
    public void They_are_worked_on_over_one_connection_to_that_host_which_serves_its_own_member_too()
    {
        int before = Logins();

        ScriptResult result = Run("$behind | Copy-EtcdMemberFiles -StagingPath $staging -Confirm:$false -Verbose | Test-EtcdMemberFiles -StagingPath $staging -Quiet").RequireNoErrors();

        Assert.Equal([true], result.As<bool>());

        // The second look is a login of its own.
        Assert.Equal(1, Logins() - before - 1);
    }

    [LabFact]
    public void Their_health_is_seen_through_it_and_from_it()
    {
        foreach (string way in (string[])["-ThroughSsh", "-From $hop"])
        {
            IReadOnlyList<EtcdEndpointHealth> rows = Run<EtcdEndpointHealth>($"$behind | Test-EtcdClusterHealth -StagingPath $staging {way} -CommandTimeoutSec 20");

            Assert.Equal(Hosts.Select(h => h.Name), rows.Select(r => r.Member!.Name));
            Assert.All(rows, row => Assert.True(row.Healthy, row.Error));
        }
    }

    [LabFact]
    public void Their_host_keys_are_shown_and_the_path_is_told()
    {
        ScriptResult result = Run("""
            $files = @{ UserName = 'ubuntu'; IdentityFile = $near.Ssh.IdentityFile; KnownHostsFile = $near.Ssh.KnownHostsFile }
            $hopTarget = New-EtcdSshTarget $topology.Members[0].Address @files
            New-EtcdSshTarget $topology.Members[1].Address @files -JumpHost $hopTarget | Get-EtcdSshHostKey -Verbose
            """).RequireNoErrors();

        Assert.Contains(result.As<EtcdSshHostKey>(), key => key is { Type: "ssh-ed25519", Status: EtcdSshHostKeyStatus.Known });
        Assert.Contains(result.Verbose, text => text.EndsWith($"asking ubuntu@{Hosts[1].Address} through ubuntu@{Hosts[0].Address}", StringComparison.Ordinal));
    }

    [LabFact]
    public void Without_it_they_are_not_reached()
    {
        string[] failed = [.. Run("$near | Test-EtcdMemberFiles -StagingPath $staging").Errors.Select(e => e.FullyQualifiedErrorId.Split(',')[0])];

        Assert.Equal(["SshConnectTimeout", "SshConnectTimeout"], failed);
    }

    protected override void Dispose(bool disposing)
    {
        _closed.Dispose();
        base.Dispose(disposing);
    }

    private int Logins() => int.Parse(
        Hosts[0].Root("journalctl --no-pager -q -u ssh -o cat | grep -c 'Accepted publickey'"), System.Globalization.CultureInfo.InvariantCulture);
}
