using EtcdHa.Core.Topology;
using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubeadm;

/// <summary>The documents of one kubeadm configuration file that concern etcd, and what else lies in it.</summary>
internal sealed record KubeadmDocuments
{
    private const string Init = "InitConfiguration";
    private const string Cluster = "ClusterConfiguration";

    private static readonly string[] TypeMeta = ["apiVersion", "kind"];

    /// <summary>Kinds of kubeadm's group that no <c>kubeadm init phase</c> of etcd reads.</summary>
    private static readonly string[] OtherKinds = ["JoinConfiguration", "ResetConfiguration", "UpgradeConfiguration", "ClusterStatus"];

    /// <summary>The kubeadm that could still convert an API version (K: util/config/common.go).</summary>
    private static readonly Dictionary<string, string> LastReader = new(StringComparer.Ordinal)
    {
        ["v1alpha1"] = "v1.11",
        ["v1alpha2"] = "v1.12",
        ["v1alpha3"] = "v1.14",
    };

    public required string ApiVersion { get; init; }

    public YamlMap? InitConfiguration { get; private init; }

    public YamlMap? ClusterConfiguration { get; private init; }

    /// <summary>Kinds of documents that say nothing about etcd.</summary>
    public required IReadOnlyList<string> LeftOut { get; init; }

    /// <summary>Reads a file's documents and tells them apart.</summary>
    /// <param name="text">The file's text, YAML or JSON.</param>
    /// <param name="source">Its name, for messages.</param>
    public static KubeadmDocuments Read(string text, string source)
    {
        Dictionary<string, YamlMap> found = new(StringComparer.Ordinal);
        List<string> leftOut = [];
        string? apiVersion = null;
        foreach (YamlTree document in Parse(text, source).Where(d => d is not YamlScalar { Value: "", IsPlain: true }))
        {
            (YamlMapReader head, string group, string version, string kind) = Head(document, source);
            if (group != KubeadmApiVersions.Group || OtherKinds.Contains(kind))
            {
                leftOut.Add(kind);
                continue;
            }

            RequireKnown(head, version, kind);
            if (apiVersion is not null && apiVersion != version)
            {
                throw head.Error(head.Find("apiVersion")!, "KubeadmConfigApiVersionsMixed", apiVersion, version);
            }

            apiVersion = version;
            if (!found.TryAdd(kind, (YamlMap)document))
            {
                throw head.Error(document, "KubeadmConfigKindDuplicate", kind);
            }
        }

        return new()
        {
            ApiVersion = apiVersion ?? throw new EtcdTopologyException("KubeadmConfigEmpty", source) { Subject = source },
            InitConfiguration = found.GetValueOrDefault(Init),
            ClusterConfiguration = found.GetValueOrDefault(Cluster),
            LeftOut = leftOut,
        };
    }

    private static IReadOnlyList<YamlTree> Parse(string text, string source)
    {
        try
        {
            return YamlTree.ParseAll(text);
        }
        catch (YamlTreeException e)
        {
            throw new EtcdTopologyException(e, "TopologyFileSyntax", YamlMapReader.Place(source, e.Line, e.Column), e.Message)
            {
                Line = e.Line,
                Column = e.Column,
                Subject = source,
            };
        }
    }

    // A document's fields depend on its kind: only the two that name it are looked at here.
    private static (YamlMapReader Head, string Group, string Version, string Kind) Head(YamlTree document, string source)
    {
        YamlTree fields = document is YamlMap map ? map with { Entries = [.. map.Entries.Where(e => TypeMeta.Contains(e.Key.Value))] } : document;
        var head = new YamlMapReader(source, "the document", fields, TypeMeta, goYaml: true);
        string[] api = head.RequiredText("apiVersion").Split('/', 2);
        return (head, api.Length == 2 ? api[0] : "", api[^1], head.RequiredText("kind"));
    }

    private static void RequireKnown(YamlMapReader head, string version, string kind)
    {
        if (LastReader.TryGetValue(version, out string? reader))
        {
            throw head.Error(head.Find("apiVersion")!, "KubeadmConfigApiVersionTooOld", version, kind, reader);
        }

        if (!KubeadmApiVersions.All.Contains(version))
        {
            throw head.Error(head.Find("apiVersion")!, "TopologyFileValueInvalid", "apiVersion", $"{KubeadmApiVersions.Group}/{version}", $"{KubeadmApiVersions.Group}/ and one of {string.Join(", ", KubeadmApiVersions.All)}");
        }

        if (kind is not (Init or Cluster))
        {
            string[] kinds = [Init, Cluster, .. OtherKinds];
            throw head.Error(head.Find("kind")!, "TopologyFileValueInvalid", "kind", kind, TopologyFileFields.Nearest(kind, kinds) ?? "one of " + string.Join(", ", kinds));
        }
    }
}
