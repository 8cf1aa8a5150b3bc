using System.Net.Sockets;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>The real scripts with programs that note their arguments and keep one image.</summary>
public sealed class ImagePullerTests : IDisposable
{
    private const string Image = "registry.k8s.io/etcd:3.6.8-0";
    private const string Id = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

    private readonly List<Socket> _sockets = [];
    private readonly List<string> _warnings = [];

    public void Dispose() => _sockets.ForEach(s => s.Dispose());

    public static TheoryData<string, string, string, string> Tools => new()
    {
        { "crictl", "containerd/containerd.sock", "--runtime-endpoint unix:///var/run/containerd/containerd.sock --image-endpoint unix:///var/run/containerd/containerd.sock images -q --no-trunc IMAGE",
            "--runtime-endpoint unix:///var/run/containerd/containerd.sock --image-endpoint unix:///var/run/containerd/containerd.sock pull IMAGE" },
        { "ctr", "containerd/containerd.sock", "-a /var/run/containerd/containerd.sock -n k8s.io images ls name==IMAGE", "-a /var/run/containerd/containerd.sock -n k8s.io images pull IMAGE" },
        { "podman", "crio/crio.sock", "image inspect --format {{.Digest}} IMAGE", "pull IMAGE" },
        { "docker", "cri-dockerd.sock", "image inspect --format {{range .RepoDigests}}{{.}} {{end}}{{.Id}} IMAGE", "pull IMAGE" },
    };

    [Theory]
    [MemberData(nameof(Tools))]
    public async Task The_program_that_fits_the_runtime_pulls_once(string tool, string socket, string look, string pull)
    {
        await using TestHost host = await KubeletLookTests.HostAsync(_sockets, "/usr/bin/dash", socket);
        Install(host, tool);

        EtcdHostImage first = await PullAsync(host);
        EtcdHostImage second = await PullAsync(host);

        Assert.Equal((EtcdChange.Created, tool, Image, Id), (first.Status, first.Tool, first.Image, first.Digest));
        Assert.Equal((EtcdChange.Unchanged, tool, Image, Id), (second.Status, second.Tool, second.Image, second.Digest));
        string[] calls = [.. Calls(host).Where(c => !c.StartsWith(tool + " info", StringComparison.Ordinal))];
        Assert.Equal(new[] { look, pull, look, look }.Select(c => $"{tool} {c.Replace("IMAGE", Image, StringComparison.Ordinal)}"), calls);
        Assert.DoesNotContain(_warnings, w => w.Contains("apart", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("containerd/containerd.sock", "crictl ctr podman docker", "crictl", false)]
    [InlineData("containerd/containerd.sock", "ctr podman docker", "ctr", false)]
    [InlineData("containerd/containerd.sock", "podman docker", "podman", true)]
    [InlineData("crio/crio.sock", "ctr podman docker", "podman", false)]
    [InlineData("cri-dockerd.sock", "crictl docker", "docker", false)]
    [InlineData("", "podman docker", "podman", false)]
    public async Task The_first_program_that_feeds_the_kubelets_runtime_is_taken_and_another_is_a_warning(string socket, string tools, string chosen, bool warns)
    {
        await using TestHost host = await KubeletLookTests.HostAsync(_sockets, "/usr/bin/dash", socket.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        foreach (string tool in tools.Split(' '))
        {
            Install(host, tool);
        }

        Assert.Equal(chosen, (await PullAsync(host)).Tool);
        Assert.Equal(warns, _warnings.Any(w => w.Contains("podman keeps its images apart from Containerd", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_host_with_none_of_the_programs_is_told_which_would_do()
    {
        await using TestHost host = await KubeletLookTests.HostAsync(_sockets, "/usr/bin/dash", "containerd/containerd.sock");
        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => PullAsync(host));
        Assert.Equal("ImageToolMissing", error.ErrorId);
        Assert.Contains("crictl, ctr, podman, docker", error.Message, StringComparison.Ordinal);
        Assert.Equal("infra0", Assert.IsType<EtcdMember>(error.Subject).Name);
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task A_pull_that_fails_ends_with_the_programs_own_words_without_control_characters(string shell)
    {
        await using TestHost host = await KubeletLookTests.HostAsync(_sockets, shell, "crio/crio.sock");
        host.Install("crictl", "case $* in *pull*) printf 'pulling\\n\\033[31mmanifest unknown\\033[0m\\007\\n' >&2; exit 1 ;; esac");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => PullAsync(host));

        Assert.Equal("ImagePullFailed", error.ErrorId);
        Assert.Equal($"{TestHost.HostName}: crictl could not pull {Image}: pulling; [31mmanifest unknown[0m", error.Message);
    }

    [Fact]
    public async Task A_pull_that_takes_too_long_is_stopped()
    {
        await using TestHost host = await KubeletLookTests.HostAsync(_sockets, "/usr/bin/dash", "crio/crio.sock");
        host.Install("crictl", "case $* in *pull*) exec sleep 60 ;; esac");
        EtcdTimeoutException error = await Assert.ThrowsAsync<EtcdTimeoutException>(() => PullAsync(host, TimeSpan.FromSeconds(1)));
        Assert.Equal($"{TestHost.HostName} did not pull {Image} within 1 seconds.", error.Message);
    }

    [Fact]
    public async Task Of_several_runtimes_the_one_that_was_given_is_fed()
    {
        await using TestHost host = await KubeletLookTests.HostAsync(_sockets, "/usr/bin/dash", "containerd/containerd.sock", "crio/crio.sock");
        Install(host, "ctr");
        Install(host, "podman");
        Assert.Equal("ContainerRuntimeAmbiguous", (await Assert.ThrowsAsync<EtcdHostException>(() => PullAsync(host))).ErrorId);
        Assert.Equal("podman", (await PullAsync(host, endpoint: "unix:///run/crio/crio.sock")).Tool);
    }

    // An image is there once it was pulled.
    private static void Install(TestHost host, string tool) => host.Install(tool, $$"""
        echo "{{tool}} $*" >> {{host.Root}}/{{tool}}.log
        case $* in
            *pull*) echo "$*" > {{host.Root}}/{{tool}}.image; echo done ;;
            *images\ ls*) echo 'REF TYPE DIGEST SIZE'; [ ! -f {{host.Root}}/{{tool}}.image ] || echo '{{Image}} application/vnd {{Id}} 22MiB' ;;
            *images*|*inspect*) [ -f {{host.Root}}/{{tool}}.image ] && echo '{{Id}}' ;;
        esac
        """);

    private static string[] Calls(TestHost host) => [.. Directory.GetFiles(host.Root, "*.log").SelectMany(File.ReadAllLines)];

    private Task<EtcdHostImage> PullAsync(TestHost host, TimeSpan? wait = null, string? endpoint = null)
    {
        EtcdTopology topology = Samples.Page() with { ImageTag = "3.6.8-0" };
        return ImagePuller.PullAsync(
            host.Session, topology, topology.Members[0], endpoint, wait ?? TimeSpan.FromSeconds(30), new OperationLog(_ => { }, _warnings.Add), TestContext.Current.CancellationToken);
    }
}
