using System.Net.Sockets;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>The real script on a host whose sockets, programs and configuration files are the test's.</summary>
public sealed class KubeletLookTests : IDisposable
{
    private readonly List<Socket> _sockets = [];

    public void Dispose() => _sockets.ForEach(s => s.Dispose());

    public static TheoryData<string> Shells => ["/usr/bin/dash", "/usr/bin/bash", "/usr/bin/busybox"];

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task A_host_without_a_runtime_tells_of_none(string shell)
    {
        await using TestHost host = await HostAsync(shell);
        Assert.Empty(await LookAsync(host));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Containerd_is_asked_for_the_configuration_it_has_in_force(string shell)
    {
        await using TestHost host = await HostAsync(shell, "containerd/containerd.sock");
        host.Install("containerd", """
            case "$*" in
                --version) echo 'containerd containerd.io v2.1.3 c787fb98911740dd3ff2d0e45ce88cdf01410486' ;;
                "config dump") printf '%s\n' "disabled_plugins = []" "required_plugins = ['cri']" "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]" "  SystemdCgroup = true" "  password = 'sesame'" ;;
            esac
            """);
        host.Write("/etc/containerd/config.toml", "disabled_plugins = ['cri']\n");

        Assert.Equal([Containerd("systemd", new Version(2, 1, 3))], await LookAsync(host));
        Assert.DoesNotContain("sesame", Answer(host), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Without_the_program_containerds_file_is_read_and_its_passwords_stay(string shell)
    {
        await using TestHost host = await HostAsync(shell, "containerd/containerd.sock");
        host.Write("/etc/containerd/config.toml", """
            version = 2
            disabled_plugins = [
              "io.containerd.grpc.v1.cri",
              "other"
            ]
            [plugins."io.containerd.grpc.v1.cri".registry.configs."r".auth]
              password = "sesame"
            [plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
              SystemdCgroup = true
            """, "600");

        Assert.Equal([Containerd("systemd") with { ServesCri = false }], await LookAsync(host));
        Assert.DoesNotContain("sesame", Answer(host), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_containerd_that_has_no_file_has_cgroupfs_and_a_socket_alone_tells_nothing()
    {
        await using TestHost host = await HostAsync("/usr/bin/dash", "containerd/containerd.sock");
        Assert.Equal([Containerd(null)], await LookAsync(host));
        host.Install("containerd", "[ \"$1\" != config ] && echo containerd github.com/containerd/containerd 1.6.20~ds1 || exit 1");
        Assert.Equal([Containerd("cgroupfs")], (await LookAsync(host)).Select(r => r with { Version = null }));
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task CRI_O_is_asked_or_its_files_are_read_in_the_order_of_their_names(string shell)
    {
        await using TestHost host = await HostAsync(shell, "crio/crio.sock");
        Assert.Equal("systemd", Assert.Single(await LookAsync(host)).CgroupDriver);
        host.Write("/etc/crio/crio.conf", "[crio.runtime]\n# cgroup_manager = \"none\"\n");
        host.Write("/etc/crio/crio.conf.d/20-b.conf", "[crio.runtime]\ncgroup_manager = \"cgroupfs\"\n");
        host.Write("/etc/crio/crio.conf.d/10-a.conf", "[crio.runtime]\ncgroup_manager = \"systemd\"\n");
        Assert.Equal("cgroupfs", Assert.Single(await LookAsync(host)).CgroupDriver);
        host.Install("crio", "[ \"$*\" = 'status config' ] && printf '[crio]\\n  [crio.runtime]\\n    cgroup_manager = \"systemd\"\\n'");
        Assert.Equal("systemd", Assert.Single(await LookAsync(host)).CgroupDriver);
    }

    [Theory]
    [MemberData(nameof(Shells))]
    public async Task Docker_is_asked_or_its_file_is_read(string shell)
    {
        await using TestHost host = await HostAsync(shell, "docker.sock", "cri-dockerd.sock");
        Assert.Equal([(EtcdContainerRuntime.CriDockerd, null), (EtcdContainerRuntime.Docker, (string?)null)], await DriversAsync(host));
        host.Write("/etc/docker/daemon.json", "{ \"exec-opts\": [\"native.cgroupdriver=systemd\"], \"log-driver\": \"none\" }");
        Assert.Equal([(EtcdContainerRuntime.CriDockerd, "systemd"), (EtcdContainerRuntime.Docker, (string?)"systemd")], await DriversAsync(host));
        host.Install("docker", "[ \"$*\" = 'info --format {{.CgroupDriver}}' ] && echo cgroupfs");
        Assert.Equal([(EtcdContainerRuntime.CriDockerd, "cgroupfs"), (EtcdContainerRuntime.Docker, (string?)"cgroupfs")], await DriversAsync(host));
    }

    [Fact]
    public async Task All_runtimes_are_told_and_the_look_changes_nothing()
    {
        await using TestHost host = await HostAsync("/usr/bin/dash", "containerd/containerd.sock", "crio/crio.sock", "cri-dockerd.sock", "docker.sock");
        string before = host.Snapshot();
        Assert.Equal(Enum.GetValues<EtcdContainerRuntime>(), (await LookAsync(host)).Select(r => r.Runtime));
        Assert.Equal(before, host.Snapshot());
    }

    /// <summary>A host whose /run holds these sockets and nothing else; /var/run leads there, as on every host of today.</summary>
    internal static async Task<TestHost> HostAsync(List<Socket> sockets, string shell, params string[] names)
    {
        TestHost host = await TestHost.CreateAsync(shell);
        string run = Directory.CreateDirectory(Path.Combine(host.Root, "run")).FullName;
        foreach (string path in names.Select(name => Path.Combine(run, name)))
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            socket.Bind(new UnixDomainSocketEndPoint(path));
            sockets.Add(socket);
        }

        host.Around(OwnFolders);
        return host;
    }

    /// <summary>None of the programs somebody put into this machine's /usr/local.</summary>
    internal const string OwnFolders = "mount -t tmpfs tmpfs /usr/local";

    private static FoundRuntime Containerd(string? driver, Version? version = null)
        => new(EtcdContainerRuntime.Containerd, "/var/run/containerd/containerd.sock", driver, version);

    private static async Task<IReadOnlyList<FoundRuntime>> LookAsync(TestHost host)
    {
        RemoteOutput answer = await host.Session.RunAsync("look", KubeletLook.Script, [], TimeSpan.FromSeconds(60), TestContext.Current.CancellationToken);
        return RuntimeFacts.Read(answer.Text);
    }

    private static async Task<(EtcdContainerRuntime, string?)[]> DriversAsync(TestHost host)
        => [.. (await LookAsync(host)).Select(r => (r.Runtime, r.CgroupDriver))];

    private static string Answer(TestHost host) => System.Text.Encoding.UTF8.GetString(host.Traffic[^1].Result!.Output.Span);

    private Task<TestHost> HostAsync(string shell, params string[] names) => HostAsync(_sockets, shell, names);
}
