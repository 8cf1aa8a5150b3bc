using System.Text.Json;
using EtcdHa.Core.Topology;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Topology;

public sealed class TopologyFileTests
{
    private const string Head = "apiVersion: etcdha/v1\nkind: EtcdTopology\nkubernetesVersion: v1.36.3\n";
    private const string Members = "members:\n- name: infra0\n  address: 10.0.0.6\n";

    [Fact]
    public void A_file_written_by_hand_is_read_with_the_defaults()
    {
        const string Yaml = """
            # yaml-language-server: $schema=etcd-topology.schema.json
            apiVersion: etcdha/v1
            kind: EtcdTopology
            kubernetesVersion: v1.36.3
            certificateValidityPeriod: 4380h
            extraArgs:
              - name: quota-backend-bytes
                value: "8589934592"
            ssh:
              user: ubuntu
              identityFile: [~/.ssh/id_ed25519]
              hostKeyPolicy: AcceptNew
              connectTimeout: 1m30s
            members:
              - name: infra0
                address: 10.0.0.6
                ssh: ubuntu@10.0.1.6:2222
              - name: infra1
                address: fd00::7
                peerPort: 12380
                serverCertSANs: ["infra1.example.com"]
                ssh:
                  host: infra1.example.com
                  hostKeyPolicy: Pinned
                  hostKeyFingerprint: SHA256:abc
            """;

        EtcdTopology topology = TopologyFile.Read(Yaml, "cluster.yaml");

        Assert.Equal("v1.36.3", topology.KubernetesVersion);
        Assert.Equal(TimeSpan.FromHours(4380), topology.CertificateValidity);
        Assert.Equal(TimeSpan.FromHours(87600), topology.CaCertificateValidity);
        Assert.Equal(new EtcdNameValue("quota-backend-bytes", "8589934592"), Assert.Single(topology.ExtraArg));
        Assert.Equal(("ubuntu", EtcdHostKeyPolicy.AcceptNew, TimeSpan.FromSeconds(90)), (topology.Ssh.UserName, topology.Ssh.HostKeyPolicy, topology.Ssh.ConnectTimeout));
        Assert.Equal(["~/.ssh/id_ed25519"], topology.Ssh.IdentityFile);
        Assert.Equal(new EtcdSshTarget("10.0.1.6", 2222, "ubuntu"), topology.Members[0].SshTarget);
        Assert.Equal(12380, topology.Members[1].PeerPort);
        Assert.Equal(["infra1.example.com"], topology.Members[1].ServerCertSan);
        Assert.Equal("SHA256:abc", topology.Members[1].SshTarget!.HostKeyFingerprint);
        Assert.Null(topology.Members[1].SshTarget!.Port);
    }

    [Fact]
    public void Only_what_is_not_default_is_written()
    {
        EtcdTopology topology = Samples.Page() with
        {
            InitialClusterToken = "etcd-cluster-1",
            IsTokenGenerated = true,
            Members = [new("infra0", "10.0.0.6") { SshTarget = new("ubuntu@10.0.0.6") }],
        };

        const string Expected = """
            # yaml-language-server: $schema=etcd-topology.schema.json
            # An etcd cluster as EtcdHa builds it; what is not written here is the default.
            apiVersion: etcdha/v1
            kind: EtcdTopology
            kubernetesVersion: v1.36.3
            initialClusterToken: etcd-cluster-1
            initialClusterTokenGenerated: true
            members:
            - name: infra0
              address: 10.0.0.6
              ssh: ubuntu@10.0.0.6

            """;
        Assert.Equal(Expected, TopologyFile.Write(topology));
    }

