using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>The image, pulled by the program of the host's container runtime before the kubelet needs it.</summary>
public sealed class ImageTests(LabCluster cluster) : LabTest(cluster)
{
    // Of the lab's images the one that is no cluster's here.
    private const string Other = "3.5.16-0";

    [LabFact]
    public void What_the_kubelet_has_pulled_is_left_alone()
        => Assert.All(Run<EtcdHostImage>("$topology | Install-EtcdImage"), row => Assert.Equal((EtcdChange.Unchanged, "crictl"), (row.Status, row.Tool)));

    [LabFact]
    public void An_image_is_pulled_once_on_every_host()
    {
        Session.Set("other", Cluster.Topology with { ImageTag = Other });
        Assert.All(Hosts, host => Assert.DoesNotContain(Other, host.Root("crictl images"), StringComparison.Ordinal));

        IReadOnlyList<EtcdHostImage> first = Run<EtcdHostImage>("$other | Install-EtcdImage");
        IReadOnlyList<EtcdHostImage> second = Run<EtcdHostImage>("$other | Install-EtcdImage");

        Assert.Equal(Hosts.Select(h => h.Name), first.Select(r => r.Member.Name).Order());
        Assert.All(first, row => Assert.Equal((EtcdChange.Created, $"registry.k8s.io/etcd:{Other}", "crictl"), (row.Status, row.Image, row.Tool)));
        Assert.All(second, row => Assert.Equal((EtcdChange.Unchanged, first[0].Digest), (row.Status, row.Digest)));
        Assert.All(Hosts, host => Assert.Equal(first[0].Digest, host.Root($"crictl images --quiet registry.k8s.io/etcd:{Other}")));
    }

    [LabFact]
    public void Fault25_An_image_the_registry_does_not_have_is_an_error_with_the_programs_last_words()
    {
        Session.Set("unknown", Cluster.Topology with { ImageTag = "3.5.999-0" });

        Outcome outcome = Outcome.Of(Run("$unknown | Install-EtcdImage -Member infra1"));

        outcome.RequireOneError("ImagePullFailed", "infra1");
        Assert.EndsWith(": registry.k8s.io/etcd:3.5.999-0: not found", outcome.Error.ToString().TrimEnd(), StringComparison.Ordinal);
    }
}
