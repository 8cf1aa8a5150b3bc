using System.Net;
using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Tests.Topology;
using static EtcdHa.Core.Tests.Hosts.Preflight.Told;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>Ports and who holds them, connections between hosts, clocks, images: what is judged across hosts.</summary>
public sealed class NetworkCheckTests
{
    private const string Etcd = "sockets|\nss|LISTEN 0 4096 10.0.0.6:2379 0.0.0.0:* users:((\"etcd\",pid=101,fd=9))\nprocess|101|cri-containerd-ab.scope|etcd\netcd|101|name|infra0\netcd|101|data-dir|/var/lib/etcd";

    [Theory]
    [InlineData("sockets|", "Passed: the client port 2379 is free")]
    [InlineData(Etcd, "Passed: the client port 2379 is held by infra0's own etcd, process 101")]
    [InlineData("sockets|\nss|LISTEN 0 1 *:2379 *:* users:((\"nc\",pid=4711,fd=3))\nprocess|4711|session-3.scope|nc", "Error: the client port 2379 is held by nc (process 4711, session-3.scope)")]
    [InlineData("sockets|\nss|LISTEN 0 1 [::]:2379 [::]:* users:((\"nc\",pid=4711,fd=3))\nprocess|4711||nc", "Error: the client port 2379 is held by nc (process 4711)")]
    [InlineData("sockets|\nss|LISTEN 0 1 10.0.0.6:2379 0.0.0.0:*", "Error: the client port 2379 is in use; the host does not tell by which process")]
    [InlineData("sockets|\ntcp|   3: 0600000A:094B 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4242 1", "Error: the client port 2379 is in use; the host does not tell by which process")]
    [InlineData("sockets|\ntcp|   3: 0600000A:094B 0700000A:C000 01 00000000:00000000 00:00000000 00000000     0        0 4242 1", "Passed: the client port 2379 is free")]
    [InlineData("sockets|\nss|LISTEN 0 1 127.0.0.1:2379 0.0.0.0:* users:((\"nc\",pid=4711,fd=3))\nprocess|4711||nc", "Passed: the client port 2379 is free")]
    public void Fault17_Port(string lines, string expected) => Assert.Equal(expected, Line(Ports(lines).First()));

    [Fact]
    public void Fault17_A_second_etcd_is_named_with_its_data()
    {
        CheckResult[] results = [.. Ports("sockets|\nss|LISTEN 0 4096 127.0.0.1:2381 0.0.0.0:* users:((\"etcd\",pid=7,fd=9))\nprocess|7|etcd.service|etcd\netcd|7|data-dir|/var/lib/etcd/default")];
        const string Process = "etcd (process 7, etcd.service, name default, data in /var/lib/etcd/default)";
        Assert.Equal(
            ["Passed: the client port 2379 is free", "Passed: the peer port 2380 is free", $"Error: the metrics port 2381 is held by another etcd: {Process}", $"Warning: another etcd listens on the host: {Process}"],
            Lines(results));
        Assert.Equal(("2381", (object?)7), (results[2].Target, results[2].Value));
    }

    [Fact]
    public void The_etcd_of_another_member_is_not_this_members()
        => Assert.StartsWith("Error", Line(Ports(Etcd.Replace("infra0", "infra1", StringComparison.Ordinal)).First()), StringComparison.Ordinal);

    [Fact]
    public void No_answer_is_not_taken_for_free_ports()
        => Assert.Equal(["Warning: the host does not tell who listens on its ports"], Lines(Ports("")));

    [Theory]
    [InlineData("LISTEN 0      4096   127.0.0.53%lo:53   0.0.0.0:*    users:((\"systemd-resolve\",pid=5,fd=14))", "127.0.0.53", 53, 5)]
    [InlineData("LISTEN 0 4096 [::ffff:10.0.0.6]:2379 *:*", "10.0.0.6", 2379, null)]
    [InlineData("LISTEN 0 4096 [fd00::6]:2379 [::]:* users:((\"a\",pid=9,fd=1),(\"a\",pid=10,fd=1))", "fd00::6", 2379, 9)]
    public void Socket(string line, string address, int port, int? process)
        => Assert.Equal(new(IPAddress.Parse(address), port, process), ListeningSocket.ReadSs(line));

