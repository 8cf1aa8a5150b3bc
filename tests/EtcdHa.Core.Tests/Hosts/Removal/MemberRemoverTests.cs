using System.Diagnostics;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.Removal;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts.Removal;

/// <summary>A member really taken off a host made of this machine's own shell.</summary>
public sealed class MemberRemoverTests
{
    private const string Manifest = "/etc/kubernetes/manifests/etcd.yaml";

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(10);

    // Other etcd processes of this machine are not the member's.
    private readonly EtcdTopology _topology = Samples.Page() with { DataDirectory = $"/var/lib/etcd-{Guid.NewGuid():N}" };

    private EtcdMember Member => _topology.Members[0];

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task Everything_of_a_member_goes_aside_and_nothing_is_lost_and_a_second_run_finds_nothing(string shell)
    {
        await using TestHost host = await BuiltAsync(shell);
        using Process etcd = Etcd(host, endsWithManifest: true);
        string[] contents = Contents(host);

        EtcdMemberRemoval first = await RemoveAsync(host);
        string after = host.Snapshot();
        EtcdMemberRemoval second = await RemoveAsync(host);

        Assert.True(etcd.HasExited);
        Assert.Equal((true, EtcdChange.MovedAside), (first.WasRunning, first.Status));
        Assert.Equal((false, EtcdChange.Unchanged), (second.WasRunning, second.Status));
        Assert.Equal(Manifest, first.Steps[0].Target);
        Assert.Matches(@"^now /etc/kubernetes/etcd\.yaml\.20\d{6}T\d{6}Z$", first.Steps[0].Reason);
        Assert.Single(first.Steps, s => s is { Target: "kubelet.service", Change: EtcdChange.Restarted });
        Assert.Contains("daemon-reload", host.SystemctlCalls);
        Assert.Empty(Directory.GetFileSystemEntries(host["/etc/kubernetes/manifests"]));
        Assert.False(Directory.Exists(host["/etc/kubernetes/pki"]));
        Assert.Empty(Directory.GetFileSystemEntries(host[_topology.DataDirectory]));
        Assert.Equal(contents, Contents(host));
        string pki = Assert.Single(Directory.GetDirectories(host["/etc/kubernetes"], "pki.*"));
        Assert.Equal("0:0 700 directory", host.Stat("/etc/kubernetes/" + Path.GetFileName(pki)));
        Assert.Equal(after, host.Snapshot());
    }

    [Fact]
    public async Task A_control_plane_s_own_certificates_stay()
    {
        await using TestHost host = await BuiltAsync();
        host.Write("/etc/kubernetes/pki/apiserver.crt", "apiserver");
        host.Write("/etc/kubernetes/pki/etcd/extra", "extra");

        await RemoveAsync(host);

        Assert.Equal("apiserver", host.Read("/etc/kubernetes/pki/apiserver.crt"));
        Assert.Equal(["/apiserver.crt", "/etcd/extra"], Directory.GetFiles(host["/etc/kubernetes/pki"], "*", SearchOption.AllDirectories).Select(f => f[host["/etc/kubernetes/pki"].Length..]).Order());
    }

    [Fact]
    public async Task A_host_that_was_half_built_is_taken_apart_as_far_as_it_is_there()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Unit(load: "not-found", active: "inactive", sub: "dead");
        host.Write("/etc/kubernetes/pki/etcd/ca.crt", "ca");

        EtcdMemberRemoval removal = await RemoveAsync(host);

