namespace EtcdHa.Console.Interactive;

/// <summary>Completes files and folders; the engine leaves this to commands of full PowerShell.</summary>
internal static class PathCompletion
{
    private const int Most = 100;

    /// <summary>Completes the word before the cursor as a path.</summary>
    /// <param name="text">The line.</param>
    /// <param name="cursor">The place in it.</param>
    /// <param name="folder">Where relative paths begin.</param>
    internal static CompletionSet Complete(string text, int cursor, string folder)
    {
        var start = WordStart(text, cursor);
        var word = text[start..cursor];
        var quote = word.Length > 0 && word[0] is '\'' or '"' ? word[0] : '\0';
        var typed = quote == '\0' ? word : word[1..];
        if (typed.IndexOfAny(['*', '?', '$', '`', '\0']) >= 0)
        {
            return CompletionSet.None;
        }

        var slash = typed.LastIndexOf('/') + 1;
        var (shown, prefix) = (typed[..slash], typed[slash..]);
        var searched = shown.StartsWith("~/", StringComparison.Ordinal)
            ? Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) + shown[1..]
            : shown;
        try
        {
            var options = new EnumerationOptions
            {
                AttributesToSkip = prefix.StartsWith('.') ? FileAttributes.None : FileAttributes.Hidden,
                MatchCasing = MatchCasing.PlatformDefault,
            };
            var candidates = new DirectoryInfo(Path.Combine(folder, searched))
                .EnumerateFileSystemInfos(prefix + "*", options)
                .OrderBy(entry => entry.Name, StringComparer.Ordinal)
                .Take(Most)
                .Select(entry => Quoted(shown + entry.Name + (entry is DirectoryInfo ? "/" : string.Empty), quote));
            return new CompletionSet(start, cursor - start, [.. candidates]);
        }
        catch (Exception unreadable) when (unreadable is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return CompletionSet.None;
        }
    }

    private static int WordStart(string text, int cursor)
    {
        var start = 0;
        var quote = '\0';
        for (var i = 0; i < cursor; i++)
        {
            if (quote != '\0')
            {
                quote = text[i] == quote ? '\0' : quote;
            }
            else if (text[i] is '\'' or '"')
            {
                (quote, start) = (text[i], i);
            }
            else if (char.IsWhiteSpace(text[i]) || text[i] is '|' or ';' or '(' or ')' or '{' or '}' or ',' or '=' or '&')
            {
                start = i + 1;
            }
        }

        return start;
    }

    private static string Quoted(string path, char quote)
    {
        if (quote == '\0' && path.IndexOfAny([' ', '\'', '(', ')', '{', '}', ';', '&', '|', '$', '`', ',', '"']) < 0)
        {
            return path;
        }

        return quote == '"' ? $"\"{path}\"" : $"'{path.Replace("'", "''", StringComparison.Ordinal)}'";
    }
}
