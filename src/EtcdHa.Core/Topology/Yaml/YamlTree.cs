using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace EtcdHa.Core.Topology.Yaml;

/// <summary>A YAML node and where it begins, from 1.</summary>
internal abstract record YamlTree(int Line, int Column)
{
    /// <summary>Deeper than any topology; keeps a hostile file from exhausting the stack.</summary>
    private const int MaxDepth = 32;

    /// <summary>
    /// Reads the one document of a text. Anchors, aliases and tags are refused: a file that says the same thing in its own words everywhere is
    /// readable in a review.
    /// </summary>
    /// <exception cref="YamlTreeException">Not YAML, or YAML of a kind not read here.</exception>
    public static YamlTree Parse(string text) =>
        Documents(text, onlyOne: true) is [YamlTree root] ? root : throw new YamlTreeException("the file is empty", 1, 1, null);

    /// <summary>Reads every document of a text, by the rules of <see cref="Parse"/>.</summary>
    /// <exception cref="YamlTreeException">Not YAML, or YAML of a kind not read here.</exception>
    public static IReadOnlyList<YamlTree> ParseAll(string text) => Documents(text, onlyOne: false);

    private static List<YamlTree> Documents(string text, bool onlyOne)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            List<YamlTree> documents = [];
            while (!parser.TryConsume<StreamEnd>(out _))
            {
                if (onlyOne && documents.Count > 0)
                {
                    throw Refused(parser.Current!, "a second document");
                }

                parser.Consume<DocumentStart>();
                documents.Add(ReadNode(parser, 0));
                parser.Consume<DocumentEnd>();
            }

            return documents;
        }
        catch (YamlException e)
        {
            throw new YamlTreeException(e.Message, (int)e.Start.Line, (int)e.Start.Column, e);
        }
        catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
        {
            // YamlDotNet 18's scanner fails so on some malformed texts; the last thing it understood is the best place there is.
            Mark place = parser.Current?.End ?? Mark.Empty;
            throw new YamlTreeException("the text cannot be followed any further", (int)Math.Max(1, place.Line), (int)Math.Max(1, place.Column), e);
        }
    }

    private static YamlTree ReadNode(IParser parser, int depth)
    {
        ParsingEvent start = parser.Current!;
        (int line, int column) = ((int)start.Start.Line, (int)start.Start.Column);
        if (start is NodeEvent { Anchor.IsEmpty: false } or AnchorAlias)
        {
            throw Refused(start, "an anchor or alias");
        }

        if (start is NodeEvent { Tag.IsEmpty: false })
        {
            throw Refused(start, "a tag");
        }

        if (depth > MaxDepth)
        {
            throw Refused(start, "such deep nesting");
        }

        if (start is Scalar scalar)
        {
            parser.MoveNext();
            return new YamlScalar(scalar.Value, scalar.Style == ScalarStyle.Plain, line, column);
        }

        if (parser.TryConsume<SequenceStart>(out _))
        {
            List<YamlTree> items = [];
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(parser, depth + 1));
            }

            return new YamlList(items, line, column);
        }

        parser.Consume<MappingStart>();
        List<(YamlScalar Key, YamlTree Value)> entries = [];
        while (!parser.TryConsume<MappingEnd>(out _))
        {
            YamlTree key = ReadNode(parser, depth + 1);
            entries.Add((
                key as YamlScalar ?? throw new YamlTreeException("a field's name must be a text", key.Line, key.Column, null),
                ReadNode(parser, depth + 1)));
        }

        return new YamlMap(entries, line, column);
    }

    private static YamlTreeException Refused(ParsingEvent place, string what) =>
        new($"{what} is not read here", (int)place.Start.Line, (int)place.Start.Column, null);
}

/// <summary>A scalar; <see cref="IsPlain"/>: without quotes.</summary>
internal sealed record YamlScalar(string Value, bool IsPlain, int Line, int Column) : YamlTree(Line, Column);

/// <summary>A sequence.</summary>
internal sealed record YamlList(IReadOnlyList<YamlTree> Items, int Line, int Column) : YamlTree(Line, Column);

/// <summary>A mapping, repeated keys included.</summary>
internal sealed record YamlMap(IReadOnlyList<(YamlScalar Key, YamlTree Value)> Entries, int Line, int Column) : YamlTree(Line, Column);

/// <summary>A text that is not the YAML wanted, and where.</summary>
internal sealed class YamlTreeException(string message, int line, int column, Exception? innerException)
    : Exception(message, innerException)
{
    public int Line { get; } = line;

    public int Column { get; } = column;
}
