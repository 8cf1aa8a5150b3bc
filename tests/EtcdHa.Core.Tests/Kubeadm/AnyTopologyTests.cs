using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Pki;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Tests.Topology;
using EtcdHa.Core.Topology;
using FsCheck;
using FsCheck.Fluent;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.Kubeadm;

/// <summary>What must hold for every topology, in every Kubernetes version and every API version its kubeadm reads.</summary>
public sealed class AnyTopologyTests
{
    public static TheoryData<string, string> Versions => AnyTopology.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_topology_comes_back_from_its_configurations(string version, string api) => AnyTopology.Check(version, api, topology =>
    {
        string[] written = [.. topology.Members.Select(m => KubeadmConfigWriter.Write(topology, m))];

        EtcdTopology again = KubeadmConfigImport.Read([.. written.Select((t, i) => new KubeadmConfigText($"{i}.yaml", t))], null).Topology;

        Assert.Equal(written, again.Members.Select(m => KubeadmConfigWriter.Write(again, m)));
        foreach ((EtcdMember before, EtcdMember after) in topology.Members.Zip(again.Members))
        {
            Assert.Equal(EtcdManifest.Write(topology, before), EtcdManifest.Write(again, after));
            Assert.Equal(KubeadmCertificates.LeavesOf(topology, before).Select(Shown), KubeadmCertificates.LeavesOf(again, after).Select(Shown));
        }

        Assert.Equal(
            (topology.KeyAlgorithm, topology.CertificateValidity, topology.CaCertificateValidity),
            (again.KeyAlgorithm, again.CertificateValidity, again.CaCertificateValidity));
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void A_topology_comes_back_from_its_file(string version, string api) => AnyTopology.Check(version, api, topology =>
        Assert.Equal(TopologyFile.Write(topology), TopologyFile.Write(TopologyFile.Read(TopologyFile.Write(topology), "f"))));

    [Theory]
    [MemberData(nameof(Versions))]
    public void Another_yaml_reader_finds_in_a_configuration_what_was_put_in(string version, string api) => AnyTopology.Check(version, api, topology =>
    {
        KubeadmEtcdConfig config = KubeadmEtcdConfig.Of(topology, topology.Members[0]);
        YamlDocument[] documents = [.. Load(KubeadmConfigWriter.Write(topology, topology.Members[0]))];
        YamlNode local = documents[1].RootNode["etcd"]["local"];

        Assert.Equal(config.NodeName, Text(documents[0].RootNode["nodeRegistration"], "name"));
        Assert.Equal(config.AdvertiseAddress, Text(documents[0].RootNode["localAPIEndpoint"], "advertiseAddress"));
        Assert.Equal(config.KubernetesVersion, Text(documents[1].RootNode, "kubernetesVersion"));
        Assert.Equal(config.CertificatesDirectory, Text(documents[1].RootNode, "certificatesDir"));
        Assert.Equal(config.EncryptionAlgorithm, Text(documents[1].RootNode, "encryptionAlgorithm"));
        Assert.Equal(config.DataDirectory, Text(local, "dataDir"));
        Assert.Equal(config.ImageRepository, Text(local, "imageRepository"));
        Assert.Equal(config.ImageTag, Text(local, "imageTag"));
        Assert.Equal(config.ServerCertSans, local["serverCertSANs"].AsSequence().Select(s => s.ToString()));
        Assert.Equal(config.PeerCertSans, local["peerCertSANs"].AsSequence().Select(s => s.ToString()));
        Assert.Equal(
            config.ExtraArgs,
            local["extraArgs"] is YamlMappingNode map
                ? map.Children.Select(c => new EtcdNameValue(c.Key.ToString(), c.Value.ToString()))
                : local["extraArgs"].AsSequence().Select(a => new EtcdNameValue(Text(a, "name")!, Text(a, "value")!)));
        Assert.Equal(config.ExtraEnvs.Select(e => (e.Name, e.FieldPath ?? e.Value)), Environment(local, "extraEnvs"));
    });

    [Theory]
    [MemberData(nameof(Versions))]
    public void Another_yaml_reader_finds_in_a_manifest_what_was_put_in(string version, string api) => AnyTopology.Check(version, api, topology =>
    {
        EtcdMember member = topology.Members[^1];
        EtcdPodSpec spec = EtcdPodSpec.Of(KubeadmEtcdConfig.Of(topology, member));
        YamlNode pod = Assert.Single(Load(EtcdManifest.Write(topology, member))).RootNode["spec"];
        YamlNode container = pod["containers"][0];

        Assert.Equal(spec.Command, container["command"].AsSequence().Select(a => a.ToString()));
        Assert.Equal(EtcdImage.For(topology), Text(container, "image"));
        Assert.Equal(spec.Environment.Select(e => (e.Name, e.FieldPath ?? e.Value)), Environment(container, "env"));
        Assert.Equal([topology.DataDirectory, topology.CertificatesDirectory + "/etcd"], container["volumeMounts"].AsSequence().Select(m => Text(m, "mountPath")));
        Assert.Equal([topology.CertificatesDirectory + "/etcd", topology.DataDirectory], pod["volumes"].AsSequence().Select(v => Text(v["hostPath"], "path")));
        if (spec.Shape.ListensForMetrics)
        {
            Assert.Equal(spec.ProbeEndpoint.Host, Text(container["livenessProbe"]["httpGet"], "host"));
        }
        else
        {
            Assert.Equal(spec.ProbeCommand, container["livenessProbe"]["exec"]["command"][2].ToString());
        }
    });

    [Theory]
    [InlineData("v1.30.14", "v1beta3")]
    [InlineData("v1.36.3", "v1beta4")]
    public void Another_yaml_reader_finds_in_an_external_configuration_what_was_put_in(string version, string api) => AnyTopology.Check(version, api, topology =>
    {
        EtcdExternalConfig config = ExternalConfigWriter.Write(topology, version, api, topology.DataDirectory, topology.CertificatesDirectory, "/k");
        YamlNode external = Assert.Single(Load(config.Content)).RootNode["etcd"]["external"];

        Assert.Equal(topology.Members.Select(m => m.ClientUrl(topology)), external["endpoints"].AsSequence().Select(e => e.ToString()));
        Assert.Equal([topology.DataDirectory, topology.CertificatesDirectory, "/k"], new[] { "caFile", "certFile", "keyFile" }.Select(k => Text(external, k)));
    });

    [Fact]
    public void Another_yaml_reader_finds_in_a_kubelet_configuration_what_was_put_in() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261124UL, 5UL),
        Prop.ForAll(AnyTopology.Texts.ToArbitrary(), text =>
        {
            YamlNode written = Assert.Single(Load(KubeletFiles.Configuration(new("/m" + text), new(ContainerRuntimeEndpoint: text)))).RootNode;

            Assert.Equal(["/m" + text, text, "systemd"], new[] { "staticPodPath", "containerRuntimeEndpoint", "cgroupDriver" }.Select(k => Text(written, k)));
        }));

