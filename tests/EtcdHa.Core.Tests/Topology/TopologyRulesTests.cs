using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests.Topology;

public sealed class TopologyRulesTests
{
    [Fact]
    public void The_pages_topology_with_a_token_passes_unchanged_and_without_warnings()
    {
        EtcdTopology topology = Samples.Page() with { InitialClusterToken = "etcd-cluster-1" };

        ValidatedTopology validated = TopologyRules.Validate(topology);

        Assert.Empty(validated.Warnings);
        Assert.Equal(TopologyFile.Write(topology), TopologyFile.Write(validated.Topology));
    }

    [Fact]
    public void Addresses_versions_and_paths_come_back_in_canonical_form()
    {
        EtcdTopology topology = Samples.Page() with
        {
            KubernetesVersion = "1.36.3",
            DataDirectory = "/var/lib/etcd/",
            Members = [new("infra0", "FD00:0010::0006") { ServerCertSan = ["FD00:0:0:0::1"] }],
            PeerCertSan = ["2001:DB8:0:0:1:0:0:1"],
        };

        EtcdTopology canonical = TopologyRules.Validate(topology).Topology;

        Assert.Equal("v1.36.3", canonical.KubernetesVersion);
        Assert.Equal("/var/lib/etcd", canonical.DataDirectory);
        Assert.Equal("fd00:10::6", canonical.Members[0].Address);
        Assert.Equal(["fd00::1"], canonical.Members[0].ServerCertSan);
        Assert.Equal(["2001:db8::1:0:0:1"], canonical.PeerCertSan);
    }

