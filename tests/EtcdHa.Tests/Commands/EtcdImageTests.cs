using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

public sealed class EtcdImageTests : CommandTest
{
    [Fact]
    public void The_image_of_a_version_is_described()
    {
        EtcdContainerImage image = One<EtcdContainerImage>("Get-EtcdImage v1.24.8");

        Assert.Equal("k8s.gcr.io/etcd:3.5.5-0", image.Image);
        Assert.Equal("k8s.gcr.io/etcd", image.Repository);
        Assert.Equal("3.5.5-0", image.Tag);
        Assert.Equal("3.5.5", image.EtcdVersion);
        Assert.Equal("v1.24.8", image.KubernetesVersion);
    }

    [Fact]
    public void Without_a_version_it_is_the_newest() => Assert.Equal("registry.k8s.io/etcd:3.6.8-0", One<EtcdContainerImage>("Get-EtcdImage").ToString());

    [Fact]
    public void A_topology_says_which_image_and_any_result_carries_it()
    {
        const string topology = "$topology = New-EtcdMember infra0 10.0.0.6 | New-EtcdTopology -ImageRepository mirror.example.com/etcd-io -ImageTag v3.7.0; ";

        Assert.Equal("mirror.example.com/etcd-io/etcd:v3.7.0", One<EtcdContainerImage>(topology + "$topology | Get-EtcdImage -ImageRepository other.example.com").Image);
        Assert.Equal("3.7.0", One<EtcdContainerImage>("$topology | New-EtcdKubeadmConfig | Get-EtcdImage").EtcdVersion);
    }

    [Fact]
    public void Results_of_several_members_mean_one_image() =>
        Assert.Single(All<EtcdContainerImage>(Topology + " | New-EtcdKubeadmConfig | Get-EtcdImage"));

    [Fact]
    public void All_images_come_in_kubeadms_order() => Assert.Equal(
        [
            "mirror.example.com/kube-apiserver:v1.36.3", "mirror.example.com/kube-controller-manager:v1.36.3",
            "mirror.example.com/kube-scheduler:v1.36.3", "mirror.example.com/kube-proxy:v1.36.3",
            "mirror.example.com/coredns:v1.14.2", "mirror.example.com/pause:3.10.2", "mirror.example.com/etcd:3.6.8-0",
        ],
        All<string>("(Get-EtcdImage -KubernetesVersion v1.36.3 -ImageRepository mirror.example.com -All).Image"));

    [Fact]
    public void Only_etcds_image_has_an_etcd_version() =>
        Assert.Equal("3.6.8", Assert.Single(All<EtcdContainerImage>("Get-EtcdImage -All"), i => i.EtcdVersion is not null).EtcdVersion);

    [Theory]
    [InlineData("v1.12.0", "KubernetesVersionUnknown")]
    [InlineData("stable-1", "KubernetesVersionInvalid")]
    public void A_version_that_is_not_known_is_refused_and_the_others_come(string version, string errorId)
    {
        Refusal($"Get-EtcdImage {version}", errorId, "GetEtcdImage");
        ScriptResult result = Session.Invoke($"Get-EtcdImage {version}, v1.20.2");

        Assert.Equal("k8s.gcr.io/etcd:3.4.13-0", Assert.Single(result.As<EtcdContainerImage>()).Image);
        Assert.Single(result.Errors);
    }
}
