using System.Globalization;

namespace EtcdHa.Core.Topology.Yaml;

/// <summary>
/// Reads typed fields of one mapping whose field names are known. An unknown or repeated field is an error when the mapping is
/// opened, before any value is looked at.
/// </summary>
internal sealed class YamlMapReader
{
    private readonly string _fileName;
    private readonly string _what;
    private readonly bool _goYaml;
    private readonly Dictionary<string, YamlTree> _fields = new(StringComparer.Ordinal);

    /// <summary>Opens a mapping.</summary>
    /// <param name="fileName">For messages.</param>
    /// <param name="what">What the mapping is, for messages.</param>
    /// <param name="node">The node that must be a mapping.</param>
    /// <param name="known">Names of its fields.</param>
    /// <param name="goYaml">
    /// True: values are read as kubeadm does: a field without a value is not there, and the words and numbers of YAML 1.1
    /// (<c>yes</c>, <c>0x10</c>) are no texts.
    /// </param>
    public YamlMapReader(string fileName, string what, YamlTree node, IReadOnlyList<string> known, bool goYaml = false)
    {
        (_fileName, _what, _goYaml, Node) = (fileName, what, goYaml, node);
        if (node is not YamlMap map)
        {
            throw WrongType(node, what, "a mapping of fields");
        }

        foreach ((YamlScalar key, YamlTree value) in map.Entries)
        {
            if (!known.Contains(key.Value))
            {
                string hint = TopologyFileFields.Nearest(key.Value, known) is string nearest ? $" Did you mean '{nearest}'?" : "";
                throw Error(key, "TopologyFileFieldUnknown", key.Value, what, hint, string.Join(", ", known));
            }

            if (!_fields.TryAdd(key.Value, value))
            {
                throw Error(key, "TopologyFileFieldDuplicate", key.Value, what);
            }
        }
    }

    /// <summary>The mapping itself.</summary>
    public YamlTree Node { get; }

    /// <summary><c>file(line,column)</c>, which editors and terminals make clickable.</summary>
    public static string Place(string fileName, int line, int column) =>
        string.Create(CultureInfo.InvariantCulture, $"{fileName}({line},{column})");

    /// <summary>A field's node, or null.</summary>
    public YamlTree? Find(string name) => _fields.GetValueOrDefault(name) is YamlTree node && !(_goYaml && IsNull(node)) ? node : null;

    /// <summary>A string that must be there.</summary>
    public string RequiredText(string name) => Text(name) ?? throw Error(Node, "TopologyFileFieldMissing", _what, name);

    /// <summary>A string, or null when the field is not there.</summary>
    public string? Text(string name) => Find(name) is YamlTree node ? TextOf(node, FieldName(name)) : null;

    /// <summary>A list of strings, or null.</summary>
    public IReadOnlyList<string>? Texts(string name) => Find(name) switch
    {
        null => null,
        YamlList list => [.. list.Items.Select(i => TextOf(i, "an item of " + FieldName(name)))],
        YamlTree node => throw WrongType(node, FieldName(name), "a list of texts"),
    };