    [Theory]
    [InlineData("infra_0", "infra-0")]
    [InlineData("Infra0", "infra0")]
    [InlineData("-infra0-", "infra0")]
    [InlineData("infra0.", "infra0")]
    [InlineData("", "infra0")]
    [InlineData("10.0.0.7", "infra0")]
    public void A_name_that_is_no_subdomain_is_refused_with_one_that_is(string name, string suggestion)
    {
        EtcdTopologyException error = RefusedMember(new(name, "10.0.0.6"), "MemberNameInvalid");

        Assert.Contains($"for example {suggestion}.", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Equal(name, error.Subject);
    }

    [Theory]
    [InlineData("localhost")]
    [InlineData("pki")]
    public void A_name_that_clashes_with_certificates_or_staging_is_refused(string name) =>
        RefusedMember(new(name, "10.0.0.6"), "MemberNameReserved");

    [Theory]
    [InlineData("infra0.example.com")]
    [InlineData("0")]
    [InlineData("10.0.0.6")]
    public void A_subdomain_or_the_members_own_address_is_a_name(string name) =>
        Assert.Equal(name, TopologyRules.ValidateMember(new(name, "10.0.0.6")).Name);

    [Theory]
    [InlineData("etcd0.example.com", "MemberAddressInvalid")]
    [InlineData("10.0.0.06", "MemberAddressInvalid")]
    [InlineData("10.6", "MemberAddressInvalid")]
    [InlineData("0x0a000006", "MemberAddressInvalid")]
    [InlineData("[fd00::6]", "MemberAddressInvalid")]
    [InlineData("[fd00::6]:22", "MemberAddressInvalid")]
    [InlineData("fe80::6%eth0", "MemberAddressInvalid")]
    [InlineData("10.0.0.6 ", "MemberAddressInvalid")]
    [InlineData("", "MemberAddressInvalid")]
    [InlineData("::ffff:10.0.0.6", "MemberAddressMapped")]
    [InlineData("127.0.0.2", "MemberAddressLoopback")]
    [InlineData("::1", "MemberAddressLoopback")]
    [InlineData("0.0.0.0", "MemberAddressUnspecified")]
    [InlineData("::", "MemberAddressUnspecified")]
    [InlineData("224.0.0.1", "MemberAddressNotGlobalUnicast")]
    [InlineData("ff02::1", "MemberAddressNotGlobalUnicast")]
    [InlineData("169.254.1.1", "MemberAddressNotGlobalUnicast")]
    [InlineData("fe80::6", "MemberAddressNotGlobalUnicast")]
    [InlineData("255.255.255.255", "MemberAddressNotGlobalUnicast")]
    public void Fault28_An_address_kubeadm_or_etcd_cannot_use_is_refused(string address, string errorId) =>
        Assert.Equal("infra0", RefusedMember(new("infra0", address), errorId).Subject);

    [Fact]
    public void A_dns_name_as_address_is_told_where_it_belongs()
    {
        EtcdTopologyException error = RefusedMember(new("infra0", "etcd0.example.com"), "MemberAddressInvalid");

        Assert.Contains("ServerCertSan", error.RecommendedAction, StringComparison.Ordinal);
        Assert.Contains("SSH target", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public void Fault28_Members_must_differ_in_name_address_and_ssh_target()
    {
        Refused(t => t with { Members = [new("a", "10.0.0.6"), new("a", "10.0.0.7")] }, "MemberNameDuplicate");
        Refused(t => t with { Members = [new("a", "fd00::6"), new("b", "FD00:0::6")] }, "MemberAddressDuplicate");
        Refused(t => t with { Members = [new("a", "10.0.0.6") { ClientPort = 12379 }, new("b", "10.0.0.6")] }, "MemberAddressDuplicate");
        Refused(t => t with { Members = [new("a", "10.0.0.6"), new("b", "10.0.0.7") { SshTarget = new("ubuntu@10.0.0.6") }] }, "MemberSshTargetDuplicate");
        Refused(t => t with { Members = [new("a", "10.0.0.6") { SshTarget = new("Jump:2201") }, new("b", "10.0.0.7") { SshTarget = new("jump:2201") }] }, "MemberSshTargetDuplicate");
        Accepted(t => t with { Members = [new("a", "10.0.0.6") { SshTarget = new("jump:2201") }, new("b", "10.0.0.7") { SshTarget = new("jump:2202") }] });
    }

    [Fact]
    public void Fault28_Mixed_address_families_are_refused_with_both_members_named()
    {
        EtcdTopologyException error = Refused(t => t with { Members = [new("a", "10.0.0.6"), new("b", "fd00::7")] }, "MemberAddressFamilyMixed");

        Assert.Contains("a", error.Message, StringComparison.Ordinal);
        Assert.Contains("fd00::7", error.Message, StringComparison.Ordinal);
        Assert.Equal("b", error.Subject);
    }

    [Fact]
    public void Ports_are_in_range_and_differ()
    {
        Refused(t => t with { ClientPort = 0 }, "PortInvalid");
        Refused(t => t with { PeerPort = 65536 }, "PortInvalid");
        Refused(t => t with { Ssh = new() { Port = -1 } }, "PortInvalid");
        RefusedMember(new("infra0", "10.0.0.6") { MetricsPort = 70000 }, "PortInvalid");
        Refused(t => t with { ClientPort = 2380 }, "PortDuplicate");
        Refused(t => t with { Members = [new("infra0", "10.0.0.6") { PeerPort = 2381 }] }, "PortDuplicate");
        Accepted(t => t with { Members = [new("infra0", "10.0.0.6") { ClientPort = 2380, PeerPort = 2379 }] });
    }

    [Theory]
    [InlineData("1.36", "KubernetesVersionInvalid")]
    [InlineData("stable-1", "KubernetesVersionInvalid")]
    [InlineData("v1.36.0-rc.1", "KubernetesVersionInvalid")]
    [InlineData("v1.036.0", "KubernetesVersionInvalid")]
    [InlineData("v1.37.0", "KubernetesVersionUnknown")]
    [InlineData("v1.12.10", "KubernetesVersionUnknown")]
    [InlineData("v2.36.0", "KubernetesVersionUnknown")]
    public void A_version_that_is_not_known_exactly_is_refused(string version, string errorId) =>
        Refused(t => t with { KubernetesVersion = version }, errorId);

    [Fact]
    public void An_unknown_version_lists_the_known_ones() =>
        Assert.Contains("1.31, 1.32, 1.33, 1.34, 1.35, 1.36", Refused(t => t with { KubernetesVersion = "v1.99.0" }, "KubernetesVersionUnknown").RecommendedAction, StringComparison.Ordinal);

    [Fact]
    public void A_patch_newer_than_any_compared_is_a_warning() =>
        Assert.Contains(Accepted(t => t with { KubernetesVersion = "v1.36.4" }), w => w.Contains("etcd:3.6.8-0", StringComparison.Ordinal));

    [Theory]
    [InlineData("v1.36.3", "v1beta2", "KubeadmApiVersionTooOld", "1.26", "v1beta4 or v1beta3")]
    [InlineData("v1.22.17", "v1beta1", "KubeadmApiVersionTooOld", "1.21", "v1beta3 or v1beta2")]
    [InlineData("v1.20.2", "v1beta4", "KubeadmApiVersionTooNew", "1.31", "v1beta2 or v1beta1")]
    [InlineData("v1.36.3", "v1", "KubeadmApiVersionUnknown", "v1beta1, v1beta2, v1beta3, v1beta4", "v1beta4 or v1beta3")]
    public void An_api_version_that_this_kubeadm_does_not_read_is_refused_with_the_bound_and_what_to_take(
        string version, string api, string errorId, string bound, string instead)
    {
        EtcdTopologyException error = Refused(t => t with { KubernetesVersion = version, KubeadmApiVersion = api }, errorId);

        Assert.Contains(bound, error.Message, StringComparison.Ordinal);
        Assert.Contains(instead, error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("v1.13.12", "v1beta1")]
    [InlineData("v1.20.2", "v1beta2")]
    [InlineData("v1.30.14", "v1beta3")]
    [InlineData("v1.31.14", "v1beta4")]
    [InlineData("v1.36.3", "v1beta4")]
    public void The_newest_api_version_that_kubeadm_reads_is_taken_when_none_is_given(string version, string api) =>
        Assert.Equal(api, TopologyRules.Validate(Samples.Page(version)).Topology.KubeadmApiVersion);

    [Fact]
    public void What_an_older_api_version_has_no_field_for_is_refused_and_never_left_out()
    {
        Func<EtcdTopology, EtcdTopology>[] changes =
        [
            t => t with { KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP256 },
            t => t with { KeyAlgorithm = EtcdKeyAlgorithm.Rsa3072 },
            t => t with { CertificateValidity = TimeSpan.FromHours(100) },
            t => t with { CaCertificateValidity = TimeSpan.FromHours(8760) },
            t => t with { ExtraEnv = [new("GOMAXPROCS", "2")] },
            t => t with { ExtraArg = [new("cipher-suites", "a"), new("cipher-suites", "b")] },
        ];
        Assert.All(changes, change =>
        {
            EtcdTopologyException error = Refused(t => change(t with { KubeadmApiVersion = "v1beta3" }), "KubeadmApiVersionCannotSay");
            Assert.Contains("v1beta4", error.RecommendedAction, StringComparison.Ordinal);
            Accepted(t => change(t with { KubeadmApiVersion = "v1beta4" }));
        });
    }

    [Theory]
    [InlineData(0)]
    [InlineData(-1)]
    [InlineData(9_000_000_000)]
    public void A_health_check_timeout_that_no_probe_could_keep_is_refused(long minutes) =>
        Refused(t => t with { HealthCheckTimeout = TimeSpan.FromMinutes(minutes) }, "HealthCheckTimeoutInvalid");

    [Theory]
    [InlineData("status.podIP", "")]
    [InlineData("metadata.labels['tier']", "")]
    [InlineData("spec.nodeName", "")]
    public void A_variable_takes_its_value_from_a_field_of_the_pod(string path, string value) =>
        Accepted(t => t with { ExtraEnv = [new("FROM_FIELD", value) { FieldPath = path }] });

    [Theory]
    [InlineData("status.phase", "")]
    [InlineData("", "")]
    [InlineData("metadata.labels", "")]
    [InlineData("status.podIP", "10.0.0.6")]
    public void A_field_the_kubelet_does_not_look_up_and_a_second_value_are_refused(string path, string value) =>
        Refused(t => t with { ExtraEnv = [new("FROM_FIELD", value) { FieldPath = path }] }, "ExtraEnvFieldInvalid");

    [Theory]
    [InlineData("v1.36.3", "3.5.24-0")]
    [InlineData("v1.34.9", "3.5.10-0")]
    [InlineData("v1.31.14", "3.5.10-0")]
    [InlineData("v1.31.14", "3.4.28-0")]
    [InlineData("v1.33.13", "3.7.0-0")]
    public void An_image_whose_etcd_cannot_start_with_the_manifest_is_refused(string version, string tag) =>
        Refused(t => t with { KubernetesVersion = version, ImageTag = tag }, "ImageTagIncompatible");

    [Theory]
    [InlineData("v1.36.3", "3.6.0-0")]
    [InlineData("v1.36.3", "v3.7.0")]
    [InlineData("v1.34.9", "3.5.24-0")]
    [InlineData("v1.34.9", "3.7.0-0")]
    [InlineData("v1.31.14", "3.6.8-0")]
    [InlineData("v1.31.14", "3.4.30-0")]
    public void An_image_whose_etcd_knows_the_flags_passes(string version, string tag) =>
        Assert.DoesNotContain(Accepted(t => t with { KubernetesVersion = version, ImageTag = tag }), w => w.Contains("tag", StringComparison.Ordinal));

    [Fact]
    public void A_tag_without_a_version_is_a_warning_and_an_impossible_one_is_refused()
    {
        Assert.Contains(Accepted(t => t with { ImageTag = "latest" }), w => w.Contains("'latest'", StringComparison.Ordinal));
        Refused(t => t with { ImageTag = "3.6.8:0" }, "ImageTagInvalid");
        Refused(t => t with { ImageRepository = "registry.example.com/" }, "ImageRepositoryInvalid");
        Refused(t => t with { ImageRepository = "" }, "ImageRepositoryInvalid");
        Accepted(t => t with { ImageRepository = "registry.example.com:5000/mirror/k8s" });
    }

    [Fact]
    public void Directories_are_absolute_plain_and_apart()
    {
        Refused(t => t with { DataDirectory = "var/lib/etcd" }, "PathNotAbsolute");
        Refused(t => t with { CertificatesDirectory = "" }, "PathNotAbsolute");
        Refused(t => t with { DataDirectory = "/" }, "PathInvalid");
        Refused(t => t with { DataDirectory = "/var/../etc" }, "PathInvalid");
        Refused(t => t with { DataDirectory = "/var//etcd" }, "PathInvalid");
        Refused(t => t with { DataDirectory = "/var/et\ncd" }, "PathInvalid");
        Refused(t => t with { DataDirectory = "/etc/kubernetes/pki/etcd" }, "PathsOverlap");
        Refused(t => t with { DataDirectory = "/etc/kubernetes" }, "PathsOverlap");
        Refused(t => t with { CertificatesDirectory = "/etc/kubernetes/manifests/pki" }, "PathsOverlap");
        Accepted(t => t with { DataDirectory = "/data/etcd dir" });
    }

    [Theory]
    [InlineData("Infra0")]
    [InlineData("a_b")]
    [InlineData("*")]
    [InlineData("a.*.b")]
    [InlineData("192.168.005.5")]
    [InlineData("")]
    [InlineData("https://a")]
    public void A_san_kubeadm_refuses_is_refused(string san)
    {
        Refused(t => t with { ServerCertSan = [san] }, "SanInvalid");
        RefusedMember(new("infra0", "10.0.0.6") { PeerCertSan = [san] }, "SanInvalid");
    }

    [Fact]
    public void The_sans_of_kubeadms_golden_case_pass() =>
        Accepted(t => t with { ServerCertSan = ["infra0.example.com", "*.etcd.example.com", "192.168.5.5", "127.0.0.1", "localhost", "fd00::1"] });

    [Fact]
    public void Validity_is_positive_whole_seconds_and_a_leafs_not_longer_than_the_cas()
    {
        Refused(t => t with { CertificateValidity = TimeSpan.Zero }, "ValidityInvalid");
        Refused(t => t with { CaCertificateValidity = TimeSpan.FromHours(-1) }, "ValidityInvalid");
        Refused(t => t with { CertificateValidity = TimeSpan.FromMilliseconds(1500) }, "ValidityInvalid");
        Refused(t => t with { CaCertificateValidity = TimeSpan.MaxValue }, "ValidityInvalid");
        Refused(t => t with { CertificateValidity = TimeSpan.FromHours(87601) }, "ValidityInvalid");
        Assert.Contains(Accepted(t => t with { CertificateValidity = TimeSpan.FromHours(8761) }), w => w.Contains("8760h", StringComparison.Ordinal));
    }

    [Fact]
    public void P384_needs_kubernetes_1_34()
    {
        Refused(t => t with { KubernetesVersion = "v1.33.13", KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP384 }, "TopologyKeyAlgorithmUnsupported");
        Accepted(t => t with { KubernetesVersion = "v1.34.0", KeyAlgorithm = EtcdKeyAlgorithm.EcdsaP384 });
    }

    [Theory]
    [InlineData("", "x", "ExtraArgInvalid")]
    [InlineData("--quota-backend-bytes", "1", "ExtraArgInvalid")]
    [InlineData("a b", "1", "ExtraArgInvalid")]
    [InlineData("log-level", "a\0b", "ExtraArgInvalid")]
    [InlineData("log-level", "a\u007Fb", "ExtraArgInvalid")]
    [InlineData("log-level", "a\u0085b", "ExtraArgInvalid")]
    [InlineData("log-level", "a\uFFFEb", "ExtraArgInvalid")]
    [InlineData("name", "other", "ExtraArgOwned")]
    [InlineData("data-dir", "/data", "ExtraArgOwned")]
    [InlineData("initial-cluster", "x", "ExtraArgOwned")]
    [InlineData("initial-cluster-token", "x", "ExtraArgOwned")]
    [InlineData("listen-client-urls", "https://0.0.0.0:2379", "ExtraArgOwned")]
    [InlineData("peer-key-file", "/x", "ExtraArgOwned")]
    [InlineData("client-cert-auth", "false", "ExtraArgOwned")]
    [InlineData("config-file", "/etc/etcd.yaml", "ExtraArgOwned")]
    [InlineData("force-new-cluster", "true", "ExtraArgOwned")]
    [InlineData("wal-dir", "/fast/wal", "ExtraArgPathNotMounted")]
    [InlineData("wal-dir", "/var/lib/etcd/../wal", "ExtraArgPathNotMounted")]
    [InlineData("client-crl-file", "/etc/crl.pem", "ExtraArgPathNotMounted")]
    public void An_extra_argument_that_would_contradict_the_topology_is_refused(string name, string value, string errorId) =>
        Assert.Equal(name, Refused(t => t with { ExtraArg = [new(name, value)] }, errorId).Subject);

    [Fact]
    public void Other_extra_arguments_pass_duplicates_included()
    {
        Accepted(t => t with { ExtraArg = [new("quota-backend-bytes", "8589934592"), new("wal-dir", "/var/lib/etcd/wal"), new("dup", "b"), new("dup", "")] });
        Accepted(t => t with { ExtraArg = [new("listen-metrics-urls", "http://0.0.0.0:2381")] });
        Refused(t => t with { MetricsPort = 2391, ExtraArg = [new("listen-metrics-urls", "http://0.0.0.0:2381")] }, "ExtraArgOwned");
        Assert.Contains(Accepted(t => t with { ExtraArg = [new("listen-metrics-urls", "https://[::]:2399")] }), w => w.Contains("probes", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("1A", "ExtraEnvInvalid")]
    [InlineData("", "ExtraEnvInvalid")]
    [InlineData("ETCD_DATA_DIR", "ExtraEnvShadowed")]
    [InlineData("ETCD_SNAPSHOT_COUNT", "ExtraEnvShadowed")]
    [InlineData("ETCD_FEATURE_GATES", "ExtraEnvShadowed")]
    [InlineData("ETCD_INITIAL_CLUSTER_TOKEN", "ExtraEnvShadowed")]
    public void An_environment_variable_that_ends_etcd_is_refused(string name, string errorId) =>
        Refused(t => t with { ExtraEnv = [new(name, "1")] }, errorId);

    [Fact]
    public void Other_environment_variables_pass_each_once()
    {
        Accepted(t => t with { ExtraEnv = [new("GOMAXPROCS", "2"), new("ETCD_LOG_LEVEL", "debug")] });
        Refused(t => t with { ExtraEnv = [new("A", "1"), new("A", "2")] }, "ExtraEnvInvalid");
        Refused(t => t with { ExtraArg = [new("log-level", "info")], ExtraEnv = [new("ETCD_LOG_LEVEL", "debug")] }, "ExtraEnvShadowed");
    }

    [Theory]
    [InlineData("")]
    [InlineData("a b")]
    [InlineData("none")]
    [InlineData("-a")]
    public void A_token_that_would_need_quoting_is_refused(string token) =>
        Refused(t => t with { InitialClusterToken = token }, "InitialClusterTokenInvalid");

    [Fact]
    public void Only_leaving_the_token_out_on_purpose_is_a_warning()
    {
        Assert.Contains(Accepted(t => t with { InitialClusterToken = null }), w => w.Contains("initial-cluster-token", StringComparison.Ordinal));
        Assert.Empty(Accepted(t => t with { InitialClusterToken = null, IsTokenGenerated = true }));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(3, 0)]
    [InlineData(4, 1)]
    [InlineData(5, 0)]
    [InlineData(8, 2)]
    [InlineData(9, 1)]
    public void Sizes_that_gain_no_safety_are_a_warning(int members, int warnings) =>
        Assert.Equal(warnings, Accepted(t => t with { Members = [.. Enumerable.Range(1, members).Select(i => new EtcdMember($"m{i}", $"10.0.0.{i}"))] }).Count);

    [Fact]
    public void No_members_is_refused() => Refused(t => t with { Members = [] }, "TopologyHasNoMembers");

    [Fact]
    public void A_timeout_that_has_passed_is_refused()
    {
        Refused(t => t with { Ssh = new() { ConnectTimeout = TimeSpan.Zero } }, "TimeoutInvalid");
        RefusedMember(new("infra0", "10.0.0.6") { SshTarget = new EtcdSshTarget("h") { ConnectTimeout = TimeSpan.FromSeconds(-1) } }, "TimeoutInvalid");
    }

    private static EtcdTopologyException Refused(Func<EtcdTopology, EtcdTopology> change, string errorId)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => TopologyRules.Validate(change(WithToken())));
        Assert.Equal(errorId, error.ErrorId);
        Assert.DoesNotContain("{", error.Message + error.RecommendedAction, StringComparison.Ordinal);
        return error;
    }

    private static EtcdTopologyException RefusedMember(EtcdMember member, string errorId)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => TopologyRules.ValidateMember(member));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }

    private static IReadOnlyList<string> Accepted(Func<EtcdTopology, EtcdTopology> change) =>
        TopologyRules.Validate(change(WithToken())).Warnings;

    private static EtcdTopology WithToken() => Samples.Page() with { InitialClusterToken = "etcd-cluster-1" };
}
