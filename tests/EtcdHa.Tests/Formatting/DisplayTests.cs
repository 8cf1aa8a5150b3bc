using EtcdHa.Formatting;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Formatting;

public sealed class DisplayTests : IDisposable
{
    // Importing the module is what lets it find its Core.
    private readonly PowerShellSession _session = new();

    private static readonly EtcdTopology Topology = new()
    {
        Members = [.. Enumerable.Range(0, 5).Select(i => new EtcdMember($"infra{i}", $"10.0.0.{6 + i}"))],
        KubernetesVersion = "v1.33.13",
    };

    public void Dispose() => _session.Dispose();

    [Theory]
    [InlineData(0.0121276, "12.1ms")]
    [InlineData(0.00001, "0s")]
    [InlineData(0.99996, "1s")]
    [InlineData(5.0066037, "5.01s")]
    [InlineData(65.001, "1m5s")]
    public void A_time_has_as_many_digits_as_matter(double seconds, string text) => Assert.Equal(text, Display.Took(TimeSpan.FromSeconds(seconds)));

    [Fact]
    public void All_members_are_shown_where_PowerShell_would_show_four() =>
        Assert.Equal("infra0=10.0.0.6, infra1=10.0.0.7, infra2=10.0.0.8, infra3=10.0.0.9, infra4=10.0.0.10", Display.Members(Topology));

    [Fact]
    public void What_is_left_to_a_default_is_said_and_not_left_blank()
    {
        Assert.Equal("default", Display.OrDefault(null));
        Assert.Equal("2379", Display.OrDefault(2379));
        Assert.Equal("a, b", Display.OrDefault(new[] { "a", "b" }));
        Assert.Equal("default", Display.Ssh(new EtcdSshSettings()));
        Assert.Equal("user ubuntu, identity k1, k2, timeout 10s", Display.Ssh(new EtcdSshSettings
        {
            UserName = "ubuntu",
            IdentityFile = ["k1", "k2"],
            ConnectTimeout = TimeSpan.FromSeconds(10),
        }));
    }

    [Fact]
    public void The_image_is_the_whole_one_and_a_version_nobody_knows_does_not_break_the_view()
    {
        Assert.Equal("r.example/etcd:x", Display.Image(Topology with { ImageRepository = "r.example", ImageTag = "x" }));
        Assert.StartsWith("registry.k8s.io/etcd:3.5", Display.Image(Topology));
        Assert.Equal("", Display.Image(Topology with { KubernetesVersion = "v9.9.9" }));
    }

    [Fact]
    public void Validity_and_algorithm_are_written_as_kubeadm_writes_them()
    {
        Assert.Equal("8760h, CA 87600h", Display.Validity(Topology));
        Assert.Equal("ECDSA-P256", Display.Algorithm(EtcdKeyAlgorithm.EcdsaP256));
        Assert.Equal("", Display.Algorithm(null));
    }

    [Fact]
    public void A_token_that_is_left_out_and_one_not_made_yet_are_told_apart()
    {
        Assert.Equal("t", Display.Token(Topology with { InitialClusterToken = "t" }));
        Assert.Contains("etcd-cluster", Display.Token(Topology), StringComparison.Ordinal);
        Assert.Contains("New-EtcdKubeadmConfig", Display.Token(Topology with { IsTokenGenerated = true }), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd/server", "etcd/server.crt")]
    [InlineData("apiserver-etcd-client", "apiserver-etcd-client.crt")]
    public void A_certificate_is_grouped_by_its_members_folder(string name, string file)
    {
        string folder = Path.Combine(Path.GetTempPath(), "infra0", "pki");
        Assert.Equal(folder, Display.Folder(ViewTests.Certificate(name, Path.Combine(folder, file))));
    }
}
