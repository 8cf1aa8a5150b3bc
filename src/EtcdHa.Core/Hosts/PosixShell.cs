namespace EtcdHa.Core.Hosts;

/// <summary>The one place where text becomes a word of a POSIX shell.</summary>
public static class PosixShell
{
    /// <summary>Quotes a value so that a POSIX shell reads it as exactly one word with exactly these characters.</summary>
    /// <param name="value">Any text without NUL, which no shell word can hold.</param>
    /// <returns>
    /// The value itself when every character is safe; else in single quotes, a single quote written <c>'\''</c>
    /// (POSIX.1-2017, Shell Command Language, 2.2.2).
    /// </returns>
    /// <exception cref="ArgumentException">The value holds a NUL.</exception>
    public static string Quote(string value)
    {
        ArgumentNullException.ThrowIfNull(value);
        if (value.Contains('\0', StringComparison.Ordinal))
        {
            throw new ArgumentException("A shell word cannot hold NUL.", nameof(value));
        }

        return value.Length > 0 && value.All(IsSafe)
            ? value
            : "'" + value.Replace("'", "'\\''", StringComparison.Ordinal) + "'";
    }

    /// <summary>Quotes each value and joins the words with spaces: one command line.</summary>
    /// <param name="words">The command and its arguments.</param>
    /// <returns>The command line.</returns>
    public static string Join(params IEnumerable<string> words) => string.Join(' ', words.Select(Quote));

    /// <summary>
    /// Lines after which a command runs when the script ends, also by a signal, and no further signal stops it: behind sudo each comes more
    /// than once, sent to sudo and to the script's processes, and passed on by sudo.
    /// </summary>
    /// <param name="command">What cleans up.</param>
    /// <returns>The lines; the exit code after a signal is 128 and its number.</returns>
    public static string AtExit(string command)
    {
        const string deaf = "trap \"\" HUP INT PIPE TERM; ";
        return $"trap {Quote(deaf + command)} EXIT\n"
            + $"trap '{deaf}exit 129' HUP; trap '{deaf}exit 130' INT; trap '{deaf}exit 141' PIPE; trap '{deaf}exit 143' TERM";
    }

    // No '~' (home), '=' (assignment, and zsh expands =word), '{}' (brace expansion) or glob characters.
    private static bool IsSafe(char c) =>
        char.IsAsciiLetterOrDigit(c) || c is '/' or '.' or '_' or '-' or ':' or ',' or '@' or '%' or '+';
}
