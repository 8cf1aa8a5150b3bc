using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.StaticPods;

public sealed class ManifestDifferenceTests
{
    private static readonly string Wanted = EtcdManifest.Write(Samples.Page(), Samples.Page().Members[0]);

    [Fact]
    public void A_flag_that_has_another_value_is_missing_or_is_too_many_is_named_with_both_values()
    {
        string found = Wanted
            .Replace("--name=infra0", "--name=web", StringComparison.Ordinal)
            .Replace("    - --snapshot-count=10000\n", "    - --quota-backend-bytes=1\n", StringComparison.Ordinal);

        Assert.Equal(
            [new("--name", "infra0", "web"), new("--quota-backend-bytes", null, "1"), new("--snapshot-count", "10000", null)],
            ManifestDifference.Between(Wanted, found)!);
    }

    [Fact]
    public void Another_image_is_named()
    {
        ManifestDifference image = Assert.Single(ManifestDifference.Between(Wanted, Wanted.Replace("registry.k8s.io/etcd:", "registry.example/etcd:", StringComparison.Ordinal))!);
        Assert.Equal("image", image.Name);
        Assert.StartsWith("registry.example/etcd:", image.Actual, StringComparison.Ordinal);
    }

    [Fact]
    public void What_differs_in_form_alone_is_no_difference_of_flags() => Assert.Empty(ManifestDifference.Between(Wanted, "# a comment\n" + Wanted)!);

    [Theory]
    [InlineData("")]
    [InlineData("{")]
    [InlineData("spec: 1\n")]
    [InlineData("spec:\n  containers: []\n")]
    [InlineData("spec:\n  containers:\n  - image: x\n")]
    public void What_is_no_manifest_is_told_apart(string found) => Assert.Null(ManifestDifference.Between(Wanted, found));

    [Fact]
    public void A_flag_that_stands_twice_counts_with_both_values() => Assert.Equal(
        [new("--a", "1 and 2", "1"), new("--b", "true", null)], ManifestDifference.OfFlags(["etcd", "--a=1", "--a=2", "-b"], ["/usr/bin/etcd", "--a=1"]));
}