    /// <summary>A whole number, or null.</summary>
    public int? Number(string name)
    {
        YamlTree? node = Find(name);
        bool isNumber = node is YamlScalar { IsPlain: true } scalar
            && int.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);
        return node is null ? null
            : isNumber ? int.Parse(((YamlScalar)node).Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture)
            : throw WrongType(node, FieldName(name), "a whole number");
    }

    /// <summary>true or false, or null.</summary>
    public bool? Boolean(string name) => Find(name) switch
    {
        null => null,
        YamlScalar { IsPlain: true, Value: "true" } => true,
        YamlScalar { IsPlain: true, Value: "false" } => false,
        YamlTree node => throw WrongType(node, FieldName(name), "true or false"),
    };

    /// <summary>A duration as Go writes it, or null.</summary>
    public TimeSpan? Duration(string name)
    {
        string? text = Text(name);
        return text is null ? null
            : GoDuration.TryParse(text, out TimeSpan value) ? value
            : throw Error(Find(name)!, "TopologyFileValueInvalid", FieldName(name), text, "a time such as 8760h, 1h30m or 30s");
    }

    /// <summary>One of several names, or null.</summary>
    public T? Choice<T>(string name, Func<string, T?> find, IEnumerable<string> names)
        where T : struct
    {
        string? text = Text(name);
        return text is null ? null
            : find(text) ?? throw Error(Find(name)!, "TopologyFileValueInvalid", FieldName(name), text, "one of " + string.Join(", ", names));
    }

    /// <summary>A mapping, or null.</summary>
    public YamlMapReader? Map(string name, string what, IReadOnlyList<string> known) =>
        Find(name) is YamlTree node ? Map(node, what, known) : null;

    /// <summary>A node within this mapping as a mapping of its own.</summary>
    public YamlMapReader Map(YamlTree node, string what, IReadOnlyList<string> known) => new(_fileName, what, node, known, _goYaml);

    /// <summary>The nodes of a list, or null.</summary>
    public IReadOnlyList<YamlTree>? Items(string name) => Find(name) switch
    {
        null => null,
        YamlList list => list.Items,
        YamlTree node => throw WrongType(node, FieldName(name), "a list"),
    };

    /// <summary>The entries of a mapping whose names are free, each with a text, in the file's order.</summary>
    public IReadOnlyList<(string Name, string Value)> Pairs(string name, string what)
    {
        YamlTree? node = Find(name);
        IReadOnlyList<(YamlScalar Key, YamlTree Value)> entries = (node as YamlMap)?.Entries ?? [];
        YamlMapReader? map = Map(name, what, [.. entries.Select(e => e.Key.Value)]);
        return map is null ? [] : [.. entries.Select(e => (e.Key.Value, map.Text(e.Key.Value) ?? ""))];
    }

    /// <summary>A list of mappings; empty when the field is not there.</summary>
    public IEnumerable<YamlMapReader> Maps(string name, string what, IReadOnlyList<string> known) =>
        (Items(name) ?? []).Select(node => Map(node, what, known));

    /// <summary>An error at a node; its place is the first argument of the text.</summary>
    public EtcdTopologyException Error(YamlTree node, string errorId, params object?[] arguments) => Error(null, node, errorId, arguments);

    /// <summary>An error at a node with its cause.</summary>
    public EtcdTopologyException Error(Exception? cause, YamlTree node, string errorId, params object?[] arguments) =>
        new(cause, errorId, [Place(_fileName, node.Line, node.Column), .. arguments])
        {
            Line = node.Line,
            Column = node.Column,
            Subject = _fileName,
        };

    private static bool IsNull(YamlTree node) => node is YamlScalar { IsPlain: true, Value: "" or "~" or "null" or "Null" or "NULL" };

    private string FieldName(string name) => $"{name} of {_what}";

    /// <summary>A node's text.</summary>
    /// <param name="node">A node within this mapping.</param>
    /// <param name="what">What it is, for messages.</param>
    public string TextOf(YamlTree node, string what) =>
        node is YamlScalar scalar && !(scalar.IsPlain && (_goYaml ? !YamlScalarAnalysis.ResolvesToString(scalar.Value) : YamlText.NotText().IsMatch(scalar.Value)))
            ? scalar.Value
            : throw WrongType(node, what, "a text");

    private EtcdTopologyException WrongType(YamlTree node, string what, string wanted)
    {
        string found = node switch
        {
            YamlMap => "a mapping",
            YamlList => "a list",
            YamlScalar { Value: "", IsPlain: true } => "nothing",
            YamlScalar { IsPlain: true } plain => plain.Value,
            YamlScalar quoted => $"the text '{quoted.Value}'",
            _ => "something else",
        };
        return Error(node, "TopologyFileTypeWrong", what, wanted, found);
    }
}