    [Fact]
    public void Sans_in_canonical_form_stay_as_they_are_and_names_come_in_one_order() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20261124UL, 7UL),
        Prop.ForAll(SanLists.ToArbitrary(), given =>
        {
            var (names, addresses) = SubjectAlternativeNames.Canonical([], [], given, asGiven: false);
            string[] canonical = [.. names, .. addresses.Select(IpLiteral.Format)];
            var again = SubjectAlternativeNames.Canonical([], [], canonical, asGiven: false);
            var reversed = SubjectAlternativeNames.Canonical([], [], given.Reverse(), asGiven: false);

            Assert.Equal(names, again.DnsNames);
            Assert.Equal(addresses, again.Addresses);

            // kubeadm sorts names; addresses stay in the order given.
            Assert.Equal(names, reversed.DnsNames);
            Assert.Equal(addresses.ToHashSet(), [.. reversed.Addresses]);
            Assert.Equal(addresses.Distinct(), addresses);
        }));

    [Fact]
    public void A_san_of_a_topology_in_canonical_form_stays_as_it_is() => FsCheck.Check.One(
        Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20261124UL, 9UL),
        Prop.ForAll(SanLists.ToArbitrary(), given => Assert.All(given.Where(s => !s.StartsWith('0')).Select(SettingsRules.CanonicalSan), s => Assert.Equal(s, SettingsRules.CanonicalSan(s)))));

    private static Gen<string[]> SanLists
    {
        get
        {
            Gen<string> ipv4 = Gen.Choose(0, 255).ListOf(4).Select(b => string.Join('.', b));
            Gen<string> ipv6 = Gen.Elements("0", "00", "A", "00fe", "ffff", "1").ListOf(8).Select(g => string.Join(':', g));
            Gen<string> some = Gen.Elements("a.example.com", "*.b.c", "z", "0.1", "1.2.3", "::1", "::", "1::", "::FFFF:10.0.0.6", "fd00::10.0.0.6", "010.0.0.6");
            return Gen.OneOf(ipv4, ipv6, some).ListOf().Select(l => l.ToArray());
        }
    }

    private static string Shown(CertificateProfile profile) =>
        $"{profile.Name} {profile.CommonName} {profile.Organization} {string.Join(' ', profile.DnsNames)} {string.Join(' ', profile.IPAddresses)} {profile.ServerAuth} {profile.ClientAuth}";

    private static IList<YamlDocument> Load(string text)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(text));
        return stream.Documents;
    }

    private static string? Text(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(key, out YamlNode? value) ? ((YamlScalarNode)value).Value : null;

    private static IEnumerable<(string Name, string Value)> Environment(YamlNode node, string key) =>
        ((YamlMappingNode)node).Children.TryGetValue(key, out YamlNode? list)
            ? list.AsSequence().Select(e => (Text(e, "name")!, Text(e, "value") ?? (((YamlMappingNode)e).Children.ContainsKey("valueFrom") ? Text(e["valueFrom"]["fieldRef"], "fieldPath")! : "")))
            : [];
}

internal static class YamlNodes
{
    public static YamlSequenceNode AsSequence(this YamlNode node) => (YamlSequenceNode)node;
}
