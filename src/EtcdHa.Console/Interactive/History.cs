namespace EtcdHa.Console.Interactive;

/// <summary>The commands entered so far, the newest last.</summary>
internal sealed class History
{
    private readonly List<string> _lines = [];
    private readonly HistoryFile? _file;

    internal History(HistoryFile? file = null)
    {
        _file = file;
        if (file is not null)
        {
            _lines.AddRange(file.Read());
        }
    }

    internal IReadOnlyList<string> Lines => _lines;

    /// <summary>Remembers a command; one that may hold a secret only for this session.</summary>
    internal void Add(string line)
    {
        if (string.IsNullOrWhiteSpace(line) || (_lines.Count > 0 && _lines[^1] == line))
        {
            return;
        }

        _lines.Add(line);
        if (!SecretLines.MayHoldSecret(line))
        {
            _file?.Append(line);
        }
    }

    internal HistoryWalk Walk() => new(_lines);
}
