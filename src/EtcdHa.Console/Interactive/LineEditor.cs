namespace EtcdHa.Console.Interactive;

internal enum LineEnd
{
    Entered,

    /// <summary>Ctrl+C.</summary>
    Cancelled,

    /// <summary>Ctrl+D on an empty line.</summary>
    EndOfInput,
}

/// <summary>What the editor was left with.</summary>
internal readonly record struct EditedLine(LineEnd End, string Text);

/// <summary>Reads a command: moves, history, completion, and further lines while the command is not complete.</summary>
/// <param name="terminal">Where keys come from and the line is drawn.</param>
/// <param name="history">Earlier commands.</param>
/// <param name="complete">Finds what could stand at a place in the text.</param>
/// <param name="isIncomplete">Whether the text asks for another line.</param>
internal sealed class LineEditor(
    ITerminal terminal,
    History history,
    Func<string, int, CompletionSet> complete,
    Func<string, bool> isIncomplete)
{
    private const string Continuation = ">> ";

    private readonly ITerminal _terminal = terminal;
    private readonly History _history = history;
    private readonly Func<string, int, CompletionSet> _complete = complete;
    private readonly Func<string, bool> _isIncomplete = isIncomplete;

    internal EditedLine Read(string prompt)
    {
        var buffer = new LineBuffer();
        var view = new LineView(_terminal, prompt, Continuation);
        var walk = _history.Walk();
        CompletionCycle? cycle = null;
        view.Draw(string.Empty, 0);
        while (true)
        {
            var key = _terminal.ReadKey();
            if (key.Key == ConsoleKey.Tab)
            {
                cycle ??= new CompletionCycle(buffer, _complete(buffer.Text, buffer.Cursor));
                cycle.Step(buffer, key.Modifiers.HasFlag(ConsoleModifiers.Shift) ? -1 : 1);
                view.Draw(buffer.Text, buffer.Cursor);
                continue;
            }

            cycle = null;
            if (key.Key == ConsoleKey.Enter)
            {
                if (key.Modifiers != ConsoleModifiers.Shift && !_isIncomplete(buffer.Text))
                {
                    view.Leave(buffer.Text);
                    return new EditedLine(LineEnd.Entered, buffer.Text);
                }

                buffer.Insert("\n");
            }
            else if (key is { Key: ConsoleKey.C, Modifiers: ConsoleModifiers.Control })
            {
                view.Leave(buffer.Text, "^C");
                return new EditedLine(LineEnd.Cancelled, string.Empty);
            }
            else if (key is { Key: ConsoleKey.D, Modifiers: ConsoleModifiers.Control } && buffer.Text.Length == 0)
            {
                view.Leave(string.Empty);
                return new EditedLine(LineEnd.EndOfInput, string.Empty);
            }
            else if (key is { Key: ConsoleKey.L, Modifiers: ConsoleModifiers.Control })
            {
                view.ClearScreen();
            }
            else if (key.Key is ConsoleKey.UpArrow or ConsoleKey.DownArrow)
            {
                var direction = key.Key == ConsoleKey.UpArrow ? -1 : 1;
                if (!buffer.MoveVertically(direction) && walk.Step(direction, buffer.Text) is { } earlier)
                {
                    buffer.Set(earlier);
                }
            }
            else
            {
                Edit(buffer, key);
            }

            view.Draw(buffer.Text, buffer.Cursor);
        }
    }

    private static void Edit(LineBuffer buffer, ConsoleKeyInfo key)
    {
        switch (key.Key, key.Modifiers)
        {
            case (ConsoleKey.LeftArrow, ConsoleModifiers.Control) or (ConsoleKey.B, ConsoleModifiers.Alt):
                buffer.MoveWordLeft();
                break;
            case (ConsoleKey.RightArrow, ConsoleModifiers.Control) or (ConsoleKey.F, ConsoleModifiers.Alt):
                buffer.MoveWordRight();
                break;
            case (ConsoleKey.LeftArrow, _) or (ConsoleKey.B, ConsoleModifiers.Control):
                buffer.MoveLeft();
                break;
            case (ConsoleKey.RightArrow, _) or (ConsoleKey.F, ConsoleModifiers.Control):
                buffer.MoveRight();
                break;
            case (ConsoleKey.Home, _) or (ConsoleKey.A, ConsoleModifiers.Control):
                buffer.MoveHome();
                break;
            case (ConsoleKey.End, _) or (ConsoleKey.E, ConsoleModifiers.Control):
                buffer.MoveEnd();
                break;
            case (ConsoleKey.W, ConsoleModifiers.Control) or (ConsoleKey.Backspace, ConsoleModifiers.Alt or ConsoleModifiers.Control):
                buffer.DeleteWordBack();
                break;
            case (ConsoleKey.Delete, ConsoleModifiers.Control) or (ConsoleKey.D, ConsoleModifiers.Alt):
                buffer.DeleteWordForward();
                break;
            case (ConsoleKey.Backspace, _) or (ConsoleKey.H, ConsoleModifiers.Control):
                buffer.DeleteBack();
                break;
            case (ConsoleKey.Delete, _) or (ConsoleKey.D, ConsoleModifiers.Control):
                buffer.DeleteForward();
                break;
            case (ConsoleKey.U, ConsoleModifiers.Control):
                buffer.DeleteToLineStart();
                break;
            case (ConsoleKey.K, ConsoleModifiers.Control):
                buffer.DeleteToLineEnd();
                break;
            case (ConsoleKey.Escape, _):
                buffer.Set(string.Empty);
                break;
            default:
                if (!char.IsControl(key.KeyChar) && !key.Modifiers.HasFlag(ConsoleModifiers.Control))
                {
                    buffer.Insert(key.KeyChar.ToString());
                }

                break;
        }
    }
}