    [Theory]
    [InlineData("State  Recv-Q Send-Q Local Address:Port Peer Address:Port Process")]
    [InlineData("")]
    [InlineData("ESTAB 0 0 10.0.0.6:2379 10.0.0.7:4711")]
    public void What_is_no_listening_socket_is_passed_over(string line) => Assert.Null(ListeningSocket.ReadSs(line));

    [Fact]
    public void An_IPv6_socket_of_proc_is_read()
        => Assert.Equal(new(IPAddress.Parse("fd00:10::6"), 2380, null), ListeningSocket.ReadProc("   0: 100000FD000000000000000006000000:094C 00000000000000000000000000000000:0000 0A 0"));

    [Theory]
    [InlineData("0|", true, "Passed: infra1:2380 takes a connection")]
    [InlineData("124|", true, "Error: infra1:2380 does not answer within 3 s: packets are dropped on the way")]
    [InlineData("143|", false, "Error: infra1:2380 does not answer within 3 s: packets are dropped on the way")]
    [InlineData("1|bash: line 1: /dev/tcp/10.0.0.7/2380: Connection timed out", true, "Error: infra1:2380 does not answer within 3 s: packets are dropped on the way")]
    [InlineData("1|bash: line 1: /dev/tcp/10.0.0.7/2380: Connection refused", true, "Error: infra1:2380 refuses the connection, though something listens there: a firewall rejects it")]
    [InlineData("1|ConnectionRefusedError: [Errno 111] Connection refused", false, "Information: not tried: nothing listens at infra1:2380, and nothing was started there")]
    [InlineData("1|bash: line 1: /dev/tcp/10.0.0.7/2380: No route to host", true, "Error: infra1:2380 cannot be reached: No route to host")]
    [InlineData("1|bash: line 1: infra1.example.com: Name or service not known", true, "Error: infra1:2380 cannot be reached: Name or service not known")]
    [InlineData("124|", null, "Information: infra1:2380 did not answer, and that host could not be looked at")]
    [InlineData("0|", null, "Passed: infra1:2380 takes a connection")]
    [InlineData("no-tool|", true, "Information: not tried: the host has neither bash, python3 nor nc")]
    public void Fault16_Reachability(string answer, bool? isListening, string expected)
    {
        EtcdTopology topology = Samples.Page();
        CheckResult result = Assert.Single(ReachabilityCheck.Evaluate(
            $"reach|infra1:2379|0|\nreach|infra1:2380|{answer}", topology.Members[0], [new(topology.Members[1], 2380, isListening)]));
        Assert.Equal(("infra1:2380", expected), (result.Target, Line(result)));
    }

    [Fact]
    public void Fault16_The_remedy_names_port_and_both_ends_and_no_answer_at_all_is_said()
    {
        EtcdMember[] members = [.. Samples.Page().Members];
        CheckResult[] results = [.. ReachabilityCheck.Evaluate("reach|infra1:2380|124|", members[0], [new(members[1], 2380, true), new(members[2], 2380, true)])];
        Assert.Equal("Open TCP port 2380 on infra1 (10.0.0.7) for infra0 (10.0.0.6), in the firewalls of both hosts and between them.", results[0].Remedy);
        Assert.Equal("Warning: the host does not tell whether it reaches infra2:2380", Line(results[1]));
    }

