using System.Text.RegularExpressions;

namespace EtcdHa.Core.Hosts;

/// <summary>Finds in the kubelet's journal what an error message should say.</summary>
internal static partial class KubeletJournal
{
    private const int MaximumLines = 3;

    /// <summary>
    /// The last lines that tell a fault, each once, without klog's time and source, the newest last; when klog marked none as a fault, the
    /// last lines whatever they are.
    /// </summary>
    /// <param name="journal">The messages of one or several runs of a crash loop, oldest first.</param>
    /// <returns>At most three lines, joined by <c>"; "</c>; empty when there are none.</returns>
    public static string Excerpt(string journal)
    {
        ArgumentNullException.ThrowIfNull(journal);
        (string Severity, string Text)[] lines = [.. journal.Split('\n').Where(l => !string.IsNullOrWhiteSpace(l)).Select(Parse)];
        bool hasFaults = lines.Any(l => l.Severity is "E" or "F");
        return RemoteText.LastDistinct(lines.Where(l => !hasFaults || l.Severity is not ("I" or "W")).Select(l => l.Text), MaximumLines);
    }

    private static (string Severity, string Text) Parse(string line)
    {
        Match header = KlogHeader().Match(line);
        return header.Success ? (header.Groups[1].Value, line[header.Length..]) : ("", line);
    }

    // Lmmdd hh:mm:ss.uuuuuu threadid file:line] text (k8s.io/klog).
    [GeneratedRegex(@"^([IWEF])\d{4} [\d:.]+\s+\d+ [^\]]+\] ")]
    private static partial Regex KlogHeader();
}
