namespace EtcdHa.Console.Interactive;

/// <summary>Goes back and forth in the history while one line is edited; what was typed waits at the end.</summary>
internal sealed class HistoryWalk(IReadOnlyList<string> lines)
{
    private readonly IReadOnlyList<string> _lines = lines;
    private int _index = lines.Count;
    private string _typed = string.Empty;

    /// <summary>Goes one step: -1 to the older, 1 to the newer.</summary>
    /// <returns>The line there, or null where there is none.</returns>
    internal string? Step(int direction, string current)
    {
        var next = _index + direction;
        if (next < 0 || next > _lines.Count)
        {
            return null;
        }

        if (_index == _lines.Count)
        {
            _typed = current;
        }

        _index = next;
        return next == _lines.Count ? _typed : _lines[next];
    }
}
