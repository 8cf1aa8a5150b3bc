using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace EtcdHa.HelpBuilder;

/// <summary>Writes about_EtcdHa_Errors from Errors.resx: every id, what it says, what to do.</summary>
internal static partial class ErrorTopic
{
    private const int Columns = 80;
    private const string ActionSuffix = ".Action";

    private const string Head = """
        TOPIC
            about_EtcdHa_Errors

        SHORT DESCRIPTION
            Every error of EtcdHa: its id, what it says and what to do next.

        LONG DESCRIPTION
            The id is the first part of an error's FullyQualifiedErrorId. It does not
            change between versions, so a script can decide by it:

                try { Import-EtcdTopology ./etcd.yaml }
                catch {
                    if ($_.FullyQualifiedErrorId -notlike 'PathNotFound,*') { throw }
                }

            A script can also catch by type, such as [EtcdHa.EtcdSshException]. What to
            do next is in $_.ErrorDetails.RecommendedAction; '…' below stands for the
            name, path or value that an error is about. UnexpectedError is an exception
            that EtcdHa did not foresee.

        """;

    /// <summary>Writes the topic, in the order and under the headings of the resource file.</summary>
    public static string Write(string resourceFile)
    {
        XElement root = XDocument.Load(resourceFile).Root!;
        Dictionary<string, string> texts = root.Elements("data").ToDictionary(data => data.Attribute("name")!.Value, data => data.Element("value")!.Value);
        var topic = new StringBuilder(Head.ReplaceLineEndings("\n"));
        string? heading = null;
        foreach (XNode node in root.Nodes())
        {
            if (node is XComment comment)
            {
                heading = comment.Value.Trim();
            }
            else if (node is XElement { Name.LocalName: "data" } data && data.Attribute("name")!.Value is string id && !id.EndsWith(ActionSuffix, StringComparison.Ordinal))
            {
                if (heading is not null)
                {
                    topic.Append('\n').Append(heading.ToUpperInvariant()).Append('\n');
                    heading = null;
                }

                topic.Append('\n').Append("    ").Append(id).Append('\n');
                Wrap(topic, texts[id], indent: 8);
                Wrap(topic, texts[id + ActionSuffix], indent: 8);
            }
        }

        return topic.ToString();
    }

    private static void Wrap(StringBuilder topic, string text, int indent)
    {
        int column = 0;
        foreach (string word in Placeholder().Replace(text, "…").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries))
        {
            bool breaks = column == 0 || column + 1 + word.Length > Columns - indent;
            topic.Append(breaks ? (column == 0 ? "" : "\n") + new string(' ', indent) : " ").Append(word);
            column = breaks ? word.Length : column + 1 + word.Length;
        }

        topic.Append('\n');
    }

    [GeneratedRegex(@"\{[0-9]+(:[^}]*)?\}")]
    private static partial Regex Placeholder();
}
