using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Topology;

/// <summary>Makes a topology from the file's tree.</summary>
internal sealed class TopologyFileReader(string fileName)
{
    public EtcdTopology Read(string yaml)
    {
        YamlTree root;
        try
        {
            root = YamlTree.Parse(yaml);
        }
        catch (YamlTreeException e)
        {
            throw new EtcdTopologyException(e, "TopologyFileSyntax", YamlMapReader.Place(fileName, e.Line, e.Column), e.Message)
            {
                Line = e.Line,
                Column = e.Column,
                Subject = fileName,
            };
        }

        return Topology(new YamlMapReader(fileName, "the topology", root, TopologyFileFields.Topology));
    }

    private static EtcdTopology Topology(YamlMapReader map)
    {
        if (map.Text("apiVersion") != TopologyFile.ApiVersion || map.Text("kind") != TopologyFile.Kind)
        {
            throw map.Error(map.Node, "TopologyFileKind", TopologyFile.ApiVersion, TopologyFile.Kind);
        }

        var defaults = new EtcdTopology { Members = [], KubernetesVersion = map.RequiredText("kubernetesVersion") };
        string? token = map.Text("initialClusterToken");
        return defaults with
        {
            KubeadmApiVersion = map.Text("kubeadmApiVersion"),
            ImageRepository = map.Text("imageRepository"),
            ImageTag = map.Text("imageTag"),
            DataDirectory = map.Text("dataDir") ?? defaults.DataDirectory,
            CertificatesDirectory = map.Text("certificatesDir") ?? defaults.CertificatesDirectory,
            ClientPort = map.Number("clientPort") ?? defaults.ClientPort,
            PeerPort = map.Number("peerPort") ?? defaults.PeerPort,
            MetricsPort = map.Number("metricsPort") ?? defaults.MetricsPort,
            KeyAlgorithm = map.Choice("encryptionAlgorithm", KeyAlgorithmNames.Find, KeyAlgorithmNames.All) ?? defaults.KeyAlgorithm,
            CertificateValidity = map.Duration("certificateValidityPeriod") ?? defaults.CertificateValidity,
            CaCertificateValidity = map.Duration("caCertificateValidityPeriod") ?? defaults.CaCertificateValidity,
            HealthCheckTimeout = map.Duration("healthCheckTimeout") ?? defaults.HealthCheckTimeout,
            InitialClusterToken = token == TopologyFile.NoToken ? null : token,
            IsTokenGenerated = token is null || (token != TopologyFile.NoToken && map.Boolean("initialClusterTokenGenerated") == true),
            ServerCertSan = map.Texts("serverCertSANs") ?? [],
            PeerCertSan = map.Texts("peerCertSANs") ?? [],
            ExtraArg = [.. map.Maps("extraArgs", "extra argument", TopologyFileFields.NameValue).Select(NameValue)],
            ExtraEnv = [.. map.Maps("extraEnvs", "environment variable", EnvironmentFields.Variable).Select(EnvironmentFields.Read)],
            Ssh = map.Map("ssh", "ssh", TopologyFileFields.Ssh) is YamlMapReader ssh ? Ssh(ssh) : new(),
            Members = [.. map.Maps("members", "member", TopologyFileFields.Member).Select(Member)],
        };
    }

    private static EtcdMember Member(YamlMapReader map) => new(map.RequiredText("name"), map.RequiredText("address"))
    {
        DnsName = map.Text("dnsName"),
        ClientPort = map.Number("clientPort"),
        PeerPort = map.Number("peerPort"),
        MetricsPort = map.Number("metricsPort"),
        ServerCertSan = map.Texts("serverCertSANs") ?? [],
        PeerCertSan = map.Texts("peerCertSANs") ?? [],
        SshTarget = SshTarget(map),
    };

    private static EtcdNameValue NameValue(YamlMapReader map) => new(map.RequiredText("name"), map.RequiredText("value"));

    private static EtcdSshSettings Ssh(YamlMapReader map) => new()
    {
        UserName = map.Text("user"),
        Port = map.Number("port"),
        IdentityFile = map.Texts("identityFile"),
        CertificateFile = map.Texts("certificateFile"),
        IdentitiesOnly = map.Boolean("identitiesOnly"),
        IdentityAgent = map.Text("identityAgent"),
        KnownHostsFile = map.Texts("knownHostsFile"),
        HostKeyPolicy = Choice<EtcdHostKeyPolicy>(map, "hostKeyPolicy"),
        ConnectTimeout = map.Duration("connectTimeout"),
        CommandTimeout = map.Duration("commandTimeout"),
        SudoMode = Choice<EtcdSudoMode>(map, "sudoMode"),
        JumpHost = JumpHosts(map),
        AllowWeakAlgorithms = map.Boolean("allowWeakAlgorithms"),
    };

    private static EtcdSshTarget? SshTarget(YamlMapReader member) =>
        member.Find("ssh") is YamlTree node ? SshTarget(member, node, "ssh of member") : null;

    private static EtcdSshTarget[]? JumpHosts(YamlMapReader map) =>
        map.Items("jumpHost")?.Select(node => SshTarget(map, node, "jump host")).ToArray();

    private static EtcdSshTarget SshTarget(YamlMapReader parent, YamlTree node, string what)
    {
        if (node is not YamlMap)
        {
            string text = parent.TextOf(node, what);
            try
            {
                return new EtcdSshTarget(text);
            }
            catch (EtcdTopologyException e)
            {
                throw parent.Error(e, node, "TopologyFileValueInvalid", what, text, "[user@]host[:port], or a mapping with the field host");
            }
        }

        YamlMapReader map = parent.Map(node, what, TopologyFileFields.SshTarget);
        return new(map.RequiredText("host"), map.Number("port"), map.Text("user"))
        {
            IdentityFile = map.Texts("identityFile"),
            CertificateFile = map.Texts("certificateFile"),
            IdentitiesOnly = map.Boolean("identitiesOnly"),
            IdentityAgent = map.Text("identityAgent"),
            KnownHostsFile = map.Texts("knownHostsFile"),
            HostKeyPolicy = Choice<EtcdHostKeyPolicy>(map, "hostKeyPolicy"),
            HostKeyFingerprint = map.Text("hostKeyFingerprint"),
            ConnectTimeout = map.Duration("connectTimeout"),
            CommandTimeout = map.Duration("commandTimeout"),
            SudoMode = Choice<EtcdSudoMode>(map, "sudoMode"),
            JumpHost = JumpHosts(map),
            AllowWeakAlgorithms = map.Boolean("allowWeakAlgorithms"),
            ConfigFile = map.Text("configFile"),
        };
    }

    private static T? Choice<T>(YamlMapReader map, string field)
        where T : struct, Enum => map.Choice(
        field,
        name => Enum.GetValues<T>().Where(p => p.ToString() == name).Select(p => (T?)p).FirstOrDefault(),
        Enum.GetNames<T>());
}
