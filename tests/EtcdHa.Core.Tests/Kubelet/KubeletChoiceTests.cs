using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Tests.Kubelet;

public sealed class KubeletChoiceTests
{
    private static readonly FoundRuntime Containerd = new(EtcdContainerRuntime.Containerd, "/run/containerd/containerd.sock", "systemd", new Version(1, 7, 2));
    private static readonly FoundRuntime DisabledContainerd = Containerd with { ServesCri = false };
    private static readonly FoundRuntime CriO = new(EtcdContainerRuntime.CriO, "/var/run/crio/crio.sock", "cgroupfs");
    private static readonly FoundRuntime Docker = new(EtcdContainerRuntime.Docker, "/var/run/docker.sock", "cgroupfs");
    private static readonly FoundRuntime CriDockerd = new(EtcdContainerRuntime.CriDockerd, "/var/run/cri-dockerd.sock", "systemd");

    [Fact]
    public void A_page_with_a_flag_the_kubelet_removed_is_refused_with_flag_release_and_remedy()
    {
        EtcdHostException error = Refused(new KubeletOptions(Generation: EtcdKubeletGeneration.Flags113), "v1.15.0", Docker);
        Assert.Equal("KubeletFlagRemoved", error.ErrorId);
        Assert.Contains("its kubelet is v1.15.0, and the drop-in of generation Flags113 has --allow-privileged, which kubelet 1.15 removed", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Generation Flags115", error.RecommendedAction, StringComparison.Ordinal);

        error = Refused(new KubeletOptions(Generation: EtcdKubeletGeneration.Flags123), "v1.27.0", Containerd);
        Assert.Contains("--container-runtime, which kubelet 1.27 removed", error.Message, StringComparison.Ordinal);
        Assert.Contains("-Generation ConfigFile", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_configuration_file_is_refused_where_the_kubelet_would_not_read_its_endpoint()
    {
        EtcdHostException error = Refused(new KubeletOptions(Generation: EtcdKubeletGeneration.ConfigFile), "v1.26.15", Containerd);
        Assert.Equal("KubeletFieldUnknown", error.ErrorId);
        Assert.Contains("-Generation Flags123", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(EtcdKubeletGeneration.Flags113, "v1.14.10")]
    [InlineData(EtcdKubeletGeneration.Flags115, "v1.14.10")]
    [InlineData(EtcdKubeletGeneration.Flags123, "v1.13.0")]
    [InlineData(EtcdKubeletGeneration.Flags115, "v1.36.3")]
    public void A_generation_whose_flags_the_kubelet_has_is_taken(EtcdKubeletGeneration generation, string version)
        => Assert.Equal(generation, Decide(new KubeletOptions(Generation: generation), version, CriO).Generation);

    [Fact]
    public void Flags_for_a_kubelet_of_today_have_the_endpoint_without_the_flag_that_is_gone()
    {
        var options = new KubeletOptions(Generation: EtcdKubeletGeneration.Flags115);
        Assert.Equal(
            ["--address=127.0.0.1", "--pod-manifest-path=/etc/kubernetes/manifests", "--cgroup-driver=cgroupfs", "--container-runtime-endpoint=unix:///var/run/crio/crio.sock"],
            KubeletFiles.Arguments(options, Decide(options, "v1.36.3", CriO)));
    }

    [Fact]
    public void Docker_before_1_24_needs_no_endpoint_and_its_own_containerd_does_not_count()
    {
        var options = new KubeletOptions();
        KubeletSettings settings = Decide(options, "v1.23.17", Containerd, Docker);
        Assert.Equal((EtcdContainerRuntime.Docker, (string?)null), (settings.Runtime, settings.ContainerRuntimeEndpoint));
        Assert.Equal(["--address=127.0.0.1", "--pod-manifest-path=/etc/kubernetes/manifests", "--cgroup-driver=cgroupfs"], KubeletFiles.Arguments(options, settings));
    }

    [Fact]
    public void The_first_page_names_a_driver_only_when_it_is_not_the_kubelets_default()
    {
        var options = new KubeletOptions();
        const string page = "--address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests --allow-privileged=true";
        Assert.Equal(page, string.Join(' ', KubeletFiles.Arguments(options, Decide(options, "v1.13.0", Docker))));
        Assert.Equal(page + " --cgroup-driver=systemd", string.Join(' ', KubeletFiles.Arguments(options, Decide(options, "v1.13.0", Docker with { CgroupDriver = "systemd" }))));
    }

    [Fact]
    public void Docker_alone_is_refused_from_1_24_and_taken_behind_cri_dockerd()
    {
        Assert.Equal("DockershimRemoved", Refused(new KubeletOptions(), "v1.24.0", Docker).ErrorId);
        Assert.Equal("DockershimRemoved", Refused(new KubeletOptions(), "v1.36.3", DisabledContainerd, Docker).ErrorId);
        Assert.Equal("unix:///var/run/cri-dockerd.sock", Decide(new KubeletOptions(), "v1.36.3", DisabledContainerd, CriDockerd, Docker).ContainerRuntimeEndpoint);
    }

    [Fact]
    public void Several_runtimes_are_refused_by_name_unless_one_is_given()
    {
        EtcdHostException error = Refused(new KubeletOptions(), "v1.36.3", Containerd, CriO);
        Assert.Equal("ContainerRuntimeAmbiguous", error.ErrorId);
        Assert.Contains("Containerd (unix:///run/containerd/containerd.sock), CriO (unix:///var/run/crio/crio.sock)", error.Message, StringComparison.Ordinal);

        KubeletSettings settings = Decide(new KubeletOptions(ContainerRuntimeEndpoint: "unix:///run/crio/crio.sock"), "v1.36.3", Containerd, CriO);
        Assert.Equal((EtcdContainerRuntime.CriO, "unix:///run/crio/crio.sock", "cgroupfs"), (settings.Runtime, settings.ContainerRuntimeEndpoint, settings.CgroupDriver));
    }

    [Fact]
    public void A_containerd_without_CRI_is_refused_found_or_given()
    {
        Assert.Equal("ContainerdCriDisabled", Refused(new KubeletOptions(), "v1.36.3", DisabledContainerd).ErrorId);
        Assert.Equal("ContainerdCriDisabled", Refused(new KubeletOptions(ContainerRuntimeEndpoint: "unix:///var/run/containerd/containerd.sock"), "v1.36.3", DisabledContainerd).ErrorId);
    }

    [Fact]
    public void A_driver_that_is_not_the_runtimes_is_refused_with_both_and_the_file()
    {
        EtcdHostException error = Refused(new KubeletOptions(CgroupDriver: "cgroupfs"), "v1.33.1", Containerd);
        Assert.Equal("CgroupDriverMismatch", error.ErrorId);
        Assert.Contains("the cgroup driver is to be cgroupfs, but that of Containerd (unix:///run/containerd/containerd.sock) is systemd", error.Message, StringComparison.Ordinal);
        Assert.Contains("/etc/containerd/config.toml", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void A_kubelet_of_1_34_takes_the_driver_from_containerd_2()
    {
        FoundRuntime two = Containerd with { Version = new Version(2, 0, 0) };
        var options = new KubeletOptions(CgroupDriver: "cgroupfs");
        Assert.Contains("takes its cgroup driver, systemd, from", Assert.Single(Decide(options, "v1.34.0", two).Warnings), StringComparison.Ordinal);
        Assert.Equal("CgroupDriverMismatch", Refused(options, "v1.33.9", two).ErrorId);
        Assert.Equal("CgroupDriverMismatch", Refused(options, "v1.34.0", Containerd).ErrorId);
    }

    [Fact]
    public void A_driver_that_cannot_be_told_is_the_pages_with_a_warning()
    {
        KubeletSettings settings = Decide(new KubeletOptions(), "v1.36.3", Containerd with { CgroupDriver = null });
        Assert.Equal("systemd", settings.CgroupDriver);
        Assert.Contains("could not be told", Assert.Single(settings.Warnings), StringComparison.Ordinal);
        Assert.Empty(Decide(new KubeletOptions(CgroupDriver: "cgroupfs"), "v1.36.3", Containerd with { CgroupDriver = null }).Warnings);
    }

    [Theory]
    [InlineData("/run/crio/crio.sock")]
    [InlineData("tcp://127.0.0.1:1")]
    [InlineData("unix://run/crio.sock")]
    [InlineData("unix:///run/cr io.sock")]
    [InlineData("unix:///run/\u001b[2J")]
    public void What_is_no_unix_socket_is_no_endpoint(string endpoint)
        => Assert.Equal("ContainerRuntimeEndpointInvalid", Refused(new KubeletOptions(ContainerRuntimeEndpoint: endpoint), "v1.36.3").ErrorId);

    [Fact]
    public void An_endpoint_where_nothing_was_found_is_a_warning()
    {
        KubeletSettings settings = Decide(new KubeletOptions(ContainerRuntimeEndpoint: "unix:///run/new.sock"), "v1.36.3", Containerd);
        Assert.Equal("unix:///run/new.sock", settings.ContainerRuntimeEndpoint);
        Assert.Null(settings.Runtime);
        Assert.Contains("unix:///run/new.sock", Assert.Single(settings.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public void A_kubelet_that_does_not_tell_its_version_is_taken_for_the_topologys()
    {
        KubeletSettings settings = KubeletChoice.Decide("h", new KubeletOptions(), "", "v1.22.17", [CriO]);
        Assert.Equal(EtcdKubeletGeneration.Flags115, settings.Generation);
        Assert.Contains("v1.22.17", Assert.Single(settings.Warnings), StringComparison.Ordinal);
    }

    private static KubeletSettings Decide(KubeletOptions options, string version, params FoundRuntime[] found)
        => KubeletChoice.Decide("infra0", options, version, "v1.36.3", found);

    private static EtcdHostException Refused(KubeletOptions options, string version, params FoundRuntime[] found)
        => Assert.Throws<EtcdHostException>(() => Decide(options, version, found));
}
