using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.StaticPods;

/// <summary>How a flag or the image differs; null: it is not there.</summary>
/// <param name="Name">The flag with its dashes, or <c>image</c>.</param>
/// <param name="Expected">The value wanted.</param>
/// <param name="Actual">The value found.</param>
internal sealed record ManifestDifference(string Name, string? Expected, string? Actual)
{
    /// <summary>The name of the image's difference.</summary>
    public const string Image = "image";

    /// <summary>In what two manifests differ that can be named; other differences of theirs are not told.</summary>
    /// <param name="expected">The manifest wanted.</param>
    /// <param name="actual">The manifest found.</param>
    /// <returns>The differences; null when the found one is no manifest of a pod with a command.</returns>
    public static IReadOnlyList<ManifestDifference>? Between(string expected, string actual)
        => Read(actual) is { } found && Read(expected) is { } wanted
            ? [.. new[] { new ManifestDifference(Image, wanted.Image, found.Image) }.Where(d => d.Expected != d.Actual), .. OfFlags(wanted.Command, found.Command)]
            : null;

    /// <summary>In what the flags of two commands differ. Of a flag that stands several times all values count.</summary>
    /// <param name="expected">Program and arguments wanted.</param>
    /// <param name="actual">Program and arguments found.</param>
    public static IReadOnlyList<ManifestDifference> OfFlags(IEnumerable<string> expected, IEnumerable<string> actual)
    {
        Dictionary<string, string> wanted = Flags(expected);
        Dictionary<string, string> found = Flags(actual);
        return
        [
            .. wanted.Keys.Union(found.Keys).Order(StringComparer.Ordinal)
                .Select(name => new ManifestDifference(name, wanted.GetValueOrDefault(name), found.GetValueOrDefault(name)))
                .Where(d => d.Expected != d.Actual),
        ];
    }

    /// <summary>The program and arguments that a manifest starts; null when it is none.</summary>
    /// <param name="manifest">The manifest.</param>
    public static IReadOnlyList<string>? CommandOf(string manifest) => Read(manifest)?.Command;

    private static Dictionary<string, string> Flags(IEnumerable<string> command)
        => command.Where(a => a.StartsWith('-')).Select(a => a.TrimStart('-').Split('=', 2))
            .GroupBy(a => "--" + a[0], StringComparer.Ordinal)
            .ToDictionary(g => g.Key, g => string.Join(" and ", g.Select(a => a.Length > 1 ? a[1] : "true")), StringComparer.Ordinal);

    private static (string? Image, IReadOnlyList<string> Command)? Read(string manifest)
    {
        try
        {
            YamlTree? container = Field(Field(YamlTree.Parse(manifest), "spec"), "containers") is YamlList { Items: [{ } first, ..] } ? first : null;
            string[] Words(string name) => Field(container, name) is YamlList list ? [.. list.Items.OfType<YamlScalar>().Select(i => i.Value)] : [];
            string[] command = [.. Words("command"), .. Words("args")];
            return command.Length == 0 ? null : ((Field(container, "image") as YamlScalar)?.Value, command);
        }
        catch (YamlTreeException)
        {
            return null;
        }
    }

    private static YamlTree? Field(YamlTree? tree, string name)
        => (tree as YamlMap)?.Entries.FirstOrDefault(e => e.Key.Value == name).Value;
}
