using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Planning;

/// <summary>The unified difference of two short texts, with three lines around each change. Values that look like secrets are hidden.</summary>
internal static partial class TextDiff
{
    private const int Context = 3;

    // Beyond that many pairs of lines the table costs more than the difference tells.
    private const int MostCells = 4_000_000;

    /// <summary>The difference; empty when the texts are the same.</summary>
    /// <param name="before">The text that is there.</param>
    /// <param name="after">The text that will be there.</param>
    public static string Unified(string before, string after)
    {
        string[] old = Lines(before);
        string[] wanted = Lines(after);
        if ((long)old.Length * wanted.Length > MostCells)
        {
            return string.Create(CultureInfo.InvariantCulture, $"(too long to compare: {old.Length} lines, {wanted.Length} lines wanted)");
        }

        Edit[] edits = [.. Edits(old, wanted)];
        var text = new StringBuilder();
        foreach ((int start, int end) in Hunks(edits))
        {
            Edit[] hunk = edits[start..end];
            int removed = hunk.Count(e => e.Sign != '+');
            int added = hunk.Count(e => e.Sign != '-');
            text.Append(CultureInfo.InvariantCulture, $"@@ -{hunk[0].Old + (removed > 0 ? 1 : 0)},{removed} +{hunk[0].New + (added > 0 ? 1 : 0)},{added} @@\n");
            foreach (Edit edit in hunk)
            {
                text.Append(edit.Sign).Append(WithoutSecret(edit.Line)).Append('\n');
            }
        }

        return text.ToString();
    }

    private static string[] Lines(string text)
    {
        string[] lines = text.Replace("\r\n", "\n", StringComparison.Ordinal).Split('\n');
        return lines[^1].Length == 0 ? lines[..^1] : lines;
    }

    private static IEnumerable<Edit> Edits(string[] old, string[] wanted)
    {
        // Length of the longest common subsequence of what is left from each pair of lines on.
        int[,] common = new int[old.Length + 1, wanted.Length + 1];
        for (int i = old.Length - 1; i >= 0; i--)
        {
            for (int j = wanted.Length - 1; j >= 0; j--)
            {
                common[i, j] = old[i] == wanted[j] ? common[i + 1, j + 1] + 1 : Math.Max(common[i + 1, j], common[i, j + 1]);
            }
        }

        int a = 0;
        int b = 0;
        while (a < old.Length || b < wanted.Length)
        {
            if (a < old.Length && b < wanted.Length && old[a] == wanted[b])
            {
                yield return new Edit(' ', old[a], a++, b++);
            }
            else if (b == wanted.Length || (a < old.Length && common[a + 1, b] >= common[a, b + 1]))
            {
                yield return new Edit('-', old[a], a++, b);
            }
            else
            {
                yield return new Edit('+', wanted[b], a, b++);
            }
        }
    }

    private static IEnumerable<(int Start, int End)> Hunks(Edit[] edits)
    {
        int[] changed = [.. Enumerable.Range(0, edits.Length).Where(i => edits[i].Sign != ' ')];
        for (int i = 0; i < changed.Length;)
        {
            int first = changed[i];
            int last = first;
            while (i < changed.Length && changed[i] - last <= 2 * Context)
            {
                last = changed[i++];
            }

            yield return (Math.Max(0, first - Context), Math.Min(edits.Length, last + Context + 1));
        }
    }

    // A kubeadm configuration made by hand may hold join tokens and keys; ours never does. The initial-cluster-token is no secret.
    private static string WithoutSecret(string line) => Secret().Replace(line, "$1(hidden)");

    private sealed record Edit(char Sign, string Line, int Old, int New);

    [GeneratedRegex("""^([\s-]*["']?[A-Za-z]*(?:token|certificateKey|password|secret)["']?\s*:\s*)\S.*$""", RegexOptions.CultureInvariant | RegexOptions.IgnoreCase)]
    private static partial Regex Secret();
}
