using EtcdHa.Core.Topology;
using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubeadm;

/// <summary>A configuration file as it says, and sentences for the operator about what of it is not used.</summary>
internal sealed record KubeadmConfigFile(string Source, KubeadmEtcdConfig Config, IReadOnlyList<string> Warnings);

/// <summary>
/// Reads a kubeadm configuration file of v1beta1 to v1beta4, exactly as it says. A field that is unknown, misspelt or given twice is
/// an error with line and column, where kubeadm warns, goes on without it and makes certificates without the SANs.
/// </summary>
internal sealed class KubeadmConfigReader
{
    private readonly string _source;
    private readonly KubeadmFields _fields;
    private readonly List<string> _warnings = [];
    private readonly List<string> _unused = [];

    private KubeadmConfigReader(string source, string apiVersion) => (_source, _fields) = (source, new KubeadmFields(apiVersion));

    /// <summary>Reads one file.</summary>
    /// <param name="text">Its text, YAML or JSON, of one or two documents of kubeadm's and any others.</param>
    /// <param name="source">Its name, for messages.</param>
    /// <exception cref="EtcdTopologyException">
    /// <c>TopologyFile…</c>: its structure, with line and column; <c>KubeadmConfig…</c>: what it asks for cannot be a topology's.
    /// </exception>
    public static KubeadmConfigFile Read(string text, string source)
    {
        KubeadmDocuments documents = KubeadmDocuments.Read(text, source);
        var reader = new KubeadmConfigReader(source, documents.ApiVersion);
        KubeadmEtcdConfig config = reader.Cluster(documents.ClusterConfiguration, reader.Init(documents.InitConfiguration, new() { ApiVersion = documents.ApiVersion }));
        return new(source, config, reader.Warnings(documents));
    }

    private KubeadmEtcdConfig Init(YamlMap? document, KubeadmEtcdConfig config)
    {
        if (document is null)
        {
            return config;
        }

        YamlMapReader init = Open(document, "InitConfiguration", _fields.InitConfiguration);
        NoteUnused(init, "", _fields.InitConfiguration, "nodeRegistration", "localAPIEndpoint", "timeouts");
        YamlMapReader? node = Open(init, "nodeRegistration", _fields.NodeRegistration, "name");
        YamlMapReader? endpoint = Open(init, "localAPIEndpoint", _fields.LocalApiEndpoint, "advertiseAddress");
        YamlMapReader? timeouts = _fields.InitConfiguration.Contains("timeouts")
            ? Open(init, "timeouts", _fields.Timeouts, "controlPlaneComponentHealthCheck")
            : null;
        return config with
        {
            NodeName = NodeName(node is null ? null : Given(node, "name")),
            AdvertiseAddress = endpoint is null ? null : Given(endpoint, "advertiseAddress"),
            HealthCheckTimeout = timeouts?.Duration("controlPlaneComponentHealthCheck"),
        };
    }

    private KubeadmEtcdConfig Cluster(YamlMap? document, KubeadmEtcdConfig config)
    {
        if (document is null)
        {
            return config;
        }

        YamlMapReader cluster = Open(document, "ClusterConfiguration", _fields.ClusterConfiguration);
        NoteUnused(
            cluster,
            "",
            _fields.ClusterConfiguration,
            "etcd", "kubernetesVersion", "apiServer", "certificatesDir", "imageRepository", "encryptionAlgorithm", "certificateValidityPeriod", "caCertificateValidityPeriod");
        bool isV1Beta4 = config.ApiVersion == KubeadmApiVersions.WithLists;
        YamlMapReader? apiServer = Open(cluster, "apiServer", _fields.ApiServer, isV1Beta4 ? "" : "timeoutForControlPlane");
        return Local(cluster, config with
        {
            KubernetesVersion = Given(cluster, "kubernetesVersion"),
            CertificatesDirectory = Given(cluster, "certificatesDir"),
            ClusterImageRepository = Given(cluster, "imageRepository"),
            EncryptionAlgorithm = isV1Beta4 ? Given(cluster, "encryptionAlgorithm") : null,
            CertificateValidityPeriod = isV1Beta4 ? cluster.Duration("certificateValidityPeriod") : null,
            CaCertificateValidityPeriod = isV1Beta4 ? cluster.Duration("caCertificateValidityPeriod") : null,
            HealthCheckTimeout = isV1Beta4 ? config.HealthCheckTimeout : apiServer?.Duration("timeoutForControlPlane"),
        });
    }

