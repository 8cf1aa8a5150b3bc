using EtcdHa.Core.Hosts.Preflight;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>Two hosts: what one has does not hide what the other has, and real connections between them.</summary>
public sealed class PreflightBetweenHostsTests : PreflightTest
{
    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task Fault16_Every_port_of_every_host_takes_a_connection_while_the_check_lasts_and_no_longer(string shell)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/systemd-socket-activate"), "systemd-socket-activate is not installed");
        await using TestHost one = await TestHost.CreateAsync(shell);
        await using TestHost other = await TestHost.CreateAsync(shell);
        EtcdTopology cluster = NewCluster();

        EtcdHostCheck[] rows = Of(await RunAsync(cluster, null, null, Host(cluster, 0, one), Host(cluster, 1, other)), EtcdHostCheckKind.Reachability);

        Assert.Equal(
            [("infra0", $"infra1:{cluster.ClientPort}"), ("infra0", $"infra1:{cluster.PeerPort}"), ("infra1", $"infra0:{cluster.ClientPort}"), ("infra1", $"infra0:{cluster.PeerPort}")],
            rows.Select(r => (r.Member.Name, r.Target)));
        Assert.All(rows, r => Assert.Equal(EtcdCheckSeverity.Passed, r.Severity));
        Assert.All(cluster.Members, m => Assert.False(Listens(m.Address, cluster.ClientPort) || Listens(m.Address, cluster.PeerPort)));
    }

    [Fact]
    public async Task A_port_is_left_to_the_etcd_whose_manifest_is_there_already()
    {
        await using TestHost one = await TestHost.CreateAsync();
        await using TestHost other = await TestHost.CreateAsync();
        other.Write("/etc/kubernetes/manifests/etcd.yaml", "kind: Pod\n");
        EtcdTopology cluster = NewCluster();

        EtcdHostCheck[] rows = Of(await RunAsync(cluster, null, null, Host(cluster, 0, one), Host(cluster, 1, other)), EtcdHostCheckKind.Reachability, member: 0);

        Assert.All(rows, r => Assert.Equal(EtcdCheckSeverity.Information, r.Severity));
        Assert.Contains("nothing was started there", rows[0].Finding, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Fault08_A_clock_ten_minutes_ahead_is_found_against_the_other_hosts()
    {
        await using TestHost one = await TestHost.CreateAsync();
        await using TestHost other = await TestHost.CreateAsync();
        other.Install("date", "exec /usr/bin/date -d '+10 minutes' \"$@\"");
        EtcdTopology cluster = NewCluster();

        EtcdHostCheck[] rows = Of(await RunAsync(cluster, null, null, Host(cluster, 0, one), Host(cluster, 1, other)), EtcdHostCheckKind.Clock);

        Assert.Equal([("infra0", "", EtcdCheckSeverity.Passed), ("infra1", "", EtcdCheckSeverity.Error), ("infra1", "workstation", EtcdCheckSeverity.Warning)], rows.Select(r => (r.Member.Name, r.Target, r.Severity)));
        Assert.InRange((TimeSpan)rows[1].Value!, TimeSpan.FromSeconds(595), TimeSpan.FromSeconds(605));
    }

    [Fact]
    public async Task Fault01_Hosts_that_cannot_be_reached_or_give_no_root_are_rows_and_the_others_have_all_of_theirs()
    {
        await using TestHost fit = await TestHost.CreateAsync();
        await using TestHost closed = await TestHost.CreateAsync();
        closed.Install("sudo", "echo 'sudo: a password is required' >&2; exit 1");
        EtcdTopology cluster = NewCluster();
        cluster = cluster with { Members = [.. cluster.Members, new("infra2", "192.0.2.8")] };
        var down = new PreflightHost(
            cluster.Members[2], "ubuntu@192.0.2.8", NoStaging, null, new EtcdSshException("SshHostUnreachable", "192.0.2.8:22", "No route to host") { Subject = "ubuntu@192.0.2.8" });

        IReadOnlyList<EtcdHostCheck> rows = await RunAsync(cluster, null, null, Host(cluster, 0, fit), Host(cluster, 1, closed), down);

        EtcdHostCheck[] errors = [.. rows.Where(r => r.Member.Name != "infra0")];
        Assert.Equal(
            [("infra1", EtcdHostCheckKind.Sudo, "SudoPasswordRequired"), ("infra2", EtcdHostCheckKind.Ssh, "SshHostUnreachable")],
            errors.Select(r => (r.Member.Name, r.Check, r.ErrorId)));
        Assert.All(errors, r => Assert.True(r is { Severity: EtcdCheckSeverity.Error, Remedy.Length: > 0 }));
        Assert.True(rows.Count(r => r.Member.Name == "infra0") > 25);
        Assert.All(Of(rows, EtcdHostCheckKind.Reachability), r => Assert.Equal(EtcdCheckSeverity.Information, r.Severity));
    }
}