        Assert.Equal(["/etc/kubernetes/pki/etcd/ca.crt"], removal.Steps.Select(s => s.Target));
        Assert.Empty(host.SystemctlCalls);
    }

    [Fact]
    public async Task An_etcd_that_does_not_end_keeps_its_certificates_and_data_and_the_next_run_goes_on()
    {
        await using TestHost host = await BuiltAsync();
        host.Unit(active: "inactive", sub: "dead");
        using Process etcd = Etcd(host, endsWithManifest: false);

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => RemoveAsync(host, TimeSpan.FromSeconds(1)));

        Assert.Equal("EtcdStillRuns", error.ErrorId);
        Assert.Contains("the kubelet is inactive (dead), and only it ends a static pod", error.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(host["/etc/kubernetes/pki/etcd/server.key"]));
        Assert.True(File.Exists(host[_topology.DataDirectory + "/member/wal/0.wal"]));
        etcd.Kill(entireProcessTree: true);
        await etcd.WaitForExitAsync(TestContext.Current.CancellationToken);

        EtcdMemberRemoval removal = await RemoveAsync(host);
        Assert.Equal((false, EtcdChange.MovedAside), (removal.WasRunning, removal.Status));
        Assert.False(File.Exists(host[_topology.DataDirectory + "/member/wal/0.wal"]));
    }

    [Fact]
    public async Task Data_whose_database_is_locked_is_in_use_whatever_the_process_is_called()
    {
        await using TestHost host = await BuiltAsync();
        using Process holder = Process.Start(new ProcessStartInfo("flock", [host[_topology.DataDirectory + "/member/snap/db"], "sleep", "60"]))!;
        await Task.Delay(500, TestContext.Current.CancellationToken);

        Assert.Equal("EtcdStillRuns", (await Assert.ThrowsAsync<EtcdHostException>(() => RemoveAsync(host, TimeSpan.FromSeconds(1)))).ErrorId);

        holder.Kill(entireProcessTree: true);
    }

    [Fact]
    public async Task Data_on_a_file_system_of_its_own_goes_aside_within_it()
    {
        await using TestHost host = await BuiltAsync();
        host.Around($"mount --bind {_topology.DataDirectory} {_topology.DataDirectory}");

        await RemoveAsync(host);

        string aside = Assert.Single(Directory.GetFileSystemEntries(host[_topology.DataDirectory]));
        Assert.Matches(@"/member\.20\d{6}T\d{6}Z$", aside);
        Assert.Equal("data", await File.ReadAllTextAsync(aside + "/wal/0.wal", TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData(3, 3, 1, false, "etcd on infra0 ends; 2 of 3 run then, quorum 2")]
    [InlineData(3, 2, 1, true, "etcd on infra0 ends; 1 of 3 run then, quorum 2: QUORUM IS LOST")]
    [InlineData(3, 1, 1, false, "etcd on infra0 ends; 0 of 3 run then, quorum 2; it was lost before")]
    [InlineData(1, 1, 1, true, "etcd on infra0 ends; 0 of 1 run then, quorum 1: QUORUM IS LOST")]
    [InlineData(3, 3, 0, false, "")]
    public void The_quorum_is_counted(int size, int running, int ending, bool loses, string text)
    {
        var loss = new QuorumLoss(size, running, ending);
        Assert.Equal((loses, text), (loss.LosesQuorum, loss.Text(["infra0"])));
    }

    private async Task<EtcdMemberRemoval> RemoveAsync(TestHost host, TimeSpan? wait = null)
    {
        var options = new KubeletOptions();
        CancellationToken token = TestContext.Current.CancellationToken;
        MemberState state = await MemberState.AtAsync(host.Session, _topology, Member, options, token);
        return await MemberRemover.RemoveAsync(host.Session, _topology, state, options, wait ?? Wait, OperationLog.Silent, token);
    }

    private async Task<TestHost> BuiltAsync(string shell = "/usr/bin/dash")
    {
        TestHost host = await TestHost.CreateAsync(shell);
        host.Write(Manifest, "manifest", "600");
        host.Write(KubeletOptions.DefaultDropInPath, "drop-in");
        host.Write(KubeletOptions.DefaultConfigPath, "config");
        host.Write("~/kubeadmcfg.yaml", "kubeadm", owner: "1000:1000");
        foreach (string file in RemovalPaths.CertificateFiles)
        {
            host.Write("/etc/kubernetes/pki/" + file, file);
        }

        host.Write(_topology.DataDirectory + "/member/wal/0.wal", "data");
        host.Write(_topology.DataDirectory + "/member/snap/db", "db");
        return host;
    }

    // A process that is called etcd and has its arguments.
    private Process Etcd(TestHost host, bool endsWithManifest)
    {
        string program = Path.Combine(host.Root, "etcd");
        File.WriteAllText(program, $"#!/bin/sh\nwhile {(endsWithManifest ? $"[ -e {host[Manifest]} ]" : "true")}; do sleep 0.2; done\n");
        TestHost.Run("chmod", "700", program);
        return Process.Start(new ProcessStartInfo(program, ["--data-dir=" + _topology.DataDirectory, "--name=infra0"]))!;
    }

    private static string[] Contents(TestHost host) =>
    [
        .. new[] { host["/etc/kubernetes"], host["/etc/systemd"], host.HomeOfUser, Path.Combine(host.Root, "var-lib") }
            .SelectMany(d => Directory.GetFiles(d, "*", SearchOption.AllDirectories))
            .Where(f => !f.Contains("/etcdha/", StringComparison.Ordinal)).Select(File.ReadAllText).Order(StringComparer.Ordinal),
    ];
}
