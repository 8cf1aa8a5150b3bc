using System.Diagnostics;
using System.Management.Automation;
using System.Text;

namespace EtcdHa.Console.Hosting;

/// <summary>
/// One region below the output that shows the activities under way. The cursor rests at the region's first cell, so whatever
/// else is written first wipes the region and then takes its place. Nothing is shown unless the error stream is a terminal.
/// </summary>
internal sealed class ProgressPane(TerminalStreams streams)
{
    private static readonly TimeSpan RedrawInterval = TimeSpan.FromMilliseconds(100);

    private readonly Lock _lock = new();
    private readonly ProgressActivities _activities = new();
    private readonly TerminalStreams _streams = streams;
    private readonly bool _shown = streams is { ErrorIsTerminal: true, OutputIsTerminal: true, DumbTerminal: false };
    private long _lastDraw;
    private bool _visible;

    /// <summary>The last output did not end its line.</summary>
    internal bool LineIsOpen { get; private set; }

    internal void Show(long sourceId, ProgressRecord record)
    {
        if (!_shown)
        {
            return;
        }

        lock (_lock)
        {
            var structureChanged = _activities.Update(sourceId, record);
            if (structureChanged || Stopwatch.GetElapsedTime(_lastDraw) >= RedrawInterval)
            {
                Draw();
            }
        }
    }

    /// <summary>Forgets all activities, as at the end of a command.</summary>
    internal void Reset()
    {
        lock (_lock)
        {
            _activities.Clear();
            Wipe();
        }
    }

    internal void Hide()
    {
        lock (_lock)
        {
            Wipe();
        }
    }

    /// <summary>Holds the region out of the way while something else is written.</summary>
    /// <param name="endsLine">Whether what is written ends its line; the region waits for that.</param>
    internal Interruption Aside(bool endsLine = true)
    {
        _lock.Enter();
        Wipe();
        return new Interruption(this, endsLine);
    }

    private void Resume(bool endsLine)
    {
        LineIsOpen = !endsLine;
        if (_shown && !_activities.IsEmpty)
        {
            Draw();
        }

        _lock.Exit();
    }

    private void Draw()
    {
        Wipe();
        if (LineIsOpen || _activities.IsEmpty)
        {
            return;
        }

        var lines = _activities.Render(_streams.Width - 1, Math.Max(1, _streams.Height / 3));
        var text = new StringBuilder();
        foreach (var line in lines)
        {
            text.Append(_streams.ErrorHasColour ? PSStyle.Instance.Progress.Style : string.Empty)
                .Append(line)
                .Append(_streams.ErrorHasColour ? PSStyle.Instance.Reset : string.Empty)
                .Append('\n');
        }

        text.Append("\u001b[").Append(lines.Count).Append("A\r");
        SystemConsole.Error.Write(text);
        _visible = true;
        _lastDraw = Stopwatch.GetTimestamp();
    }

    private void Wipe()
    {
        if (_visible)
        {
            SystemConsole.Error.Write("\r\u001b[J");
            _visible = false;
        }
    }

    /// <summary>The time in which something else is written; ends with <see cref="Dispose"/>.</summary>
    internal readonly struct Interruption(ProgressPane pane, bool endsLine) : IDisposable
    {
        public void Dispose() => pane.Resume(endsLine);
    }
}
