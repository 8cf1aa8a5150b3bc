namespace EtcdHa.Core.Etcd;

/// <summary>
/// A table as etcdctl draws it with olekukonko/tablewriter: ASCII borders, headings centred, cells to the right. Not taken over: that
/// a cell of more than 30 characters breaks into lines, which a script could not read again.
/// </summary>
internal static class EtcdctlTable
{
    public static IEnumerable<string> Lines(string[] headings, IReadOnlyList<string[]> rows)
    {
        int[] widths = [.. headings.Select((heading, column) => rows.Select(row => row[column].Length).Append(heading.Length).Max())];
        string border = "+" + string.Concat(widths.Select(width => new string('-', width + 2) + "+"));
        return
        [
            border,
            Row(headings.Select((heading, column) => Centred(heading, widths[column]))),
            border,
            .. rows.Select(row => Row(row.Select((cell, column) => cell.PadLeft(widths[column])))),
            .. rows.Count == 0 ? Array.Empty<string>() : [border],
        ];
    }

    private static string Row(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |";

    // An odd blank goes to the right, as in tablewriter's Pad.
    private static string Centred(string text, int width) => text.PadLeft(text.Length + ((width - text.Length) / 2)).PadRight(width);
}
