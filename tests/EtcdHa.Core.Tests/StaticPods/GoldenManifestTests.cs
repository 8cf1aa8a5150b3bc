using System.Globalization;
using System.Text.RegularExpressions;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Topology;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.StaticPods;

/// <summary>
/// Every manifest in the golden folder, whoever wrote it, against ours: a case added there is run. Out of range is what kubeadm
/// before 1.13 wrote (public/01, of 1.11).
/// </summary>
public sealed class GoldenManifestTests
{
    private const int FirstExactMinor = 22;
    private const int FirstMinor = 13;

    public static TheoryData<string> Cases => [.. GoldenCase.WithManifest];

    public static TheoryData<string> Public => [.. PublicManifests.Where(f => Minors(f).Last() >= FirstMinor)];

    public static TheoryData<string> OutOfRange => [.. PublicManifests.Where(f => Minors(f).Last() < FirstMinor)];

    private static IEnumerable<string> PublicManifests =>
        Directory.EnumerateFiles(Golden.PathOf("public"), "*-etcd-k8s*.yaml").Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal);

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_manifest_of_a_golden_case_is_kubeadms(string folder)
    {
        var golden = new GoldenCase(folder);

        AssertEqual(golden.Manifest, EtcdPodWriter.Write(EtcdPodSpec.Of(golden.Config(), golden.Kubeadm)), golden.Kubeadm.Minor);
    }

    [Theory]
    [MemberData(nameof(Public))]
    public void The_manifest_of_a_real_cluster_is_what_we_write_for_its_version(string file)
    {
        string expected = Golden.Text("public/" + file);
        KubernetesVersion[] versions = [.. Versions(file, expected)];

        Assert.NotEmpty(versions);
        Assert.All(versions, version => AssertEqual(expected, EtcdPodWriter.Write(EtcdPodSpec.Of(ConfigOf(expected, version))), version.Minor));
    }

    [Theory]
    [MemberData(nameof(OutOfRange))]
    public void A_version_before_1_13_is_refused(string file)
    {
        KubeadmEtcdConfig config = ConfigOf(Golden.Text("public/" + file), new(1, Minors(file)[0], 0));

        var refusal = Assert.Throws<EtcdTopologyException>(() => EtcdPodSpec.Of(config));

        Assert.Equal("KubernetesVersionUnknown", refusal.ErrorId);
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_images_of_a_golden_case_are_kubeadms(string folder)
    {
        var golden = new GoldenCase(folder);

        Assert.Equal(golden.Images, ImagesOf(golden));
    }

    /// <summary>The images we list for a case.</summary>
    internal static IEnumerable<string> ImagesOf(GoldenCase golden)
    {
        KubeadmEtcdConfig config = golden.Config();
        var topology = new EtcdTopology
        {
            Members = [],
            KubernetesVersion = config.KubernetesVersion!,
            ImageRepository = config.ImageRepository,
            ImageTag = config.ImageTag,
        };
        return KubeadmImages.All(topology, config.ClusterImageRepository, golden.Kubeadm).Select(i => i.Image);
    }

    /// <summary>The manifests of real clusters, and for each what we write for the versions it can be of.</summary>
    internal static IEnumerable<(string File, int Minor, string Expected, IReadOnlyList<string> Written)> PublicOnes() =>
        from file in PublicManifests
        where Minors(file)[^1] >= FirstMinor
        let expected = Golden.Text("public/" + file)
        select (file, Minors(file)[0], expected, (IReadOnlyList<string>)[.. Versions(file, expected).Select(v => EtcdPodWriter.Write(EtcdPodSpec.Of(ConfigOf(expected, v))))]);

    /// <summary>Equal byte for byte from 1.22 on; before, as documents.</summary>
    internal static bool AreEqual(string expected, string actual, int minor) =>
        expected == actual || (minor < FirstExactMinor && Parse(expected).Equals(Parse(actual)));

    // From 1.22 on byte for byte; before, the documents are equal.
    private static void AssertEqual(string expected, string actual, int minor)
    {
        if (minor >= FirstExactMinor)
        {
            Assert.Equal(expected, actual);
        }
        else if (!AreEqual(expected, actual, minor))
        {
            Assert.Fail($"Expected:\n{expected}\nActual:\n{actual}");
        }
    }

    private static YamlNode Parse(string manifest)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(manifest));
        return Assert.Single(yaml.Documents).RootNode;
    }

    // What the file name says, 1.29.0 or 1.17 or 1.22-1.24; of a minor without patch, every patch that has the manifest's image.
    private static IEnumerable<KubernetesVersion> Versions(string file, string manifest)
    {
        Match name = Name().Match(file);
        if (name.Groups["patch"].Success)
        {
            return [KubernetesVersion.Parse($"1.{name.Groups["minor"].Value}.{name.Groups["patch"].Value}")];
        }

        string image = Regex.Match(manifest, "image: (.*)").Groups[1].Value;
        return from release in KubernetesReleases.All
               where release.Minor >= Minors(file)[0] && release.Minor <= Minors(file)[^1]
               from patch in Enumerable.Range(0, release.CheckedPatch + 1)
               where $"{release.ImageRepository(patch)}/etcd:{release.EtcdTag(patch)}" == image
               select new KubernetesVersion(1, release.Minor, patch);
    }

    private static int[] Minors(string file) =>
        [.. Name().Match(file).Groups is var g ? new[] { g["minor"], g["last"] }.Where(m => m.Success).Select(m => int.Parse(m.Value, CultureInfo.InvariantCulture)) : []];

    private static Regex Name() => new(@"k8s1\.(?<minor>[0-9]+)(\.(?<patch>[0-9]+))?(-1\.(?<last>[0-9]+))?-", RegexOptions.ExplicitCapture);

    // kubeadm's own defaults: only name and address are the cluster's.
    private static KubeadmEtcdConfig ConfigOf(string manifest, KubernetesVersion version) => new()
    {
        ApiVersion = "v1beta4",
        NodeName = Regex.Match(manifest, "- --name=(.*)").Groups[1].Value,
        AdvertiseAddress = Regex.Match(manifest, "- --advertise-client-urls=https://(.*):2379").Groups[1].Value,
        KubernetesVersion = version.ToString(),
    };
}
