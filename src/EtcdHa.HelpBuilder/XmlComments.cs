using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EtcdHa.HelpBuilder;

/// <summary>The compiler's XML comments, read as help text.</summary>
internal sealed partial class XmlComments
{
    private readonly Dictionary<string, XElement> _members;

    private XmlComments(Dictionary<string, XElement> members) => _members = members;

    public static XmlComments Load(params string[] files) => new(files
        .SelectMany(file => XDocument.Load(file, LoadOptions.PreserveWhitespace).Descendants("member"))
        .ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal));

    public XElement? Of(Type type) => _members.GetValueOrDefault("T:" + type.FullName);

    public XElement? Of(PropertyInfo property) => _members.GetValueOrDefault($"P:{property.DeclaringType!.FullName}.{property.Name}");

    /// <summary>The summary as one paragraph; empty when there is none.</summary>
    public static string Summary(XElement? member) => Paragraph(member?.Element("summary"));

    /// <summary>The paragraphs below an element: each <c>para</c>, each list item, and text that stands in neither.</summary>
    public static IReadOnlyList<string> Paragraphs(XElement? element)
    {
        if (element is null)
        {
            return [];
        }

        IEnumerable<string> paragraphs = element.Elements().Any(child => child.Name.LocalName is "para" or "list")
            ? element.Elements().SelectMany(child => child.Name.LocalName switch
            {
                "para" => [Paragraph(child)],
                "list" => child.Elements("item").Select(item => "- " + Paragraph(item.Element("description") ?? item)),
                _ => (IEnumerable<string>)[],
            })
            : [Paragraph(element)];
        return [.. paragraphs.Where(text => text.Length > 0)];
    }

    /// <summary>Code with its line breaks, without the indentation of the comment it stood in.</summary>
    public static string Code(XElement? element)
    {
        string[] lines = (element?.Value ?? "").Replace("\r", "", StringComparison.Ordinal).Trim('\n').TrimEnd().Split('\n');
        int indent = lines.Skip(1).Where(line => line.Trim().Length > 0).Select(Indentation).DefaultIfEmpty(0).Min();
        return string.Join('\n', lines.Select((line, i) => i == 0 ? line.TrimStart() : line[Math.Min(indent, line.Length)..].TrimEnd()));
    }

    public static string Paragraph(XElement? element) =>
        element is null ? "" : WhiteSpace().Replace(string.Concat(element.Nodes().Select(Inline)), " ").Trim();

    private static int Indentation(string line) => line.Length - line.TrimStart().Length;

    private static string Inline(XNode node) => node switch
    {
        XText text => text.Value,
        XElement { Name.LocalName: "see" or "seealso" or "paramref" } reference => reference.Value.Length > 0 ? reference.Value : Referred(reference),
        XElement element => string.Concat(element.Nodes().Select(Inline)),
        _ => "",
    };

    // cref="T:EtcdHa.EtcdMember" is shown as EtcdMember, cref="M:A.B(System.Int32)" as B.
    private static string Referred(XElement reference)
    {
        string target = reference.Attribute("cref")?.Value ?? reference.Attribute("langword")?.Value
            ?? reference.Attribute("name")?.Value ?? reference.Attribute("href")?.Value ?? "";
        return reference.Attribute("href") is not null ? target : target.Split('(')[0].Split('.', ':')[^1];
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex WhiteSpace();
}
