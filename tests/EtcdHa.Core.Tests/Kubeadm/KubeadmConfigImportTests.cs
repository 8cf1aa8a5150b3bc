using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Tests.Topology;
using EtcdHa.Core.Topology;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Kubeadm;

public sealed class KubeadmConfigImportTests
{
    [Theory]
    [InlineData("kubeadm-1.36.3")]
    [InlineData("kubeadm-1.32.13")]
    public void The_pages_three_files_become_the_pages_topology(string version)
    {
        ValidatedTopology read = Read([.. Enumerable.Range(0, 3).Select(i => Golden.Text($"{version}/infra{i}/config.yaml"))]);

        EtcdTopology page = TopologyRules.Validate(Samples.Page("v" + version["kubeadm-".Length..])).Topology;
        Assert.Equal(TopologyFile.Write(page), TopologyFile.Write(read.Topology));
        Assert.DoesNotContain(read.Warnings, w => w.Contains("No file", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kubeadm-1.36.3/infra1")]
    [InlineData("kubeadm-1.36.3/ipv6")]
    [InlineData("kubeadm-1.36.3/old-v1beta3")]
    [InlineData("kubeadm-1.31.14/infra0")]
    public void One_file_names_all_three_members(string golden)
    {
        string text = Golden.Text(golden + "/config.yaml");

        ValidatedTopology read = Read(text);

        Assert.Equal(["infra0", "infra1", "infra2"], read.Topology.Members.Select(m => m.Name));
        Assert.Contains(read.Warnings, w => w.Contains("No file of infra", StringComparison.Ordinal));
        EtcdMember member = read.Topology.Members.Single(m => text.Contains($"    name: {m.Name}\n", StringComparison.Ordinal));
        Assert.Equal(text, KubeadmConfigWriter.Write(read.Topology, member));
    }

    [Theory]
    [MemberData(nameof(GoldenCase.Readable), MemberType = typeof(GoldenCase))]
    public void Every_configuration_kubeadm_was_given_becomes_a_topology_or_is_refused_with_a_reason(string golden)
    {
        string text = Golden.Text(golden + "/config.yaml");
        try
        {
            ValidatedTopology read = Read(text);

            KubeadmEtcdConfig config = KubeadmConfigReader.Read(text, "config.yaml").Config;
            EtcdMember member = read.Topology.Members.Single(m => m.Name == config.NodeName);
            Assert.Equal(config.AdvertiseAddress, member.Address);
            Assert.Equal(config.ServerCertSans.Append(member.Address).ToHashSet(), [.. CertificateSans.Server(read.Topology, member)]);
            Assert.Equal(config.PeerCertSans.Append(member.Address).ToHashSet(), [.. CertificateSans.Peer(read.Topology, member)]);
        }
        catch (EtcdTopologyException e)
        {
            // Two URLs of one listener, a variable of a flag that the manifest sets, an image that does not start: no topology has these.
            Assert.Contains(e.ErrorId, new[] { "KubeadmConfigNotTopology", "ExtraEnvShadowed", "ImageTagIncompatible", "ExtraArgOwned" });
        }
    }

    [Theory]
    [InlineData("v1.14.10", "v1beta1")]
    [InlineData("v1.20.2", "v1beta2")]
    [InlineData("v1.30.14", "v1beta3")]
    [InlineData("v1.36.3", "v1beta3")]
    [InlineData("v1.36.3", "v1beta4")]
    public void A_topology_comes_back_from_every_api_version(string version, string api) => Prop.ForAll(Topologies(version, api).ToArbitrary(), topology =>
    {
        EtcdTopology valid = TopologyRules.Validate(topology).Topology;
        string[] written = [.. valid.Members.Select(m => KubeadmConfigWriter.Write(valid, m))];

        EtcdTopology again = Read(written).Topology;

        Assert.Equal(written, again.Members.Select(m => KubeadmConfigWriter.Write(again, m)));
        Assert.Equal(TopologyFile.Write(valid), TopologyFile.Write(again));
    }).QuickCheckThrowOnFailure();

    [Fact]
    public void A_ports_of_one_member_alone_stays_its_own()
    {
        EtcdTopology topology = TopologyRules.Validate(Samples.Page() with
        {
            Members = [new("infra0", "10.0.0.6"), new("infra1", "10.0.0.7") { ClientPort = 3379, PeerPort = 3380, MetricsPort = 3381, ServerCertSan = ["b.example.com"] }],
        }).Topology;

        EtcdTopology again = Read([.. topology.Members.Select(m => KubeadmConfigWriter.Write(topology, m))]).Topology;

        Assert.Equal(TopologyFile.Write(topology), TopologyFile.Write(again));
    }

    [Theory]
    [InlineData("v1beta1")]
    [InlineData("v1beta2")]
    public void The_old_pages_shape_is_read_with_a_warning_of_its_certificates(string api)
    {
        EtcdTopology topology = TopologyRules.Validate(Samples.Page("v1.20.2") with { KubeadmApiVersion = api }).Topology;

        ValidatedTopology read = Read([.. topology.Members.Select(m => KubeadmConfigWriter.Write(topology, m, clusterConfigurationOnly: true))]);

        Assert.Equal(TopologyFile.Write(topology), TopologyFile.Write(read.Topology));
        Assert.Contains(read.Warnings, w => w.Contains("website#31287", StringComparison.Ordinal));
    }

    [Fact]
    public void A_loopback_listener_besides_is_a_warning()
    {
        string text = Golden.Text("kubeadm-1.36.3/infra0/config.yaml")
            .Replace("value: https://10.0.0.6:2379", "value: https://10.0.0.6:2379,https://127.0.0.1:2379", StringComparison.Ordinal)
            .Replace("name: advertise-client-urls\n          value: https://10.0.0.6:2379,https://127.0.0.1:2379", "name: advertise-client-urls\n          value: https://10.0.0.6:2379", StringComparison.Ordinal);

        Assert.Contains(Read(text).Warnings, w => w.Contains("https://127.0.0.1:2379 besides", StringComparison.Ordinal));
    }

    [Fact]
    public void Another_kubernetes_version_brings_an_old_file_to_an_api_version_that_is_read()
    {
        ValidatedTopology read = KubeadmConfigImport.Read([new("a.yaml", Golden.Text("kubeadm-1.20.2/old-v1beta1/config.yaml"))], "v1.36.3");

        Assert.Equal("v1beta4", read.Topology.KubeadmApiVersion);
        Assert.Contains(read.Warnings, w => w.Contains("does not read v1beta1", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36.2", "kubernetesVersion")]
    [InlineData("infra2=https://10.0.0.8:2380", "infra2=https://10.0.0.9:2380", "initial-cluster")]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36.3\ncertificatesDir: /etc/etcd/pki", "certificatesDir")]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36.3\nencryptionAlgorithm: ECDSA-P256", "encryptionAlgorithm")]
    [InlineData("        - name: initial-cluster-state", "        - name: log-level\n          value: debug\n        - name: initial-cluster-state", "extraArgs")]
    public void Files_that_contradict_each_other_are_refused_naming_both(string old, string changed, string what)
    {
        string second = Golden.Text("kubeadm-1.36.3/infra1/config.yaml").Replace(old, changed, StringComparison.Ordinal);

        EtcdTopologyException error = Refused("KubeadmConfigContradiction", Golden.Text("kubeadm-1.36.3/infra0/config.yaml"), second);

        Assert.Contains("0.yaml and 1.yaml contradict each other in " + what, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("initial-cluster\n          value: infra0=https://10.0.0.6:2380", "initial-cluster\n          value: infra0=http://10.0.0.6:2380", "KubeadmConfigNotTopology")]
    [InlineData("infra1=https://10.0.0.7:2380", "infra1=https://etcd1.example.com:2380", "KubeadmConfigMemberAddressUnknown")]
    [InlineData("infra1=https://10.0.0.7:2380", "infra0=https://10.0.0.7:2380", "KubeadmConfigNotTopology")]
    [InlineData("value: new", "value: existing", "KubeadmConfigNotTopology")]
    [InlineData("advertiseAddress: 10.0.0.6", "advertiseAddress: 10.0.0.5", "KubeadmConfigNotTopology")]
    [InlineData("listen-peer-urls\n          value: https://10.0.0.6:2380", "listen-peer-urls\n          value: https://0.0.0.0:2380", "KubeadmConfigNotTopology")]
    [InlineData("value: infra0\n", "value: other\n", "KubeadmConfigNotTopology")]
    [InlineData("    name: infra0\nlocal", "    name: infra9\nlocal", "KubeadmConfigMemberNotInCluster")]
    [InlineData("kubernetesVersion: v1.36.3\n", "", "KubeadmConfigVersionMissing")]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: stable", "KubernetesVersionInvalid")]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36.3\nencryptionAlgorithm: ED25519", "KubeadmConfigAlgorithmUnknown")]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36.3\ncertificateValidityPeriod: 0s", "ValidityInvalid")]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36.3\ncertificateValidityPeriod: -1h", "ValidityInvalid")]
    [InlineData("kubernetesVersion: v1.36.3", "kubernetesVersion: v1.36.3\ncaCertificateValidityPeriod: 1h", "ValidityInvalid")]
    [InlineData("serverCertSANs:\n        - \"10.0.0.6\"", "serverCertSANs:\n        - Infra0", "SanInvalid")]
    [InlineData("    local:\n", "    local:\n        dataDir: relative/dir\n", "PathNotAbsolute")]
    [InlineData("name: initial-cluster-state", "name: client-cert-auth", "ExtraArgOwned")]
    public void What_a_topology_cannot_say_or_kubeadm_accepts_without_sense_is_refused(string old, string changed, string errorId)
    {
        string page = Golden.Text("kubeadm-1.36.3/infra0/config.yaml");
        Assert.Contains(old, page, StringComparison.Ordinal);

        Refused(errorId, page.Replace(old, changed, StringComparison.Ordinal));
    }

    [Fact]
    public void Two_files_of_one_member_are_refused()
    {
        string text = Golden.Text("kubeadm-1.36.3/infra0/config.yaml");

        EtcdTopologyException error = Refused("KubeadmConfigMemberTwice", text, text);

        Assert.Contains("0.yaml and 1.yaml are both for member 'infra0'", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("apiVersion: kubeadm.k8s.io/v1beta4\nkind: ClusterConfiguration\nkubernetesVersion: v1.36.3\n")]
    [InlineData("apiVersion: kubeadm.k8s.io/v1beta4\nkind: InitConfiguration\nnodeRegistration: {name: infra0}\n")]
    public void A_file_that_leaves_member_or_address_to_the_machine_is_refused(string text) => Refused("KubeadmConfigMemberUnnamed", text);

    private static ValidatedTopology Read(params string[] texts) =>
        KubeadmConfigImport.Read([.. texts.Select((t, i) => new KubeadmConfigText($"{i}.yaml", t))], null);

    private static EtcdTopologyException Refused(string errorId, params string[] texts)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => Read(texts));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }

