using System.Text.RegularExpressions;
using System.Xml.Linq;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Architecture;

/// <summary>The sources and Errors.resx agree: ids, texts and their arguments.</summary>
public partial class ErrorTextTests
{
    private static readonly Dictionary<string, string> Texts =
        XDocument.Load(Path.Combine(BuiltModule.Root, "src/EtcdHa.Model/Errors/Errors.resx")).Root!.Elements("data")
            .ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);

    private static readonly (string File, string Text)[] Sources =
    [
        .. new[] { "EtcdHa", "EtcdHa.Model", "EtcdHa.Core" }
            .SelectMany(project => Directory.EnumerateFiles(Path.Combine(BuiltModule.Root, "src", project), "*.cs", SearchOption.AllDirectories))
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Select(file => (file, File.ReadAllText(file))),
    ];

    [Fact]
    public void Every_id_that_is_thrown_has_a_message_and_an_action()
    {
        IReadOnlyList<Thrown> thrown = ThrownErrors();
        Assert.NotEmpty(thrown);
        Assert.All(thrown, error =>
        {
            Assert.True(Texts.ContainsKey(error.Id), $"{error.File}: no text '{error.Id}'");
            Assert.True(Texts.ContainsKey(error.Id + ".Action"), $"{error.File}: no text '{error.Id}.Action'");
        });
    }

    [Fact]
    public void Every_message_has_an_action_and_every_action_a_message() => Assert.All(Texts.Keys, key =>
        Assert.Contains(key.EndsWith(".Action", StringComparison.Ordinal) ? key[..^".Action".Length] : key + ".Action", Texts.Keys));

    [Fact]
    public void No_text_is_unused() => Assert.All(
        Texts.Keys.Where(key => !key.Contains('.')),
        id => Assert.True(Sources.Any(source => source.Text.Contains($"\"{id}\"", StringComparison.Ordinal)), $"'{id}' is never thrown"));

    [Fact]
    public void No_text_asks_for_an_argument_that_is_not_given() => Assert.All(ThrownErrors().Where(e => e.Arguments is not null), error =>
    {
        int wanted = Math.Max(Wanted(Texts[error.Id]), Wanted(Texts[error.Id + ".Action"]));
        Assert.True(wanted <= error.Arguments, $"{error.File}: '{error.Id}' wants {wanted} arguments, gets {error.Arguments}");
    });

    [Fact]
    public void No_argument_is_given_that_neither_text_shows() => Assert.All(Texts.Keys.Where(key => !key.Contains('.')), id =>
    {
        HashSet<int> shown = [.. Placeholders(Texts[id]), .. Placeholders(Texts[id + ".Action"])];
        Assert.True(shown.SetEquals(Enumerable.Range(0, shown.Count)), $"'{id}' skips an argument");
    });

    [Fact]
    public void Texts_end_as_sentences_or_with_a_command_or_what_another_program_said() => Assert.All(Texts, text => Assert.Matches(@"([.:?]|\{[0-9]+\}|: [^.]+)$", text.Value));

    private static int Wanted(string text) => Placeholders(text).DefaultIfEmpty(-1).Max() + 1;

    private static IEnumerable<int> Placeholders(string text) =>
        Placeholder().Matches(text).Select(m => int.Parse(m.Groups[1].ValueSpan, provider: null));

    private static IReadOnlyList<Thrown> ThrownErrors() =>
    [
        .. from source in Sources
           from match in Throw().Matches(source.Text)
           select new Thrown(Path.GetFileName(source.File), match.Groups["id"].Value, CountArguments(source.Text, match.Index + match.Length)),
    ];

    // Arguments after the id, up to the parenthesis that closes the call. Null: an array or a spread is passed, its length unknown.
    private static int? CountArguments(string text, int start)
    {
        int depth = 0;
        int count = 0;
        bool quoted = false;
        for (int i = start; i < text.Length; i++)
        {
            char c = text[i];
            if (c == '"')
            {
                quoted = !quoted;
            }
            else if (!quoted && c is '(' or '[' or '{')
            {
                depth++;
            }
            else if (!quoted && c is ')' or ']' or '}')
            {
                if (depth-- == 0)
                {
                    return text[start..i].Contains("arguments", StringComparison.OrdinalIgnoreCase) ? null : count;
                }
            }
            else if (!quoted && c == ',' && depth == 0)
            {
                count++;
            }
        }

        return null;
    }

    private sealed record Thrown(string File, string Id, int? Arguments);

    [GeneratedRegex(@"new Etcd\w*Exception\(\s*(?:[a-zA-Z_.]+,\s*)?""(?<id>\w+)""", RegexOptions.ExplicitCapture)]
    private static partial Regex Throw();

    [GeneratedRegex(@"\{([0-9]+)(?::[^}]*)?\}")]
    private static partial Regex Placeholder();
}