    [Theory]
    [InlineData("", null, true)]
    [InlineData("initialClusterToken: none\n", null, false)]
    [InlineData("initialClusterToken: abc\n", "abc", false)]
    [InlineData("initialClusterToken: abc\ninitialClusterTokenGenerated: true\n", "abc", true)]
    public void The_token_is_to_be_made_left_out_given_or_made(string line, string? token, bool isGenerated)
    {
        EtcdTopology topology = TopologyFile.Read(Head + line + Members, "f");

        Assert.Equal((token, isGenerated), (topology.InitialClusterToken, topology.IsTokenGenerated));
        Assert.Contains(line, TopologyFile.Write(topology), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Head + "dataDri: /x\n" + Members, "TopologyFileFieldUnknown", 4, 1, "Did you mean 'dataDir'?")]
    [InlineData(Head + "members:\n- name: a\n  adress: 10.0.0.6\n", "TopologyFileFieldUnknown", 6, 3, "Did you mean 'address'?")]
    [InlineData(Head + "members:\n- name: a\n  address: 10.0.0.6\n  serverCertSans: []\n", "TopologyFileFieldUnknown", 7, 3, "Did you mean 'serverCertSANs'?")]
    [InlineData(Head + Members + "  bogus: 1\n", "TopologyFileFieldUnknown", 7, 3, "unknown field 'bogus' in member.")]
    [InlineData(Head + "dataDir: /a\ndataDir: /b\n" + Members, "TopologyFileFieldDuplicate", 5, 1, "'dataDir'")]
    [InlineData(Head + "members:\n- name: a\n", "TopologyFileFieldMissing", 5, 3, "'address'")]
    [InlineData("apiVersion: etcdha/v1\nkind: EtcdTopology\n" + Members, "TopologyFileFieldMissing", 1, 1, "'kubernetesVersion'")]
    [InlineData("apiVersion: etcdha/v2\nkind: EtcdTopology\n", "TopologyFileKind", 1, 1, "etcdha/v1")]
    [InlineData("kind: EtcdTopology\n", "TopologyFileKind", 1, 1, "etcdha/v1")]
    [InlineData(Head + "clientPort: \"2379\"\n" + Members, "TopologyFileTypeWrong", 4, 13, "must be a whole number, not the text '2379'")]
    [InlineData(Head + "clientPort: 99999999999\n" + Members, "TopologyFileTypeWrong", 4, 13, "99999999999")]
    [InlineData(Head + "imageTag: 3.6\n" + Members, "TopologyFileTypeWrong", 4, 11, "must be a text, not 3.6")]
    [InlineData(Head + "imageTag:\n" + Members, "TopologyFileTypeWrong", 4, 10, "nothing")]
    [InlineData(Head + "extraArgs:\n- name: a\n  value: true\n" + Members, "TopologyFileTypeWrong", 6, 10, "must be a text, not true")]
    [InlineData(Head + "extraArgs:\n  a: b\n" + Members, "TopologyFileTypeWrong", 5, 3, "must be a list, not a mapping")]
    [InlineData(Head + "serverCertSANs: a\n" + Members, "TopologyFileTypeWrong", 4, 17, "must be a list of texts")]
    [InlineData(Head + "members: infra0\n", "TopologyFileTypeWrong", 4, 10, "must be a list")]
    [InlineData(Head + "members:\n- infra0\n", "TopologyFileTypeWrong", 5, 3, "must be a mapping of fields")]
    [InlineData("- a\n", "TopologyFileTypeWrong", 1, 1, "must be a mapping of fields")]
    [InlineData(Head + "initialClusterToken: a\ninitialClusterTokenGenerated: yes\n" + Members, "TopologyFileTypeWrong", 5, 31, "true or false")]
    [InlineData(Head + "certificateValidityPeriod: 1y\n" + Members, "TopologyFileValueInvalid", 4, 28, "'1y'")]
    [InlineData(Head + "encryptionAlgorithm: ED25519\n" + Members, "TopologyFileValueInvalid", 4, 22, "'ED25519'")]
    [InlineData(Head + "ssh:\n  hostKeyPolicy: accept-new\n" + Members, "TopologyFileValueInvalid", 5, 18, "'accept-new'")]
    [InlineData(Head + Members + "  ssh: \"a b\"\n", "TopologyFileValueInvalid", 7, 8, "'a b'")]
    [InlineData(Head + "dataDir: [\n", "TopologyFileSyntax", 5, 1, "not YAML")]
    [InlineData(Head + "dataDir: &x /data\n" + Members, "TopologyFileSyntax", 4, 10, "anchor")]
    [InlineData(Head + "dataDir: !!str /data\n" + Members, "TopologyFileSyntax", 4, 10, "tag")]
    [InlineData(Head + Members + "---\na: b\n", "TopologyFileSyntax", 7, 1, "second document")]
    [InlineData("", "TopologyFileSyntax", 1, 1, "empty")]
    public void An_error_names_file_line_and_column(string yaml, string errorId, int line, int column, string contains)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => TopologyFile.Read(yaml, "cluster.yaml"));

        Assert.Equal((errorId, line, column), (error.ErrorId, error.Line, error.Column));
        Assert.StartsWith($"cluster.yaml({line},{column}): ", error.Message, StringComparison.Ordinal);
        Assert.Contains(contains, error.Message, StringComparison.Ordinal);
        Assert.NotEmpty(error.RecommendedAction);
    }

    [Fact]
    public void Deep_nesting_is_refused_and_not_followed()
    {
        string yaml = new('[', 5000);

        Assert.Equal("TopologyFileSyntax", Assert.Throws<EtcdTopologyException>(() => TopologyFile.Read(yaml, "f")).ErrorId);
    }

    [Fact]
    public void Any_text_is_read_or_refused_with_a_place()
    {
        string[] pieces = [Head, Members, "members:", "\n", "  ", "- ", "name: a", ": ", "ssh", "{", "}", "[", "\"", "'", "#", "&a", "*a", "!", "|", ">", "\t", "---", "%", "?", "~", "1", "\0", "é"];
        Gen<string> texts = Gen.Elements(pieces).ListOf().Select(string.Concat);
        Prop.ForAll(texts.ToArbitrary(), text =>
        {
            try
            {
                _ = TopologyFile.Read(text, "f");
                return true;
            }
            catch (EtcdTopologyException e)
            {
                return e.Line is not null && e.Column is not null;
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000));
    }

    [Fact]
    public void Reading_what_was_written_gives_the_same_topology()
    {
        Prop.ForAll(Topologies().ToArbitrary(), topology =>
        {
            string yaml = TopologyFile.Write(topology);
            EtcdTopology again = TopologyFile.Read(yaml, "f");
            return Json(again) == Json(topology) && TopologyFile.Write(again) == yaml && !yaml.Contains('\r', StringComparison.Ordinal);
        }).QuickCheckThrowOnFailure();
    }

    [Fact]
    public void Jump_hosts_are_read_and_no_secret_is_written()
    {
        using var secret = new System.Security.SecureString();
        EtcdSshTarget jump = new("admin@bastion") { Password = secret, SudoPassword = secret, KeyPassphrase = secret };
        EtcdTopology topology = Samples.Page() with
        {
            Ssh = new EtcdSshSettings { JumpHost = [jump, new("inner") { IdentitiesOnly = true }] },
            Members = [new("infra0", "10.0.0.6") { SshTarget = new("ubuntu@10.0.0.6") { Password = secret } }],
        };

        string yaml = TopologyFile.Write(topology);
        EtcdTopology again = TopologyFile.Read(yaml, "f");

        Assert.Contains("ssh:\n  jumpHost:\n  - admin@bastion\n  - host: inner\n    identitiesOnly: true\nmembers:\n", yaml, StringComparison.Ordinal);
        Assert.EndsWith("  ssh: ubuntu@10.0.0.6\n", yaml, StringComparison.Ordinal);
        Assert.Equal([new("admin@bastion"), new("inner") { IdentitiesOnly = true }], again.Ssh.JumpHost);
        Assert.True(TopologySecrets.AreIn(topology));
        Assert.True(TopologySecrets.AreIn(topology with { Members = [] }));
        Assert.False(TopologySecrets.AreIn(again));
    }

    [Theory]
    [InlineData("  jumpHost: bastion\n", "TopologyFileTypeWrong", 13)]
    [InlineData("  jumpHost: [a b]\n", "TopologyFileValueInvalid", 14)]
    [InlineData("  jumpHost: [{user: a}]\n", "TopologyFileFieldMissing", 14)]
    [InlineData("  sudoMode: sudo\n", "TopologyFileValueInvalid", 13)]
    public void A_wrong_SSH_setting_is_an_error_at_its_place(string line, string errorId, int column)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => TopologyFile.Read(Head + "ssh:\n" + line + Members, "f"));

        Assert.Equal((errorId, 5, column), (error.ErrorId, error.Line, error.Column));
    }

    [Fact]
    public void The_schema_has_the_readers_fields_and_describes_each()
    {
        using var schema = JsonDocument.Parse(TopologyFile.Schema);
        JsonElement root = schema.RootElement;
        JsonElement definitions = root.GetProperty("$defs");

        AssertFields(TopologyFileFields.Topology, root);
        AssertFields(TopologyFileFields.Member, definitions.GetProperty("member"));
        AssertFields(TopologyFileFields.NameValue, definitions.GetProperty("nameValue"));
        AssertFields(EnvironmentFields.Variable, definitions.GetProperty("variable"));
        AssertFields(TopologyFileFields.SshTarget, definitions.GetProperty("sshTarget"));
        AssertFields(TopologyFileFields.Ssh, root.GetProperty("properties").GetProperty("ssh"));
        Assert.Equal(KeyAlgorithmNames.All, Values(root.GetProperty("properties").GetProperty("encryptionAlgorithm")));
        Assert.Equal(KubeadmApiVersions.All, Values(root.GetProperty("properties").GetProperty("kubeadmApiVersion")));
        Assert.Equal(Enum.GetNames<EtcdSudoMode>(), Values(definitions.GetProperty("sshTarget").GetProperty("properties").GetProperty("sudoMode")));
        Assert.Equal(Enum.GetNames<EtcdHostKeyPolicy>(), Values(definitions.GetProperty("sshTarget").GetProperty("properties").GetProperty("hostKeyPolicy")));
    }

    [Fact]
    public void The_api_version_is_written_only_when_it_is_not_the_one_that_would_be_chosen()
    {
        EtcdTopology chosen = TopologyRules.Validate(Samples.Page("v1.20.2")).Topology;
        EtcdTopology older = TopologyRules.Validate(Samples.Page() with { KubeadmApiVersion = "v1beta3" }).Topology;

        Assert.DoesNotContain("kubeadmApiVersion", TopologyFile.Write(chosen), StringComparison.Ordinal);
        Assert.Contains("kubeadmApiVersion: v1beta3\n", TopologyFile.Write(older), StringComparison.Ordinal);
        Assert.Equal("v1beta2", TopologyRules.Validate(TopologyFile.Read(TopologyFile.Write(chosen), "f")).Topology.KubeadmApiVersion);
        Assert.Equal("v1beta3", TopologyRules.Validate(TopologyFile.Read(TopologyFile.Write(older), "f")).Topology.KubeadmApiVersion);
    }

    [Theory]
    [InlineData("secretKeyRef: {name: s, key: k}", "EnvironmentSourceRefused")]
    [InlineData("resourceFieldRef: {resource: limits.cpu}", "EnvironmentSourceRefused")]
    [InlineData("fieldRef: {fieldpath: status.podIP}", "TopologyFileFieldUnknown")]
    [InlineData("fieldRef: {apiVersion: v2, fieldPath: status.podIP}", "TopologyFileValueInvalid")]
    public void A_source_of_a_value_that_a_static_pod_does_not_have_is_refused(string source, string errorId)
    {
        string yaml = TopologyFile.Write(Samples.Page()) + $"extraEnvs:\n- name: A\n  valueFrom:\n    {source}\n";

        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => TopologyFile.Read(yaml, "f"));

        Assert.Equal(errorId, error.ErrorId);
        Assert.NotNull(error.Line);
    }

    private static void AssertFields(string[] fields, JsonElement mapping)
    {
        JsonElement properties = mapping.GetProperty("properties");
        Assert.Equal(fields.Order(StringComparer.Ordinal), properties.EnumerateObject().Select(p => p.Name).Order(StringComparer.Ordinal));
        Assert.False(mapping.GetProperty("additionalProperties").GetBoolean());
        Assert.All(properties.EnumerateObject(), p => Assert.NotEmpty(p.Value.GetProperty("description").GetString()!));
    }

    private static IEnumerable<string?> Values(JsonElement property) => property.GetProperty("enum").EnumerateArray().Select(v => v.GetString());

    private static string Json(EtcdTopology topology) => JsonSerializer.Serialize(topology);

    private static Gen<EtcdTopology> Topologies()
    {
        Gen<string> text = Gen.Elements("a", "infra0", "true", "no", "1", "1e3", "", " ", "a: b", "a #b", "x\ny", "fd00::", "é", "\U0001F600", "~", "'", "\"", "- a", "{}", "none0", "=", "2026-11-23", "\t");
        Gen<int?> port = Gen.Elements<int?>(null, 1, 2379, 65535);
        Gen<TimeSpan?> time = Gen.Elements<TimeSpan?>(null, TimeSpan.FromSeconds(30), TimeSpan.FromMilliseconds(1500), TimeSpan.FromHours(1.5));
        Gen<EtcdHostKeyPolicy?> policy = Gen.Elements<EtcdHostKeyPolicy?>(null, EtcdHostKeyPolicy.Strict, EtcdHostKeyPolicy.AcceptNew, EtcdHostKeyPolicy.Pinned);
        Gen<IReadOnlyList<string>> texts = text.ListOf().Select(l => (IReadOnlyList<string>)[.. l]);
        Gen<IReadOnlyList<string>?> files = Gen.OneOf(Gen.Constant<IReadOnlyList<string>?>(null), texts.Select(t => (IReadOnlyList<string>?)t));
        Gen<string?> maybeText = Gen.OneOf(Gen.Constant<string?>(null), text.Select(t => (string?)t));
        Gen<IReadOnlyList<EtcdNameValue>> pairs =
            (from name in text from value in text select new EtcdNameValue(name, value)).ListOf().Select(l => (IReadOnlyList<EtcdNameValue>)[.. l]);
        Gen<bool?> flag = Gen.Elements<bool?>(null, true, false);
        Gen<EtcdSudoMode?> sudo = Gen.Elements<EtcdSudoMode?>(null, EtcdSudoMode.Auto, EtcdSudoMode.Password);
        Gen<IReadOnlyList<EtcdSshTarget>?> hops = Gen.Elements<IReadOnlyList<EtcdSshTarget>?>(
            null,
            [],
            [new("a"), new("u@b:2222")],
            [new("a") { IdentityFile = ["k"], JumpHost = [new("c") { SudoMode = EtcdSudoMode.None }, new("d")] }, new("", null, "")]);
        Gen<EtcdSshTarget?> target =
            from host in Gen.Elements("10.0.0.6", "fd00::6", "h.example.com", "a b", "")
            from number in Gen.Elements<int?>(null, 22, 2222)
            from user in Gen.Elements(null, "ubuntu", "a@b")
            from identity in files
            from known in files
            from rule in policy
            from fingerprint in maybeText
            from file in maybeText
            from timeout in time
            from certificate in files
            from only in flag
            from agent in maybeText
            from limit in time
            from mode in sudo
            from jump in hops
            from weak in flag
            from shape in Gen.Choose(0, 2)
            select shape switch
            {
                0 => null,
                1 => new EtcdSshTarget(host, number, user),
                _ => new EtcdSshTarget(host, number, user)
                {
                    IdentityFile = identity,
                    KnownHostsFile = known,
                    HostKeyPolicy = rule,
                    HostKeyFingerprint = fingerprint,
                    ConfigFile = file,
                    ConnectTimeout = timeout,
                    CertificateFile = certificate,
                    IdentitiesOnly = only,
                    IdentityAgent = agent,
                    CommandTimeout = limit,
                    SudoMode = mode,
                    JumpHost = jump,
                    AllowWeakAlgorithms = weak,
                },
            };
        Gen<EtcdMember> member =
            from name in text
            from address in text
            from ssh in target
            from client in port
            from peer in port
            from metrics in port
            from server in texts
            from peers in texts
            select new EtcdMember(name, address)
            {
                SshTarget = ssh,
                ClientPort = client,
                PeerPort = peer,
                MetricsPort = metrics,
                ServerCertSan = server,
                PeerCertSan = peers,
            };
        Gen<EtcdSshSettings> settings =
            from user in maybeText
            from number in port
            from identity in files
            from known in files
            from rule in policy
            from timeout in time
            from certificate in files
            from only in flag
            from agent in maybeText
            from limit in time
            from mode in sudo
            from jump in hops
            from weak in flag
            select new EtcdSshSettings
            {
                UserName = user,
                Port = number,
                IdentityFile = identity,
                KnownHostsFile = known,
                HostKeyPolicy = rule,
                ConnectTimeout = timeout,
                CertificateFile = certificate,
                IdentitiesOnly = only,
                IdentityAgent = agent,
                CommandTimeout = limit,
                SudoMode = mode,
                JumpHost = jump,
                AllowWeakAlgorithms = weak,
            };
        Gen<EtcdEnvironmentVariable> variable =
            from name in text
            from value in text
            from path in maybeText
            select new EtcdEnvironmentVariable(name, path is null ? value : "") { FieldPath = path };
        return
            from members in member.ListOf()
            from version in text
            from api in maybeText
            from repository in maybeText
            from tag in maybeText
            from data in text
            from certificates in text
            from ports in Gen.Elements((2379, 2380, 2381), (1, 65535, 0))
            from algorithm in Gen.Elements(Enum.GetValues<EtcdKeyAlgorithm>())
            from leaf in time
            from authority in time
            from token in Gen.Elements(null, "abc", "true", "1", "a: b")
            from generated in Gen.Elements(true, false)
            from arguments in pairs
            from health in time
            from variables in variable.ListOf()
            from server in texts
            from peer in texts
            from ssh in settings
            select new EtcdTopology
            {
                Members = [.. members],
                KubernetesVersion = version,
                KubeadmApiVersion = api,
                ImageRepository = repository,
                ImageTag = tag,
                DataDirectory = data,
                CertificatesDirectory = certificates,
                ClientPort = ports.Item1,
                PeerPort = ports.Item2,
                MetricsPort = ports.Item3,
                KeyAlgorithm = algorithm,
                CertificateValidity = leaf ?? TimeSpan.FromHours(8760),
                CaCertificateValidity = authority ?? TimeSpan.FromHours(87600),
                InitialClusterToken = token,
                IsTokenGenerated = generated,
                ExtraArg = arguments,
                HealthCheckTimeout = health ?? TimeSpan.FromMinutes(4),
                ExtraEnv = [.. variables],
                ServerCertSan = server,
                PeerCertSan = peer,
                Ssh = ssh,
            };
    }
}
