namespace EtcdHa.Core.Ssh;

/// <summary>One known_hosts file, parsed (sshd(8), SSH_KNOWN_HOSTS FILE FORMAT). Lines OpenSSH would ignore are ignored.</summary>
/// <param name="Path">The file's path, for messages.</param>
/// <param name="Entries">Its entries in the file's order.</param>
internal sealed record KnownHostsFile(string Path, IReadOnlyList<KnownHostsEntry> Entries)
{
    /// <summary>Parses a file's text.</summary>
    /// <param name="path">The file's path, for messages.</param>
    /// <param name="text">Its text; LF or CRLF.</param>
    /// <returns>The entries; comments, empty lines and malformed lines leave none.</returns>
    public static KnownHostsFile Parse(string path, string text)
    {
        string[] lines = text.Split('\n');
        List<KnownHostsEntry> entries = [];
        for (int i = 0; i < lines.Length; i++)
        {
            if (KnownHostsEntry.Parse(path, i + 1, lines[i].TrimEnd('\r')) is { } entry)
            {
                entries.Add(entry);
            }
        }

        return new KnownHostsFile(path, entries);
    }
}
