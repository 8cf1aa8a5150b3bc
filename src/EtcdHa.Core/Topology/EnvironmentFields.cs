using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Topology;

/// <summary>
/// Reads one of <c>extraEnvs</c>, in a topology file as in kubeadm's: a name with a value or with <c>valueFrom.fieldRef</c>. The
/// other sources of a value are known and refused: the kubelet has no API server to ask when it starts a static pod.
/// </summary>
internal static class EnvironmentFields
{
    /// <summary>One of <c>extraEnvs</c>.</summary>
    public static readonly string[] Variable = ["name", "value", "valueFrom"];

    private static readonly string[] Source = ["fieldRef", "resourceFieldRef", "configMapKeyRef", "secretKeyRef", "fileKeyRef"];

    private static readonly string[] FieldReference = ["apiVersion", "fieldPath"];

    /// <summary>Reads a variable; a value is needed unless <paramref name="valueIsOptional"/>, as in Kubernetes' own type.</summary>
    public static EtcdEnvironmentVariable Read(YamlMapReader map, bool valueIsOptional)
    {
        string name = map.RequiredText("name");
        if (map.Map("valueFrom", "valueFrom of environment variable", Source) is not YamlMapReader source)
        {
            return new(name, valueIsOptional ? map.Text("value") ?? "" : map.RequiredText("value"));
        }

        string? refused = Source.Skip(1).FirstOrDefault(s => source.Find(s) is not null);
        if (refused is not null)
        {
            throw map.Error(source.Find(refused)!, "EnvironmentSourceRefused", name, refused);
        }

        YamlMapReader reference = source.Map("fieldRef", "fieldRef of environment variable", FieldReference)
            ?? throw map.Error(source.Node, "TopologyFileFieldMissing", "valueFrom of environment variable", "fieldRef");
        if (reference.Text("apiVersion") is string api and not ("v1" or ""))
        {
            throw map.Error(reference.Find("apiVersion")!, "TopologyFileValueInvalid", "apiVersion of fieldRef", api, "v1, or leave it out");
        }

        return new(name, map.Text("value") ?? "") { FieldPath = reference.RequiredText("fieldPath") };
    }

    /// <summary>Reads a variable of a topology file.</summary>
    public static EtcdEnvironmentVariable Read(YamlMapReader map) => Read(map, valueIsOptional: false);
}
