using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Tests.Kubelet;

public sealed class KubeletFilesTests
{
    private static readonly KubeletSettings Page = new();

    [Fact]
    public void The_drop_in_with_the_pages_path_is_the_pages()
    {
        var options = new KubeletOptions(ConfigPath: KubeletOptions.PageConfigPath);

        Assert.Equal(
            "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --config=/etc/systemd/system/kubelet.service.d/kubelet.conf\nRestart=always\n",
            KubeletFiles.DropIn(options, Page));
        Assert.Equal("/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf", options.DropInPath);
    }

    [Fact]
    public void The_configuration_has_the_pages_fields_in_the_pages_order()
    {
        const string Text = """
            apiVersion: kubelet.config.k8s.io/v1beta1
            kind: KubeletConfiguration
            authentication:
              anonymous:
                enabled: false
              webhook:
                enabled: false
            authorization:
              mode: AlwaysAllow
            cgroupDriver: systemd
            address: 127.0.0.1
            containerRuntimeEndpoint: unix:///var/run/containerd/containerd.sock
            staticPodPath: /etc/kubernetes/manifests

            """;

        Assert.Equal(Text, KubeletFiles.Configuration(new KubeletOptions(), Page));
    }

    [Fact]
    public void The_default_configuration_lies_where_systemd_does_not_read_it() =>
        Assert.DoesNotContain(".service.d", new KubeletOptions().ConfigPath, StringComparison.Ordinal);

    [Fact]
    public void Options_change_what_they_name()
    {
        var options = new KubeletOptions("/srv/manifests", "/etc/k let/100%.yaml");
        KubeletSettings settings = Page with { CgroupDriver = "cgroupfs", ContainerRuntimeEndpoint = "unix:///run/crio/crio.sock" };

        Assert.Contains("/usr/bin/kubelet \"--config=/etc/k let/100%%.yaml\"\n", KubeletFiles.DropIn(options, settings), StringComparison.Ordinal);
        string configuration = KubeletFiles.Configuration(options, settings);
        Assert.Contains("\ncgroupDriver: cgroupfs\n", configuration, StringComparison.Ordinal);
        Assert.Contains("\ncontainerRuntimeEndpoint: unix:///run/crio/crio.sock\n", configuration, StringComparison.Ordinal);
        Assert.EndsWith("\nstaticPodPath: /srv/manifests\n", configuration, StringComparison.Ordinal);
    }

    // The page's ExecStart lines of Kubernetes 1.13, 1.15 and 1.23.
    [Theory]
    [InlineData("v1.13.12", "--address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests --allow-privileged=true")]
    [InlineData("v1.15.12", "--address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests --cgroup-driver=systemd")]
    [InlineData("v1.22.17", "--address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests --cgroup-driver=systemd")]
    [InlineData("v1.23.17", "--address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests --cgroup-driver=systemd --container-runtime=remote --container-runtime-endpoint=unix:///var/run/containerd/containerd.sock")]
    [InlineData("v1.26.15", "--address=127.0.0.1 --pod-manifest-path=/etc/kubernetes/manifests --cgroup-driver=systemd --container-runtime=remote --container-runtime-endpoint=unix:///var/run/containerd/containerd.sock")]
    [InlineData("v1.27.0", "--config=/etc/kubernetes/kubelet-etcd.yaml")]
    public void The_drop_in_of_each_generation_is_the_pages_where_nothing_is_found_and_nothing_given(string version, string arguments)
    {
        var options = new KubeletOptions();

        KubeletSettings settings = KubeletChoice.Decide("infra0", options, version, "v1.36.3", []);

        Assert.Equal($"[Service]\nExecStart=\nExecStart=/usr/bin/kubelet {arguments}\nRestart=always\n", KubeletFiles.DropIn(options, settings));
        Assert.Contains("no container runtime was found", Assert.Single(settings.Warnings), StringComparison.Ordinal);
    }
}
