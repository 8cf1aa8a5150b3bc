using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;
using System.Text;

namespace EtcdHa.Console.Interactive;

/// <summary>Draws the prompt with the text behind it, over as many rows as they take, and draws it anew in the same place.</summary>
internal sealed class LineView(ITerminal terminal, string prompt, string continuation)
{
    private readonly ITerminal _terminal = terminal;
    private readonly string _prompt = prompt.ReplaceLineEndings("\r\n");
    private readonly string _continuation = continuation;
    private int _cursorRow;

    internal void Draw(string text, int cursor)
    {
        var width = Math.Max(_terminal.Width, 2);
        var output = new StringBuilder();
        Home(output);

        output.Append(_prompt);
        var row = 0;
        var column = PromptColumn(width, ref row);
        var (cursorRow, cursorColumn) = (row, column);
        var index = 0;
        foreach (var rune in text.EnumerateRunes())
        {
            if (index == cursor)
            {
                (cursorRow, cursorColumn) = (row, column);
            }

            index += rune.Utf16SequenceLength;
            if (rune.Value == '\n')
            {
                output.Append("\r\n").Append(_continuation);
                row++;
                column = _continuation.Length;
                continue;
            }

            var cells = CellWidth.Of(rune);
            if (column + cells > width)
            {
                output.Append("\r\n");
                row++;
                column = 0;
            }

            output.Append(Rune.IsControl(rune) ? "?" : rune.ToString());
            column += cells;
        }

        if (column == width)
        {
            output.Append("\r\n");
            row++;
            column = 0;
        }

        if (cursor == text.Length)
        {
            (cursorRow, cursorColumn) = (row, column);
        }
        else if (cursorColumn >= width)
        {
            (cursorRow, cursorColumn) = (cursorRow + 1, 0);
        }

        Move(output, row - cursorRow, cursorColumn);
        _cursorRow = cursorRow;
        _terminal.Write(output.ToString());
    }

    /// <summary>Leaves the text on the screen and goes to the line below it.</summary>
    internal void Leave(string text, string mark = "")
    {
        Draw(text, text.Length);
        _terminal.Write(mark + "\r\n");
        _cursorRow = 0;
    }

    internal void ClearScreen()
    {
        _terminal.Write("\u001b[H\u001b[2J");
        _cursorRow = 0;
    }

    private static void Move(StringBuilder output, int up, int column)
    {
        if (up > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"\u001b[{up}A");
        }

        output.Append('\r');
        if (column > 0)
        {
            output.Append(CultureInfo.InvariantCulture, $"\u001b[{column}C");
        }
    }

    private void Home(StringBuilder output)
    {
        Move(output, _cursorRow, 0);
        output.Append("\u001b[J");
    }

    /// <summary>Where the prompt ends: it may be coloured, and it may have several lines.</summary>
    private int PromptColumn(int width, ref int row)
    {
        var column = 0;
        foreach (var rune in new StringDecorated(_prompt).ToString(OutputRendering.PlainText).EnumerateRunes())
        {
            if (rune.Value == '\n')
            {
                row++;
                column = 0;
            }
            else if (!Rune.IsControl(rune))
            {
                var cells = CellWidth.Of(rune);
                if (column + cells > width)
                {
                    row++;
                    column = 0;
                }

                column += cells;
            }
        }

        return column;
    }
}
