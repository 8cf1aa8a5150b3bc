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
        KnownHostsFile = map.Texts("knownHostsFile"),
        HostKeyPolicy = HostKeyPolicy(map),
        ConnectTimeout = map.Duration("connectTimeout"),
    };

    private static EtcdSshTarget? SshTarget(YamlMapReader member)
    {
        YamlTree? node = member.Find("ssh");
        if (node is not (null or YamlMap))
        {
            string text = member.Text("ssh")!;
            try
            {
                return new EtcdSshTarget(text);
            }
            catch (EtcdTopologyException e)
            {
                throw member.Error(e, node, "TopologyFileValueInvalid", "ssh of member", text, "[user@]host[:port], or a mapping with the field host");
            }
        }

        return member.Map("ssh", "ssh of member", TopologyFileFields.SshTarget) is not YamlMapReader map ? null
            : new(map.RequiredText("host"), map.Number("port"), map.Text("user"))
            {
                IdentityFile = map.Texts("identityFile"),
                KnownHostsFile = map.Texts("knownHostsFile"),
                HostKeyPolicy = HostKeyPolicy(map),
                HostKeyFingerprint = map.Text("hostKeyFingerprint"),
                ConnectTimeout = map.Duration("connectTimeout"),
                ConfigFile = map.Text("configFile"),
            };
    }

    private static EtcdHostKeyPolicy? HostKeyPolicy(YamlMapReader map) => map.Choice(
        "hostKeyPolicy",
        name => Enum.GetValues<EtcdHostKeyPolicy>().Where(p => p.ToString() == name).Select(p => (EtcdHostKeyPolicy?)p).FirstOrDefault(),
        Enum.GetNames<EtcdHostKeyPolicy>());
}
