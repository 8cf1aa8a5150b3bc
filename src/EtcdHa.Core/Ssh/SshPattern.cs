namespace EtcdHa.Core.Ssh;

/// <summary>OpenSSH's wildcard patterns: <c>*</c> any characters, <c>?</c> exactly one (ssh_config(5), PATTERNS).</summary>
internal static class SshPattern
{
    /// <summary>Matches a name with one pattern, both as they are.</summary>
    /// <param name="pattern">The pattern, without negation.</param>
    /// <param name="name">The name.</param>
    /// <returns>True when the whole name matches.</returns>
    public static bool Matches(ReadOnlySpan<char> pattern, ReadOnlySpan<char> name)
    {
        // Greedy with one point to return to: linear, also for patterns such as *a*a*a*b.
        int p = 0, n = 0, star = -1, retry = 0;
        while (n < name.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                retry = n;
            }
            else if (p < pattern.Length && (pattern[p] == '?' || pattern[p] == name[n]))
            {
                p++;
                n++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                n = ++retry;
            }
            else
            {
                return false;
            }
        }

        return pattern[p..].TrimStart('*').IsEmpty;
    }

    /// <summary>Matches a name with a list of patterns; one negated pattern (<c>!</c>) that matches excludes the name.</summary>
    /// <param name="patterns">The patterns in their order.</param>
    /// <param name="name">The name.</param>
    /// <returns>True when a pattern matches and no negated one does.</returns>
    public static bool MatchesAny(IEnumerable<string> patterns, string name)
    {
        bool matched = false;
        foreach (string pattern in patterns)
        {
            bool negated = pattern.StartsWith('!');
            if (Matches(negated ? pattern.AsSpan(1) : pattern, name))
            {
                if (negated)
                {
                    return false;
                }

                matched = true;
            }
        }

        return matched;
    }
}
