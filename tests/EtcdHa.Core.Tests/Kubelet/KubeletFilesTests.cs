using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Tests.Kubelet;

public sealed class KubeletFilesTests
{
    [Fact]
    public void The_drop_in_with_the_pages_path_is_the_pages()
    {
        var options = new KubeletOptions(ConfigPath: KubeletOptions.PageConfigPath);

        Assert.Equal(
            "[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --config=/etc/systemd/system/kubelet.service.d/kubelet.conf\nRestart=always\n",
            KubeletFiles.DropIn(options));
        Assert.Equal("/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf", options.DropInPath);
    }

    [Fact]
    public void The_configuration_has_the_pages_fields_in_the_pages_order()
    {
        const string Page = """
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

        Assert.Equal(Page, KubeletFiles.Configuration(new KubeletOptions()));
    }

    [Fact]
    public void The_default_configuration_lies_where_systemd_does_not_read_it() =>
        Assert.DoesNotContain(".service.d", new KubeletOptions().ConfigPath, StringComparison.Ordinal);

    [Fact]
    public void Options_change_what_they_name()
    {
        var options = new KubeletOptions("/srv/manifests", "/etc/k let/100%.yaml", CgroupDriver: "cgroupfs", ContainerRuntimeEndpoint: "unix:///run/crio/crio.sock");

        Assert.Contains("--config=\"/etc/k let/100%%.yaml\"\n", KubeletFiles.DropIn(options), StringComparison.Ordinal);
        string configuration = KubeletFiles.Configuration(options);
        Assert.Contains("\ncgroupDriver: cgroupfs\n", configuration, StringComparison.Ordinal);
        Assert.Contains("\ncontainerRuntimeEndpoint: unix:///run/crio/crio.sock\n", configuration, StringComparison.Ordinal);
        Assert.EndsWith("\nstaticPodPath: /srv/manifests\n", configuration, StringComparison.Ordinal);
    }
}