    private KubeadmEtcdConfig Local(YamlMapReader cluster, KubeadmEtcdConfig config)
    {
        YamlMapReader? etcd = cluster.Map("etcd", "etcd", _fields.Etcd);
        if (etcd?.Find("external") is YamlTree external)
        {
            throw etcd.Error(external, "KubeadmConfigExternalEtcd");
        }

        if (etcd?.Map("local", "etcd.local", _fields.LocalEtcd) is not YamlMapReader local)
        {
            return config;
        }

        return config with
        {
            ImageRepository = Given(local, "imageRepository"),
            ImageTag = Given(local, "imageTag"),
            DataDirectory = Given(local, "dataDir"),
            ServerCertSans = local.Texts("serverCertSANs") ?? [],
            PeerCertSans = local.Texts("peerCertSANs") ?? [],
            ExtraArgs = ExtraArgs(local),
            ExtraEnvs = config.ApiVersion == KubeadmApiVersions.WithLists
                ? [.. local.Maps("extraEnvs", "environment variable", EnvironmentFields.Variable).Select(v => EnvironmentFields.Read(v, valueIsOptional: true))]
                : [],
        };
    }

    // A map of v1beta1 to v1beta3 comes as kubeadm converts it, sorted by name; the list of v1beta4 as it stands.
    private EtcdNameValue[] ExtraArgs(YamlMapReader local) => _fields.ApiVersion == KubeadmApiVersions.WithLists
        ? [.. local.Maps("extraArgs", "extra argument", TopologyFileFields.NameValue).Select(a => new EtcdNameValue(a.RequiredText("name"), a.Text("value") ?? ""))]
        : [.. local.Pairs("extraArgs", "extraArgs of etcd.local").OrderBy(a => a.Name, StringComparer.Ordinal).Select(a => new EtcdNameValue(a.Name, a.Value))];

    private string? NodeName(string? given)
    {
        string? name = given?.Trim().ToLowerInvariant();
        if (name != given)
        {
            _warnings.Add($"{_source}: the node name '{given}' is taken as '{name}', as kubeadm takes it.");
        }

        return name;
    }

    private YamlMapReader Open(YamlMap document, string what, IReadOnlyList<string> known) => new(_source, what, document, known, goYaml: true);

    private YamlMapReader? Open(YamlMapReader parent, string name, IReadOnlyList<string> known, string used)
    {
        YamlMapReader? map = parent.Map(name, name, known);
        if (map is not null)
        {
            NoteUnused(map, name + ".", known, used);
        }

        return map;
    }

    private void NoteUnused(YamlMapReader map, string prefix, IReadOnlyList<string> known, params string[] used) =>
        _unused.AddRange(known.Except(["apiVersion", "kind", .. used]).Where(f => map.Find(f) is not null).Select(f => prefix + f));

    // To kubeadm an empty text is a text not given.
    private static string? Given(YamlMapReader map, string name) => map.Text(name) is { Length: > 0 } text ? text : null;

    private List<string> Warnings(KubeadmDocuments documents)
    {
        if (documents.LeftOut.Count > 0)
        {
            _warnings.Add($"{_source}: left out, as they say nothing about etcd: documents of kind {string.Join(", ", documents.LeftOut)}.");
        }

        if (_unused.Count > 0)
        {
            _warnings.Add($"{_source}: left out, as they say nothing about etcd: {string.Join(", ", _unused)}.");
        }

        return _warnings;
    }
}
