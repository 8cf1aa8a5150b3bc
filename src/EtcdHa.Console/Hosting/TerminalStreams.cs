using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Internal;

namespace EtcdHa.Console.Hosting;

/// <summary>
/// The process's three streams: which of them are a terminal, how wide a line may be, and whether colour may be written.
/// </summary>
internal sealed class TerminalStreams
{
    private const int WidthWhenUnknown = 120;
    private readonly bool _colourAllowed;

    internal TerminalStreams(bool nonInteractive)
    {
        Interactive = !nonInteractive && !SystemConsole.IsInputRedirected;
        OutputIsTerminal = !SystemConsole.IsOutputRedirected;
        ErrorIsTerminal = !SystemConsole.IsErrorRedirected;
        DumbTerminal = Environment.GetEnvironmentVariable("TERM") is null or "" or "dumb" && !OperatingSystem.IsWindows();
        _colourAllowed = !DumbTerminal && string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR"));
    }

    /// <summary>Somebody is there to be asked.</summary>
    internal bool Interactive { get; }

    internal bool OutputIsTerminal { get; }

    internal bool ErrorIsTerminal { get; }

    /// <summary>The terminal understands no control sequences.</summary>
    internal bool DumbTerminal { get; }

    internal bool OutputHasColour => OutputIsTerminal && _colourAllowed;

    internal bool ErrorHasColour => ErrorIsTerminal && _colourAllowed;

    internal int Width
    {
        get
        {
            if (OutputIsTerminal && SystemConsole.WindowWidth is > 0 and var width)
            {
                return width;
            }

            return int.TryParse(Environment.GetEnvironmentVariable("COLUMNS"), CultureInfo.InvariantCulture, out var columns) && columns > 0
                ? columns
                : WidthWhenUnknown;
        }
    }

    internal int Height => OutputIsTerminal && SystemConsole.WindowHeight is > 0 and var height ? height : 50;

    /// <summary>The text as the stream may show it: without control sequences where colour is not wanted.</summary>
    internal static string Decorated(string text, bool colour) =>
        colour || !text.Contains('\u001b', StringComparison.Ordinal)
            ? text
            : new StringDecorated(text).ToString(OutputRendering.PlainText);
}