    // Topologies of three members whose every value stands in their configurations.
    private static Gen<EtcdTopology> Topologies(string version, string api)
    {
        bool isNew = api == "v1beta4";
        return
            from isIPv6 in Gen.Elements(true, false)
            from ports in Gen.Elements((2379, 2380, 2381), (3379, 3380, 3381), (12379, 2380, 2381))
            from own in Gen.Elements<string[]>([], ["a.example.com"], ["192.0.2.7", "*.b.example.com"])
            from common in Gen.Elements<string[]>([], ["etcd.example.com"], ["192.0.2.1", "c.example.com"])
            from token in Gen.Elements(null, "etcd-cluster-1", "123")
            from data in Gen.Elements("/var/lib/etcd", "/data/etcd dir", "/0x10/yes")
            from repository in Gen.Elements(null, "registry.example.com:5000/k8s")
            from timeout in Gen.Elements(4, 10)
            from argument in Gen.Elements("", "1e3", "yes", "a: b #c", "two\nlines", "\u00e4")
            from algorithm in isNew ? Gen.Elements(EtcdKeyAlgorithm.Rsa2048, EtcdKeyAlgorithm.EcdsaP256) : Gen.Constant(EtcdKeyAlgorithm.Rsa2048)
            from leaf in isNew ? Gen.Elements(8760, 100) : Gen.Constant(8760)
            from environment in isNew ? Gen.Elements<EtcdEnvironmentVariable[]>([], [new("GOMAXPROCS", "2"), new() { Name = "IP", FieldPath = "status.podIP" }]) : Gen.Constant<EtcdEnvironmentVariable[]>([])
            let address = isIPv6 ? "fd00:10::" : "10.0.0."
            select new EtcdTopology
            {
                KubernetesVersion = version,
                KubeadmApiVersion = api,
                Members =
                [
                    new("infra0", address + "6") { ServerCertSan = own },
                    new("infra1", address + "7") { PeerCertSan = own },
                    new("infra2", address + "8") { ServerCertSan = ["only-here.example.com"] },
                ],
                ClientPort = ports.Item1,
                PeerPort = ports.Item2,
                MetricsPort = ports.Item3,
                ServerCertSan = common,
                PeerCertSan = common,
                InitialClusterToken = token,
                DataDirectory = data,
                ImageRepository = repository,
                HealthCheckTimeout = TimeSpan.FromMinutes(timeout),
                ExtraArg = argument.Length == 0 ? [] : [new("aa-last", argument), new("max-wals", "7")],
                KeyAlgorithm = algorithm,
                CertificateValidity = TimeSpan.FromHours(leaf),
                ExtraEnv = environment,
            };
    }
}
