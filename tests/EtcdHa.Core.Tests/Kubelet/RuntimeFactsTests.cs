using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Tests.Kubelet;

public sealed class RuntimeFactsTests
{
    // As containerd 1.7's and 2.0's `config default` name the sections.
    private const string Old = """[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]""";
    private const string New = "[plugins.'io.containerd.cri.v1.runtime'.containerd.runtimes.runc.options]";

    [Theory]
    [InlineData(Old + "\n  SystemdCgroup = true", "systemd")]
    [InlineData(New + "\n  SystemdCgroup = true", "systemd")]
    [InlineData("  [ plugins.cri.containerd.runtimes.runc.options ]\n\tSystemdCgroup=true # why not", "systemd")]
    [InlineData("[plugins.cri.containerd.runtimes.runc]\n options = { SystemdCgroup = true }", "systemd")]
    [InlineData("[plugins.cri]\nsystemd_cgroup = true", "systemd")]
    [InlineData("default_runtime_name = 'kata.v2'\n[plugins.'x'.containerd.runtimes.'kata.v2'.options]\nSystemdCgroup = true\n" + Old + "\nSystemdCgroup = false", "systemd")]
    [InlineData(Old + "\n  SystemdCgroup = false", "cgroupfs")]
    [InlineData(Old + "\n  # SystemdCgroup = true", "cgroupfs")]
    [InlineData("""[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.gvisor.options]""" + "\nSystemdCgroup = true", "cgroupfs")]
    [InlineData("""[plugins."io.containerd.grpc.v1.cri".containerd.untrusted_workload_runtime.options]""" + "\nSystemdCgroup = true", "cgroupfs")]
    [InlineData("", "cgroupfs")]
    [InlineData("]][[ = \"\u0000'\n[plugins.", "cgroupfs")]
    public void The_driver_of_containerd_is_that_of_the_default_runtime(string config, string driver)
        => Assert.Equal(driver, RuntimeFacts.ContainerdDriver(config.Split('\n')));

    [Theory]
    [InlineData("disabled_plugins = [\"cri\"]", false)]
    [InlineData("disabled_plugins = [\n  'io.containerd.grpc.v1.cri', # Docker\n]", false)]
    [InlineData("disabled_plugins = ['io.containerd.snapshotter.v1.btrfs']", true)]
    [InlineData("#disabled_plugins = [\"cri\"]", true)]
    [InlineData("disabled_plugins = [", true)]
    public void A_containerd_without_its_CRI_plugin_is_no_runtime_for_a_kubelet(string config, bool serves)
        => Assert.Equal(serves, RuntimeFacts.ServesCri(config.Split('\n')));

    [Fact]
    public void Every_runtime_is_read_with_socket_driver_and_version()
    {
        IReadOnlyList<FoundRuntime> found = RuntimeFacts.Read($$"""
            user|root|root|/root
            socket|containerd|/run/containerd/containerd.sock
            containerd-version|containerd github.com/containerd/containerd/v2 v2.0.5 fb4c30d4ede3531652d86197bf3fc9515e5276d9
            containerd-config|{{New}}
            containerd-config|  SystemdCgroup = true
            socket|crio|/var/run/crio/crio.sock
            crio-config|cgroup_manager = "systemd"
            crio-config|  cgroup_manager = "cgroupfs"
            socket|docker|/var/run/docker.sock
            socket|cri-dockerd|/run/cri-dockerd.sock
            docker-driver|cgroupfs
            """);

        Assert.Equal(
            [
                new FoundRuntime(EtcdContainerRuntime.Containerd, "/run/containerd/containerd.sock", "systemd", new Version(2, 0, 5)),
                new FoundRuntime(EtcdContainerRuntime.CriO, "/var/run/crio/crio.sock", "cgroupfs"),
                new FoundRuntime(EtcdContainerRuntime.Docker, "/var/run/docker.sock", "cgroupfs"),
                new FoundRuntime(EtcdContainerRuntime.CriDockerd, "/run/cri-dockerd.sock", "cgroupfs"),
            ],
            found);
    }

    [Theory]
    [InlineData("crio", null, "systemd")]
    [InlineData("crio", "crio-config|cgroup_manager = \"wat\"", null)]
    [InlineData("docker", "docker-driver|", null)]
    [InlineData("docker", "docker-driver|none", null)]
    [InlineData("containerd", null, null)]
    [InlineData("containerd", "containerd-config|", "cgroupfs")]
    [InlineData("containerd", "containerd-version|who knows", "cgroupfs")]
    public void A_driver_that_was_not_told_is_the_runtimes_default_or_not_known(string runtime, string? more, string? driver)
        => Assert.Equal(driver, Assert.Single(RuntimeFacts.Read($"socket|{runtime}|/s\n{more}")).CgroupDriver);

    [Fact]
    public void Any_text_is_read()
    {
        var random = new Random(7);
        string[] words = ["socket|", "containerd", "|", "/", "\n", "\0", "[", "]", "'", "\"", "=", "containerd-config|", "crio-config|", "docker-driver|", "true", "SystemdCgroup", ".", "runtimes", "é", "99999999999.9.9", "containerd-version|", "disabled_plugins"];
        for (int i = 0; i < 5000; i++)
        {
            string text = string.Concat(Enumerable.Range(0, random.Next(40)).Select(_ => words[random.Next(words.Length)]));
            Assert.All(RuntimeFacts.Read(text), r => Assert.StartsWith("/", r.Socket, StringComparison.Ordinal));
            Assert.True(RuntimeFacts.ContainerdDriver(text.Split('\n')) is "systemd" or "cgroupfs");
        }
    }

    [Theory]
    [InlineData("v1.33.13", "1.33")]
    [InlineData("1.27.3-gke.100", "1.27")]
    [InlineData("v1.30.2+k3s1", "1.30")]
    [InlineData("v1.9", "1.9")]
    [InlineData("", null)]
    [InlineData("v1.", null)]
    [InlineData("1.999999999999", null)]
    [InlineData("Kubernetes", null)]
    public void The_minor_version_of_a_kubelet_is_read_from_what_distributions_write(string text, string? release)
        => Assert.Equal(release, KubeletRelease.Read(text)?.ToString());
}
