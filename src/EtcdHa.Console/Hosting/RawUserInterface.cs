using System.Management.Automation;
using System.Management.Automation.Host;

namespace EtcdHa.Console.Hosting;

/// <summary>Sizes, keys and colours. A terminal's cells cannot be read or filled, and the operations that would are refused.</summary>
internal sealed class RawUserInterface(TerminalStreams streams) : PSHostRawUserInterface
{
    private readonly TerminalStreams _streams = streams;

    public override ConsoleColor BackgroundColor { get; set; } = ConsoleColor.Black;

    public override ConsoleColor ForegroundColor { get; set; } = ConsoleColor.Gray;

    public override Size BufferSize
    {
        get => new(_streams.Width, _streams.Height);
        set => throw Refused("set the buffer's size");
    }

    public override Size WindowSize
    {
        get => BufferSize;
        set => throw Refused("set the window's size");
    }

    public override Size MaxWindowSize => BufferSize;

    public override Size MaxPhysicalWindowSize => BufferSize;

    public override Coordinates WindowPosition
    {
        get => default;
        set => throw Refused("move the window");
    }

    public override int CursorSize { get; set; } = 25;

    public override Coordinates CursorPosition
    {
        get
        {
            RequireTerminal("read the cursor's position");
            var (left, top) = SystemConsole.GetCursorPosition();
            return new Coordinates(left, top);
        }

        set
        {
            RequireTerminal("move the cursor");
            SystemConsole.SetCursorPosition(value.X, value.Y);
        }
    }

    public override string WindowTitle
    {
        get => field;
        set
        {
            field = value;
            if (_streams.OutputHasColour)
            {
                SystemConsole.Title = value;
            }
        }
    } = string.Empty;

    public override bool KeyAvailable => _streams.Interactive && SystemConsole.KeyAvailable;

    public override KeyInfo ReadKey(ReadKeyOptions options)
    {
        if (!_streams.Interactive)
        {
            throw NotInteractive.Error("A key was asked for");
        }

        var key = SystemConsole.ReadKey(intercept: options.HasFlag(ReadKeyOptions.NoEcho));
        var state = default(ControlKeyStates);
        if (key.Modifiers.HasFlag(ConsoleModifiers.Shift))
        {
            state |= ControlKeyStates.ShiftPressed;
        }

        if (key.Modifiers.HasFlag(ConsoleModifiers.Alt))
        {
            state |= ControlKeyStates.LeftAltPressed;
        }

        if (key.Modifiers.HasFlag(ConsoleModifiers.Control))
        {
            state |= ControlKeyStates.LeftCtrlPressed;
        }

        return new KeyInfo((int)key.Key, key.KeyChar, state, keyDown: options.HasFlag(ReadKeyOptions.IncludeKeyDown));
    }

    public override void FlushInputBuffer()
    {
        while (KeyAvailable)
        {
            SystemConsole.ReadKey(intercept: true);
        }
    }

    public override BufferCell[,] GetBufferContents(Rectangle rectangle) => throw Refused("read the screen");

    public override void ScrollBufferContents(Rectangle source, Coordinates destination, Rectangle clip, BufferCell fill) =>
        throw Refused("scroll a part of the screen");

    public override void SetBufferContents(Coordinates origin, BufferCell[,] contents) => throw Refused("write cells of the screen");

    public override void SetBufferContents(Rectangle rectangle, BufferCell fill)
    {
        // Clear-Host asks for the whole screen to be filled with blanks; that much a terminal can do.
        if (rectangle is not { Left: -1, Top: -1, Right: -1, Bottom: -1 } && rectangle is not { Left: 0, Top: 0 })
        {
            throw Refused("fill a part of the screen");
        }

        if (_streams.OutputIsTerminal && !_streams.DumbTerminal)
        {
            SystemConsole.Clear();
        }
    }

    private static PSNotSupportedException Refused(string what) => new($"This console cannot {what}.");

    private void RequireTerminal(string what)
    {
        if (!_streams.OutputIsTerminal)
        {
            throw new PSInvalidOperationException($"Cannot {what}: the output is not a terminal.");
        }
    }
}
