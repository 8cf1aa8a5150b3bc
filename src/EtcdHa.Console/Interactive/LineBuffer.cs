namespace EtcdHa.Console.Interactive;

/// <summary>A text and the place in it where typing goes on.</summary>
internal sealed class LineBuffer
{
    internal string Text { get; private set; } = string.Empty;

    internal int Cursor { get; private set; }

    internal void Set(string text, int? cursor = null)
    {
        Text = text;
        Cursor = Math.Clamp(cursor ?? text.Length, 0, text.Length);
    }

    internal void Insert(string text)
    {
        Text = Text.Insert(Cursor, text);
        Cursor += text.Length;
    }

    internal void Replace(int start, int length, string text) => Set(Text.Remove(start, length).Insert(start, text), start + text.Length);

    internal void DeleteBack() => DeleteTo(Previous(Cursor));

    internal void DeleteForward() => DeleteTo(Next(Cursor));

    internal void DeleteWordBack() => DeleteTo(WordStart());

    internal void DeleteWordForward() => DeleteTo(WordEnd());

    internal void DeleteToLineStart() => DeleteTo(LineStart());

    internal void DeleteToLineEnd() => DeleteTo(LineEnd());

    internal void MoveLeft() => Cursor = Previous(Cursor);

    internal void MoveRight() => Cursor = Next(Cursor);

    internal void MoveWordLeft() => Cursor = WordStart();

    internal void MoveWordRight() => Cursor = WordEnd();

    internal void MoveHome() => Cursor = LineStart();

    internal void MoveEnd() => Cursor = LineEnd();

    /// <summary>Moves to the same column of the line above or below.</summary>
    /// <returns>Whether there is such a line.</returns>
    internal bool MoveVertically(int direction)
    {
        var start = LineStart();
        var column = Cursor - start;
        if (direction < 0)
        {
            if (start == 0)
            {
                return false;
            }

            var above = Text.LastIndexOf('\n', Math.Max(start - 2, 0), Math.Max(start - 1, 0)) + 1;
            Cursor = Math.Min(above + column, start - 1);
            return true;
        }

        var end = LineEnd();
        if (end == Text.Length)
        {
            return false;
        }

        var below = end + 1;
        var belowEnd = Text.IndexOf('\n', below);
        Cursor = Math.Min(below + column, belowEnd < 0 ? Text.Length : belowEnd);
        return true;
    }

    private void DeleteTo(int place)
    {
        var start = Math.Min(place, Cursor);
        Set(Text.Remove(start, Math.Abs(place - Cursor)), start);
    }

    private int Previous(int place) =>
        place == 0 ? 0 : place > 1 && char.IsSurrogatePair(Text[place - 2], Text[place - 1]) ? place - 2 : place - 1;

    private int Next(int place) =>
        place == Text.Length ? place : place + 1 < Text.Length && char.IsSurrogatePair(Text[place], Text[place + 1]) ? place + 2 : place + 1;

    private int LineStart() => Cursor == 0 ? 0 : Text.LastIndexOf('\n', Cursor - 1) + 1;

    private int LineEnd()
    {
        var end = Text.IndexOf('\n', Cursor);
        return end < 0 ? Text.Length : end;
    }

    private int WordStart()
    {
        var place = Cursor;
        while (place > 0 && !char.IsLetterOrDigit(Text[place - 1]))
        {
            place--;
        }

        while (place > 0 && char.IsLetterOrDigit(Text[place - 1]))
        {
            place--;
        }

        return place;
    }

    private int WordEnd()
    {
        var place = Cursor;
        while (place < Text.Length && !char.IsLetterOrDigit(Text[place]))
        {
            place++;
        }

        while (place < Text.Length && char.IsLetterOrDigit(Text[place]))
        {
            place++;
        }

        return place;
    }
}