    [Fact]
    public void Images_that_differ_between_hosts_are_told_and_those_that_are_missing_count_for_nothing()
    {
        CheckResult?[] results = [Image("a"), Image("b"), null, Image(null), Image("a")];
        Assert.Equal(
            ["Passed: x", "Warning: x, but it is b; other hosts have a", null, "Passed: x", "Passed: x"],
            ImageCheck.Compared(results).Select(r => r is null ? null : Line(r)));

        static CheckResult Image(string? id) => CheckResult.Pass(EtcdHostCheckKind.Image, "x", id);
    }

    [Theory]
    [InlineData("image|sha256:0123456789012345678901234567890123456789012345678901234567890123 ", "Passed: registry.k8s.io/etcd:3.5.24-0 is there")]
    [InlineData("image|", "Warning: registry.k8s.io/etcd:3.5.24-0 is not there yet: the kubelet has to pull it before etcd starts")]
    [InlineData("image|\nregistry|0|", "Information: registry.k8s.io/etcd:3.5.24-0 is not there yet: the kubelet pulls it before etcd starts; registry.k8s.io:443 takes connections")]
    [InlineData("image|\nregistry|124|", "Warning: registry.k8s.io/etcd:3.5.24-0 is not there yet, and the host has no way of its own to registry.k8s.io:443 (no answer within 3 s)")]
    [InlineData(
        "image|\nregistry|1|bash: line 1: registry.k8s.io: Name or service not known",
        "Warning: registry.k8s.io/etcd:3.5.24-0 is not there yet, and the host has no way of its own to registry.k8s.io:443 (Name or service not known)")]
    [InlineData("image|\nregistry|no-tool|", "Warning: registry.k8s.io/etcd:3.5.24-0 is not there yet: the kubelet has to pull it before etcd starts")]
    [InlineData("", "Warning: the host does not tell whether it has the image")]
    public void Fault25_Image(string answer, string expected)
    {
        HostFacts facts = Facts("kubelet|v1.33.13\ntool|crictl\nsocket|containerd|/run/containerd/containerd.sock");
        PreflightSubject subject = Subject(change: t => t with { ImageTag = "3.5.24-0" });
        Assert.Contains("crictl --runtime-endpoint unix:///run/containerd/containerd.sock", ImageCheck.Script(subject, facts), StringComparison.Ordinal);
        Assert.Equal(expected, Line(ImageCheck.Evaluate(subject, facts, answer)));
    }

    [Theory]
    [InlineData("registry.example:5000/mirror", "registry.example 5000")]
    [InlineData("[fd00::1]:5000", "fd00::1 5000")]
    [InlineData("localhost/k8s", "localhost 443")]
    [InlineData("bitnami", "registry-1.docker.io 443")]
    public void The_registry_is_that_of_the_images_name(string repository, string endpoint)
    {
        HostFacts facts = Facts("kubelet|v1.33.13\ntool|crictl\nsocket|containerd|/run/containerd/containerd.sock");
        Assert.Contains($"connect {endpoint})", ImageCheck.Script(Subject(change: t => t with { ImageRepository = repository }), facts), StringComparison.Ordinal);
    }

    [Fact]
    public void Fault25_Without_a_program_or_a_runtime_there_is_nobody_to_ask()
    {
        HostFacts noTool = Facts("kubelet|v1.33.13\nsocket|containerd|/run/containerd/containerd.sock");
        Assert.Equal(("", "ImageToolMissing"), (ImageCheck.Script(Subject(), noTool), ImageCheck.Evaluate(Subject(), noTool, "").ErrorId));
        HostFacts ambiguous = Facts("kubelet|v1.33.13\ntool|crictl\nsocket|containerd|/run/containerd/containerd.sock\nsocket|crio|/run/crio/crio.sock");
        Assert.Equal("Information: not looked for, as it is not clear which container runtime is to have it", Line(ImageCheck.Evaluate(Subject(), ambiguous, "")));
    }

    private static IEnumerable<CheckResult> Ports(string lines) => new PortCheck().Evaluate(Subject(), Facts(lines));
}
