using System.Management.Automation.Host;
using System.Text;

namespace EtcdHa.Console.Hosting;

/// <summary>A choice's words: "Yes to &amp;All" is the text "Yes to All" with the key "A".</summary>
internal sealed record ChoiceLabel(string Key, string Text)
{
    internal static ChoiceLabel From(ChoiceDescription choice)
    {
        var mark = choice.Label.IndexOf('&', StringComparison.Ordinal);
        return mark < 0
            ? new ChoiceLabel(string.Empty, choice.Label.Trim())
            : new ChoiceLabel(
                mark + 1 < choice.Label.Length ? choice.Label.Substring(mark + 1, 1).ToUpperInvariant() : string.Empty,
                choice.Label.Remove(mark, 1).Trim());
    }

    internal static string Line(IReadOnlyList<ChoiceLabel> labels, IReadOnlyList<int> defaults)
    {
        var line = new StringBuilder();
        foreach (var label in labels)
        {
            line.Append('[').Append(label.Key).Append("] ").Append(label.Text).Append("  ");
        }

        line.Append("[?] Help");
        if (defaults.Count > 0)
        {
            var names = defaults.Select(index => labels[index].Key.Length > 0 ? labels[index].Key : labels[index].Text);
            line.Append(" (default is \"").AppendJoin(',', names).Append("\")");
        }

        return line.Append(": ").ToString();
    }

    internal bool IsMeantBy(string answer) =>
        answer.Length > 0
        && (string.Equals(answer, Key, StringComparison.OrdinalIgnoreCase) || string.Equals(answer, Text, StringComparison.OrdinalIgnoreCase));
}
