using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Tests.Planning;

public sealed class TextDiffTests
{
    [Fact]
    public void Equal_texts_have_no_difference() => Assert.Equal("", TextDiff.Unified("a\nb\n", "a\nb\n"));

    [Fact]
    public void A_changed_line_stands_among_three_lines_around_it() => Assert.Equal(
        "@@ -2,7 +2,7 @@\n b\n c\n d\n-e\n+E\n f\n g\n h\n",
        TextDiff.Unified("a\nb\nc\nd\ne\nf\ng\nh\ni\n", "a\nb\nc\nd\nE\nf\ng\nh\ni\n"));

    [Fact]
    public void Changes_far_apart_are_two_hunks_and_near_ones_one()
    {
        string[] lines = [.. Enumerable.Range(0, 20).Select(i => $"l{i}")];
        string Changed(params int[] at) => string.Join('\n', lines.Select((l, i) => at.Contains(i) ? l + "!" : l)) + "\n";

        Assert.Equal(2, TextDiff.Unified(Changed(), Changed(2, 15)).Split("@@ -").Length - 1);
        Assert.Equal(1, TextDiff.Unified(Changed(), Changed(2, 8)).Split("@@ -").Length - 1);
    }

    [Theory]
    [InlineData("", "a\n", "@@ -0,0 +1,1 @@\n+a\n")]
    [InlineData("a\n", "", "@@ -1,1 +0,0 @@\n-a\n")]
    [InlineData("a\r\nb\r\n", "a\nb\n", "")]
    public void An_empty_text_and_other_line_ends_are_taken(string before, string after, string expected) => Assert.Equal(expected, TextDiff.Unified(before, after));

    [Theory]
    [InlineData("  token: abcdef.0123456789abcdef", "-  token: (hidden)")]
    [InlineData("certificateKey: 00ff", "-certificateKey: (hidden)")]
    [InlineData("  - password: 'x'", "-  - password: (hidden)")]
    [InlineData("      value: etcd-cluster-1", "-      value: etcd-cluster-1")]
    [InlineData("    - --initial-cluster-token=abc", "-    - --initial-cluster-token=abc")]
    public void What_looks_like_a_secret_in_a_foreign_file_is_hidden(string line, string shown)
        => Assert.Contains(shown + "\n", TextDiff.Unified(line + "\n", "other\n"), StringComparison.Ordinal);

    // patch(1) applies what was made: the numbers are right.
    [Fact]
    public void A_difference_of_any_two_texts_leads_from_one_to_the_other()
    {
        var random = new Random(20261126);
        for (int i = 0; i < 200; i++)
        {
            string[] before = [.. Enumerable.Range(0, random.Next(0, 30)).Select(_ => $"{random.Next(6)}")];
            string[] after = [.. before.Where(_ => random.Next(5) > 0).SelectMany(l => random.Next(6) == 0 ? new[] { "new", l } : [l])];

            Assert.Equal(after, Apply(before, TextDiff.Unified(Text(before), Text(after))));
        }
    }

    private static string Text(string[] lines) => string.Concat(lines.Select(l => l + "\n"));

    private static List<string> Apply(string[] before, string diff)
    {
        var after = new List<string>();
        int at = 0;
        foreach (string line in diff.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (line.StartsWith("@@", StringComparison.Ordinal))
            {
                int[] old = [.. line.Split(' ')[1][1..].Split(',').Select(int.Parse)];
                int start = old[1] == 0 ? old[0] : old[0] - 1;
                after.AddRange(before[at..start]);
                at = start;
                continue;
            }

            if (line[0] != '+')
            {
                Assert.Equal(before[at++], line[1..]);
            }

            if (line[0] != '-')
            {
                after.Add(line[1..]);
            }
        }

        after.AddRange(before[at..]);
        return after;
    }
}
