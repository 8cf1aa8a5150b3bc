namespace EtcdHa.Core.Topology;

/// <summary>
/// A topology as one YAML file to read, write and keep in git. Field names are kubeadm's where it has them. Reading is strict:
/// kubeadm only warns of a misspelt field and goes on without it, which has cost many a certificate its SANs.
/// </summary>
public static class TopologyFile
{
    /// <summary>The file's <c>apiVersion</c>.</summary>
    public const string ApiVersion = "etcdha/v1";

    /// <summary>The file's <c>kind</c>.</summary>
    public const string Kind = "EtcdTopology";

    /// <summary>
    /// The value of <c>initialClusterToken</c> that leaves the flag out. Without the field a token is still to be made: the
    /// topology then has none and <see cref="EtcdTopology.IsTokenGenerated"/> is true.
    /// </summary>
    public const string NoToken = "none";

    /// <summary>The file name of the JSON Schema beside a topology file.</summary>
    public const string SchemaFileName = "etcd-topology.schema.json";

    private const string SchemaResource = "EtcdHa.Core.Topology.etcd-topology.schema.json";

    /// <summary>The JSON Schema (draft 2020-12) of the file, for editors.</summary>
    public static string Schema
    {
        get
        {
            using Stream stream = typeof(TopologyFile).Assembly.GetManifestResourceStream(SchemaResource)!;
            using var reader = new StreamReader(stream);
            return reader.ReadToEnd();
        }
    }

    /// <summary>Reads a file's structure and types; <see cref="TopologyRules.Validate"/> checks what the values mean.</summary>
    /// <param name="yaml">The file's text.</param>
    /// <param name="fileName">Its name, for messages.</param>
    /// <exception cref="EtcdTopologyException">
    /// <c>TopologyFile…</c>: not YAML, or a field unknown, misspelt, given twice, missing or of the wrong type. Line and column
    /// are set and stand in the message as <c>file(line,column)</c>.
    /// </exception>
    public static EtcdTopology Read(string yaml, string fileName)
    {
        ArgumentNullException.ThrowIfNull(yaml);
        ArgumentNullException.ThrowIfNull(fileName);
        return new TopologyFileReader(fileName).Read(yaml);
    }

    /// <summary>
    /// The file's text: only what differs from the defaults, in a fixed order, with LF. Reading it gives an equal topology.
    /// </summary>
    /// <param name="topology">The topology.</param>
    public static string Write(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return TopologyFileWriter.Write(topology);
    }
}
