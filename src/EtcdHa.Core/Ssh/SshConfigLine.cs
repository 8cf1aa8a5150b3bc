using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>One line of an ssh_config file, split as OpenSSH does (readconf.c, process_config_line_depth; misc.c, argv_split).</summary>
/// <param name="Keyword">The keyword in lower case.</param>
/// <param name="Rest">What follows it, as written.</param>
/// <param name="Arguments">What follows it in words: quotes and escapes taken out, a comment left out.</param>
internal sealed record SshConfigLine(string Keyword, string Rest, IReadOnlyList<string> Arguments)
{
    private static readonly char[] LineEnd = [' ', '\t', '\r', '\n', '\f'];
    private static readonly char[] Blank = [' ', '\t', '\r'];
    private static readonly char[] KeywordEnd = [' ', '\t', '\r', '=', '"'];

    /// <summary>Splits a line.</summary>
    /// <param name="text">The line; its end may be there.</param>
    /// <returns>The keyword and its arguments; null for an empty line and a comment.</returns>
    /// <exception cref="FormatException">The line is malformed; the message says how, for use in an error.</exception>
    public static SshConfigLine? Parse(string text)
    {
        string line = text.TrimEnd(LineEnd).TrimStart(Blank);
        if (line.Length == 0 || line[0] == '#')
        {
            return null;
        }

        int end = line.IndexOfAny(KeywordEnd);
        string keyword = end < 0 ? line : line[..end];
        string rest = end < 0 ? "" : line[end..].TrimStart(Blank);

        // One = may stand between the keyword and its argument.
        rest = rest.StartsWith('=') ? rest[1..].TrimStart(Blank) : rest;
        return keyword.Length == 0 ? throw new FormatException("the line does not begin with a keyword")
            : rest.Length == 0 ? throw new FormatException($"the keyword {keyword} has no argument")
            : new SshConfigLine(keyword.ToLowerInvariant(), rest, Split(rest));
    }

    private static List<string> Split(string text)
    {
        List<string> words = [];
        int i = 0;
        while (true)
        {
            while (i < text.Length && text[i] is ' ' or '\t')
            {
                i++;
            }

            // A # begins a comment only where a word would begin.
            if (i == text.Length || text[i] == '#')
            {
                return words;
            }

            words.Add(Word(text, ref i));
        }
    }

    private static string Word(string text, ref int i)
    {
        StringBuilder word = new();
        char quote = '\0';
        for (; i < text.Length && (quote != '\0' || text[i] is not (' ' or '\t')); i++)
        {
            char c = text[i];
            if (c == '\\' && i + 1 < text.Length && (text[i + 1] is '\'' or '"' or '\\' || (quote == '\0' && text[i + 1] == ' ')))
            {
                word.Append(text[++i]);
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                quote = c;
            }
            else if (quote != '\0' && c == quote)
            {
                quote = '\0';
            }
            else
            {
                word.Append(c);
            }
        }

        return quote == '\0' ? word.ToString() : throw new FormatException("a quotation mark is not closed");
    }
}
