using System.Globalization;
using System.Text;

namespace EtcdHa.Core.Hosts;

/// <summary>Makes what a host wrote fit for an error message.</summary>
internal static class RemoteText
{
    private const int MaximumLines = 5;
    private const int MaximumCharacters = 800;

    /// <summary>The last lines that are not empty, joined by <c>"; "</c>.</summary>
    /// <param name="bytes">What a host wrote; taken as UTF-8.</param>
    /// <returns>At most 5 lines and 800 characters, without control and format characters (a terminal would obey them); "no message" when there are none.</returns>
    public static string LastLines(ReadOnlySpan<byte> bytes)
    {
        string[] lines = [.. Encoding.UTF8.GetString(bytes)
            .Split('\n')
            .Select(Clean)
            .Where(line => line.Length > 0)
            .TakeLast(MaximumLines)];
        string text = string.Join("; ", lines);
        return text.Length == 0 ? "no message" : text.Length <= MaximumCharacters ? text : "…" + text[^MaximumCharacters..];
    }

    /// <summary>The last of some lines, each once, as <see cref="LastLines"/> joins them; empty when there are none.</summary>
    /// <param name="lines">The lines, oldest first.</param>
    /// <param name="most">How many at the most.</param>
    public static string LastDistinct(IEnumerable<string> lines, int most)
    {
        string[] last = [.. lines.Reverse().Distinct(StringComparer.Ordinal).Take(most).Reverse()];
        return last.Length == 0 ? "" : LastLines(Encoding.UTF8.GetBytes(string.Join('\n', last)));
    }

    /// <summary>A line without control and format characters, trimmed.</summary>
    public static string Clean(string line)
    {
        StringBuilder clean = new(line.Length);
        foreach (char c in line)
        {
            UnicodeCategory category = char.GetUnicodeCategory(c);
            if (c == '\t')
            {
                clean.Append(' ');
            }
            else if (category is not (UnicodeCategory.Control or UnicodeCategory.Format))
            {
                clean.Append(c);
            }
        }

        return clean.ToString().Trim();
    }
}
