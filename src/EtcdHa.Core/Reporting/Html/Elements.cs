using static EtcdHa.Core.Reporting.Html.Markup;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>What the sections of a page are made of.</summary>
internal static class Elements
{
    /// <summary>What stands for a value that is not known.</summary>
    public static Markup Unknown { get; } = new("<span class=\"unknown\">–</span>");

    /// <summary>A section with a heading.</summary>
    public static Markup Section(string id, string heading, params Markup[] content) => Of($"<section id=\"{id}\">\n<h2>{heading}</h2>\n{Join(content)}</section>\n");

    /// <summary>A paragraph below a heading that says what follows.</summary>
    public static Markup Note(string text) => Of($"<p class=\"note\">{text}</p>\n");

    /// <summary>A table. Its head stands again on every page of paper.</summary>
    public static Markup Table(string kind, IEnumerable<string> heads, params Markup[] bodies) => Of(
        $"<table class=\"{kind}\">\n<thead>{HeadRow(heads)}</thead>\n{Join(bodies)}</table>\n");

    /// <summary>A table with a name, which stands again on every page of paper with its head. Its first row has one cell, so that its columns are told apart before it.</summary>
    public static Markup NamedTable(string kind, string name, IReadOnlyCollection<string> heads, Markup body) => Of(
        $"<table class=\"{kind}\">\n<colgroup>{Join(heads.Select(_ => new Markup("<col/>")))}</colgroup>\n<thead>\n<tr class=\"group\"><th scope=\"colgroup\" colspan=\"{heads.Count}\">{name}</th></tr>\n{HeadRow(heads)}\n</thead>\n{body}</table>\n");

    /// <summary>The rows of a table.</summary>
    public static Markup Body(IEnumerable<Markup> rows) => Of($"<tbody>\n{Join(rows)}</tbody>\n");

    /// <summary>The rows of a table that belong together, below a heading of their own.</summary>
    public static Markup Group(int columns, Markup heading, IEnumerable<Markup> rows) => Of(
        $"<tbody>\n<tr class=\"group\"><th scope=\"rowgroup\" colspan=\"{columns}\">{heading}</th></tr>\n{Join(rows)}</tbody>\n");

    /// <summary>A row whose first cell names it.</summary>
    public static Markup Row(Markup name, params Markup[] cells) => Of(
        $"<tr><th scope=\"row\">{name}</th>{Join(cells.Select(c => Of($"<td>{c}</td>")))}</tr>\n");

    /// <summary>A table of names and values.</summary>
    public static Markup Pairs(params (string Name, Markup Value)[] pairs) => Of(
        $"<table class=\"pairs\">\n<tbody>\n{Join(pairs.Select(p => Row(Text(p.Name), p.Value)))}</tbody>\n</table>\n");

    /// <summary>A text; the sign for an unknown value when there is none.</summary>
    public static Markup Text(string? text) => string.IsNullOrEmpty(text) ? Unknown : Of($"{text}");

    /// <summary>Text that a machine reads: a path, an ID, a URL.</summary>
    public static Markup Code(string? text) => string.IsNullOrEmpty(text) ? Unknown : Of($"<code>{text}</code>");

    /// <summary>A hash, which may break in its middle.</summary>
    public static Markup Hash(string? hash) => string.IsNullOrEmpty(hash) ? Unknown
        : Of($"<code class=\"hash\">{hash[..(hash.Length / 2)]}<wbr/>{hash[(hash.Length / 2)..]}</code>");

    /// <summary>Lines one below the other; what is nothing is left out.</summary>
    public static Markup Lines(params Markup[] lines) => Join(new Markup("<br/>"), lines.Where(l => l.Html.Length > 0));

    /// <summary>A smaller text.</summary>
    public static Markup Small(string? text) => string.IsNullOrEmpty(text) ? Empty : Of($"<small>{text}</small>");

    /// <summary>A state: a sign, a word and a colour, so that it can be read without the colour.</summary>
    public static Markup State(Tone tone, string word) => Of($"<span class=\"state {Class(tone)}\">{Sign(tone)} {word}</span>");

    /// <summary>The class of a tone.</summary>
    public static string Class(Tone tone) => tone switch
    {
        Tone.Good => "good",
        Tone.Bad => "bad",
        Tone.Doubtful => "doubtful",
        _ => "plain",
    };

    /// <summary>The sign of a tone.</summary>
    public static string Sign(Tone tone) => tone switch
    {
        Tone.Good => "✓",
        Tone.Bad => "✗",
        Tone.Doubtful => "!",
        _ => "·",
    };

    private static Markup HeadRow(IEnumerable<string> heads) => Of($"<tr>{Join(heads.Select(h => Of($"<th scope=\"col\">{h}</th>")))}</tr>");
}
