namespace EtcdHa.Core.Ssh;

/// <summary>One known_hosts file, parsed (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Lines OpenSSH would ignore are ignored.</summary>
/// <param name="Path">The file's path, for messages.</param>
/// <param name="Entries">Its entries in the file's order.</param>
internal sealed record KnownHostsFile(string Path, IReadOnlyList<KnownHostsEntry> Entries)
{
    /// <summary>Parses a file's text.</summary>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="text">Its text, a character for each byte; LF or CRLF.</param>
    /// <returns>The entries; comments, empty lines and malformed lines leave none.</returns>
    public static KnownHostsFile Parse(string path, string text) =>
        new(path, [.. Lines(text).Select((line, index) => KnownHostsEntry.Parse(path, index + 1, line)).OfType<KnownHostsEntry>()]);

    /// <summary>
    /// Parses a list of revoked keys, one a line (ssh_config(5), RevokedHostKeys): each is revoked for every host.
    /// OpenSSH accepts no host key while a line cannot be read, so neither may the caller.
    /// </summary>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="text">Its text, a character for each byte.</param>
    /// <param name="badLine">The first line, from 1, that is neither a key nor a comment nor empty; 0 when there is none.</param>
    /// <returns>The entries.</returns>
    public static KnownHostsFile ParseRevoked(string path, string text, out int badLine)
    {
        badLine = 0;
        List<KnownHostsEntry> entries = [];
        int number = 0;
        foreach (string line in Lines(text))
        {
            number++;
            string trimmed = line.Trim(' ', '\t', '\r');
            if (trimmed.Length == 0 || trimmed[0] == '#')
            {
                continue;
            }

            if (KnownHostsEntry.Parse(path, number, "@revoked * " + trimmed) is { } entry)
            {
                entries.Add(entry);
            }
            else if (badLine == 0)
            {
                badLine = number;
            }
        }

        return new KnownHostsFile(path, entries);
    }

    // One at a time: the lines of a long file are not all kept.
    private static IEnumerable<string> Lines(string text)
    {
        for (int start = 0; start < text.Length;)
        {
            int end = text.IndexOf('\n', start);
            end = end < 0 ? text.Length : end;
            yield return text[start..end];
            start = end + 1;
        }
    }
}
