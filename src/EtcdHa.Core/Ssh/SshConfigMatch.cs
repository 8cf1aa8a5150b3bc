namespace EtcdHa.Core.Ssh;

/// <summary>What is known of a block: whether it applies, and if that cannot be told, why.</summary>
/// <param name="Applies">True when its lines count; also true when that cannot be told.</param>
/// <param name="Undecided">The criterion that cannot be told here; null when it is decided.</param>
/// <param name="Place"><c>file:line</c> of its Match line.</param>
internal readonly record struct SshConfigBlock(bool Applies, string? Undecided = null, string Place = "");

/// <summary>
/// Decides <c>Host</c> and <c>Match</c> lines. A Match on <c>exec</c>, <c>final</c>, <c>localnetwork</c>, <c>tagged</c> and the like
/// is left undecided: the reader refuses such a block as soon as a line of it would count.
/// </summary>
internal static class SshConfigMatch
{
    private static readonly string[] Undecidable = ["exec", "localnetwork", "tagged", "version", "sessiontype", "command"];

    /// <summary>Decides a Host line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="host">The name as the user wrote it.</param>
    /// <returns>The block.</returns>
    /// <exception cref="FormatException">A pattern is empty.</exception>
    public static SshConfigBlock Host(SshConfigLine line, string host) =>
        line.Arguments.Count == 0 || line.Arguments.Contains("")
            ? throw new FormatException("the keyword Host has an empty pattern")
            : new SshConfigBlock(SshPattern.MatchesAny(line.Arguments, host));

    /// <summary>Decides a Match line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="place">Its <c>file:line</c>.</param>
    /// <param name="query">Which host.</param>
    /// <param name="config">What the lines before have given.</param>
    /// <returns>The block.</returns>
    /// <exception cref="FormatException">A criterion is unknown or lacks its argument.</exception>
    public static SshConfigBlock Match(SshConfigLine line, string place, SshConfigQuery query, SshConfig config)
    {
        bool applies = true;
        string? undecided = null;
        bool all = false;
        int others = 0;
        for (int i = 0; i < line.Arguments.Count; i++)
        {
            string criterion = line.Arguments[i];
            bool negated = criterion.StartsWith('!');
            string name = criterion.TrimStart('!').ToLowerInvariant();
            switch (name)
            {
                case "all":
                    all = true;
                    applies &= !negated;
                    continue;
                case "canonical":
                    // Names are never canonicalised here, so this pass does not come.
                    applies &= negated;
                    continue;
                case "final":
                    undecided ??= name;
                    continue;
            }

            others++;
            string argument = ++i < line.Arguments.Count ? line.Arguments[i] : throw new FormatException($"the Match criterion '{name}' has no argument");
            if (Undecidable.Contains(name))
            {
                undecided ??= name;
                continue;
            }

            string subject = name switch
            {
                "host" => config.HostName,
                "originalhost" => query.Host,
                "user" => query.UserName ?? config.First("User")?.Text ?? query.LocalUser,
                "localuser" => query.LocalUser,
                _ => throw new FormatException($"'{criterion}' is not a Match criterion"),
            };
            applies &= negated != SshPattern.MatchesAny(argument.Split(','), subject);
        }

        return line.Arguments.Count == 0 || (all && others > 0)
            ? throw new FormatException("Match takes 'all' alone, or other criteria")
            : new SshConfigBlock(applies, applies ? undecided : null, place);
    }
}
