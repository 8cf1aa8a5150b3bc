using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Topology;

public sealed class VersionGateTests
{
    [Theory]
    [InlineData("v1.36.3", "3.5.24-0", "--feature-gates", "Kubernetes v1.36.3 with image tag 3.6.8-0, or Kubernetes v1.35.6 with image tag 3.5.24-0")]
    [InlineData("v1.36.3", "3.5.99-custom", "--feature-gates", "Kubernetes v1.35.6 with image tag 3.5.99-custom")]
    [InlineData("v1.33.13", "3.7.0-0", "--experimental-initial-corrupt-check", "Kubernetes v1.34.9 with image tag 3.7.0-0")]
    [InlineData("v1.33.13", "3.4.23-0", "/livez and /readyz", "Kubernetes v1.33.13 with image tag 3.5.24-0, or Kubernetes v1.30.14 with image tag 3.4.23-0")]
    [InlineData("v1.31.0", "3.5.10-0", "/livez and /readyz", "Kubernetes v1.30.14 with image tag 3.5.10-0")]
    [InlineData("v1.25.0", "3.4.3-0", "--experimental-watch-progress-notify-interval", "Kubernetes v1.24.17 with image tag 3.4.3-0")]
    [InlineData("v1.16.0", "3.2.24", "--listen-metrics-urls", "Kubernetes v1.15.12 with image tag 3.2.24")]
    [InlineData("v1.15.12", "3.6.8-0", "a shell in the container", "Kubernetes v1.16.15 with image tag 3.6.8-0")]
    public void A_pair_that_will_not_start_is_refused_with_the_reason_and_the_nearest_pair(string version, string tag, string reason, string nearest)
    {
        EtcdTopologyException refusal = Refusal(Samples.Page(version) with { ImageTag = tag });

        Assert.Equal("ImageTagIncompatible", refusal.ErrorId);
        Assert.Contains($"'{tag}'", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(version, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains(nearest, refusal.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(tag, refusal.Subject);
    }

    [Theory]
    [InlineData("v1.33.13", "3.5.16-0")]
    [InlineData("v1.30.14", "3.4.23-0")]
    [InlineData("v1.21.14", "3.4.23-0")]
    [InlineData("v1.31.14", "3.4.30-0")]
    [InlineData("v1.35.6", "3.6.0-0")]
    [InlineData("v1.36.3", "3.7.0")]
    [InlineData("v1.16.15", "3.6.8-0")]
    public void A_pair_that_starts_passes(string version, string tag) => VersionGate.Check(Samples.Page(version) with { ImageTag = tag }, []);

    [Fact]
    public void Kubeadms_manifest_of_a_pair_that_is_refused_can_still_be_made()
    {
        EtcdTopology topology = Samples.Page() with { ImageTag = "3.5.99-custom" };

        Assert.Contains("/etcd:3.5.99-custom\n", EtcdManifest.Write(topology, topology.Members[0]), StringComparison.Ordinal);
        Assert.Equal("ImageTagIncompatible", Refusal(topology).ErrorId);
    }

    [Theory]
    [InlineData("v1.33.13", null, "feature-gates", "3.5.24", "Kubernetes v1.34.9 with image tag 3.6.5-0")]
    [InlineData("v1.36.3", null, "enable-v2", "3.6.8", "Kubernetes v1.33.13 with image tag 3.5.24-0")]
    [InlineData("v1.36.3", null, "proxy", "3.6.8", "Kubernetes v1.33.13 with image tag 3.5.24-0")]
    [InlineData("v1.36.3", "3.7.0-0", "experimental-corrupt-check-time", "3.7.0", "Kubernetes v1.36.3 with image tag 3.6.8-0")]
    [InlineData("v1.30.14", "3.4.23-0", "socket-reuse-port", "3.4.23", "Kubernetes v1.30.14 with image tag 3.5.15-0")]
    [InlineData("v1.21.0", null, "max-concurrent-streams", "3.4.13", "Kubernetes v1.22.17 with image tag 3.5.6-0")]
    [InlineData("v1.36.3", null, "next-cluster-version-compatible", "3.6.8", "none that kubeadm installs")]
    public void An_extra_argument_that_ends_this_etcd_is_refused(string version, string? tag, string flag, string etcd, string nearest)
    {
        EtcdTopologyException refusal = Refusal(Samples.Page(version) with { ImageTag = tag, ExtraArg = [new(flag, "x")] });

        Assert.Equal("ExtraArgUnknownToEtcd", refusal.ErrorId);
        Assert.Contains($"etcd {etcd} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains($"--{flag}, which etcd has since ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(nearest, refusal.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(flag, refusal.Subject);
    }

    [Theory]
    [InlineData("v1.36.3", "feature-gates")]
    [InlineData("v1.36.3", "experimental-corrupt-check-time")]
    [InlineData("v1.33.13", "experimental-corrupt-check-time")]
    [InlineData("v1.31.14", "tls-min-version")]
    [InlineData("v1.13.0", "quota-backend-bytes")]
    public void An_extra_argument_that_this_etcd_has_passes(string version, string flag) =>
        Assert.DoesNotContain(Warnings(Samples.Page(version) with { ExtraArg = [new(flag, "x")] }), w => w.Contains(flag, StringComparison.Ordinal));

    [Theory]
    [InlineData("v1.36.3", null, "experimental-initial-corrupt-check", "false", "experimental-initial-corrupt-check", "--feature-gates=InitialCorruptCheck")]
    [InlineData("v1.34.9", null, "experimental-watch-progress-notify-interval", "1s", "experimental-watch-progress-notify-interval", "--watch-progress-notify-interval")]
    [InlineData("v1.33.13", "3.6.8-0", "watch-progress-notify-interval", "1s", "experimental-watch-progress-notify-interval", "--watch-progress-notify-interval")]
    [InlineData("v1.33.13", "3.6.8-0", "feature-gates", "InitialCorruptCheck=false", "experimental-initial-corrupt-check", "--feature-gates=InitialCorruptCheck")]
    public void A_setting_that_etcd_gets_under_both_its_names_is_refused(string version, string? tag, string name, string value, string old, string renamed)
    {
        EtcdTopologyException refusal = Refusal(Samples.Page(version) with { ImageTag = tag, ExtraArg = [new(name, value)] });

        Assert.Equal("ExtraArgNamedTwice", refusal.ErrorId);
        Assert.Contains($"--{old} ", refusal.Message, StringComparison.Ordinal);
        Assert.Contains(renamed + ":", refusal.Message, StringComparison.Ordinal);
        Assert.Equal(old, refusal.Subject);
    }

    [Theory]
    [InlineData("v1.36.3", "feature-gates", "InitialCorruptCheck=false")]
    [InlineData("v1.36.3", "watch-progress-notify-interval", "1s")]
    [InlineData("v1.33.13", "experimental-initial-corrupt-check", "false")]
    [InlineData("v1.36.3", "experimental-corrupt-check-time", "1h")]
    public void A_setting_under_one_name_passes(string version, string name, string value) =>
        VersionGate.Check(Samples.Page(version) with { ExtraArg = [new(name, value)] }, []);

    [Fact]
    public void An_extra_argument_that_no_known_etcd_has_is_a_warning() =>
        Assert.Contains(Warnings(Samples.Page() with { ExtraArg = [new("quota-backend-byte", "1")] }), w => w.Contains("--quota-backend-byte:", StringComparison.Ordinal));

    [Theory]
    [InlineData("latest")]
    [InlineData("custom-3.5.24")]
    [InlineData("3.6")]
    [InlineData("3.1.12")]
    public void A_tag_that_names_no_known_version_is_a_warning(string tag) =>
        Assert.Contains($"'{tag}'", Assert.Single(Warnings(Samples.Page() with { ImageTag = tag, ExtraArg = [new("enable-v2", "true")] })), StringComparison.Ordinal);

    [Theory]
    [InlineData("v1.22.0", null, "can lose committed writes")]
    [InlineData("v1.24.0", "3.5.2-0", "can lose committed writes")]
    [InlineData("v1.24.0", null, "use 3.5.6 or newer")]
    [InlineData("v1.21.0", null, "use 3.4.22 or newer")]
    [InlineData("v1.13.0", null, "use 3.4.22 or newer")]
    [InlineData("v1.33.13", "3.5.25-0", "3.5.26 or newer first")]
    public void An_etcd_with_a_known_advisory_is_a_warning(string version, string? tag, string advisory) =>
        Assert.Contains(Warnings(Samples.Page(version) with { ImageTag = tag }), w => w.Contains(advisory, StringComparison.Ordinal));

    [Theory]
    [InlineData("v1.36.3", null)]
    [InlineData("v1.33.13", "3.5.26-0")]
    [InlineData("v1.21.14", "3.4.22-0")]
    public void An_etcd_without_advisory_is_no_warning(string version, string? tag) =>
        Assert.Empty(Warnings(Samples.Page(version) with { ImageTag = tag }));

    [Theory]
    [InlineData("tls-min-version", "3.4.24", false)]
    [InlineData("tls-min-version", "3.4.25", true)]
    [InlineData("tls-min-version", "3.5.7", false)]
    [InlineData("tls-min-version", "3.5.8", true)]
    [InlineData("tls-min-version", "3.6.0", true)]
    [InlineData("tls-min-version", "4.0.0", true)]
    [InlineData("tls-min-version", "3.3.27", false)]
    [InlineData("experimental-initial-corrupt-check", "3.6.99", true)]
    [InlineData("experimental-initial-corrupt-check", "3.7.0", false)]
    public void A_flag_that_came_with_a_patch_is_known_from_that_patch_of_each_minor(string flag, string etcd, bool holds) =>
        Assert.Equal(holds, EtcdFlags.Find(flag)!.Holds(Version.Parse(etcd)));

    private static List<string> Warnings(EtcdTopology topology)
    {
        List<string> warnings = [];
        VersionGate.Check(topology, warnings);
        return warnings;
    }

    private static EtcdTopologyException Refusal(EtcdTopology topology) => Assert.Throws<EtcdTopologyException>(() => VersionGate.Check(topology, []));

    [Fact]
    public void A_metrics_port_of_its_own_is_refused_where_etcd_has_no_such_listener()
    {
        EtcdTopology topology = Samples.Page("v1.13.12") with { MetricsPort = 3381 };

        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => TopologyRules.Validate(topology));

        Assert.Equal("ExtraArgUnknownToEtcd", error.ErrorId);
        Assert.Contains("listen-metrics-urls", error.Message, StringComparison.Ordinal);
    }
}
