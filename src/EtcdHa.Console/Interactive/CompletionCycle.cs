namespace EtcdHa.Console.Interactive;

/// <summary>Puts one candidate after the other in place, and after the last what was typed.</summary>
internal sealed class CompletionCycle(LineBuffer buffer, CompletionSet set)
{
    private readonly string _typed = buffer.Text;
    private readonly int _typedCursor = buffer.Cursor;
    private readonly CompletionSet _set = set;
    private int _index = -1;

    internal void Step(LineBuffer line, int direction)
    {
        // The candidates and the typed text form a ring; the typed text has the index -1.
        var places = _set.Candidates.Count + 1;
        _index = ((_index + 1 + direction + places) % places) - 1;
        line.Set(_typed, _typedCursor);
        if (_index >= 0)
        {
            line.Replace(_set.Start, _set.Length, _set.Candidates[_index]);
        }
    }
}
