using System.Management.Automation;
using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using EtcdHa.Console.Engine;
using EtcdHa.Console.Hosting;

namespace EtcdHa.Console.Interactive;

/// <summary>Reads commands and runs them, one after the other, until <c>exit</c> or Ctrl+D.</summary>
internal sealed class InteractiveLoop : INestedPrompt, IDisposable
{
    private const string PlainPrompt = "PS> ";
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(1.5);

    private readonly Runspace _runspace;
    private readonly PipelineRunner _runner;
    private readonly ConsoleHost _host;
    private readonly ConsoleUserInterface _ui;
    private readonly Signals _signals;
    private readonly LineEditor _editor;
    private readonly History _history;
    private readonly SemaphoreSlim _interrupted = new(0);
    private Task _stopping = Task.CompletedTask;
    private int _depth;
    private bool _leaveNested;

    internal InteractiveLoop(Runspace runspace, PipelineRunner runner, ConsoleHost host, ConsoleUserInterface ui, Signals signals, ITerminal terminal)
    {
        _runspace = runspace;
        _runner = runner;
        _host = host;
        _ui = ui;
        _signals = signals;
        _history = new History(HistoryFile.OfUser());
        _editor = new LineEditor(terminal, _history, new Completion(runspace).Complete, IsIncomplete);
    }

    internal int Run()
    {
        _host.NestedPrompt = this;
        _signals.OnInterrupt = Interrupt;
        while (_host.RequestedExit is null && !_signals.Shutdown.IsCancellationRequested)
        {
            switch (ReadCommand())
            {
                case { End: LineEnd.EndOfInput }:
                    return ExitCode.Success;
                case { End: LineEnd.Entered, Text: var text } when !string.IsNullOrWhiteSpace(text):
                    _history.Add(text);
                    Execute(text);
                    break;
            }
        }

        return _host.RequestedExit ?? ExitCode.Success;
    }

    public void Dispose() => _interrupted.Dispose();

    public void Enter()
    {
        _depth++;
        try
        {
            for (_leaveNested = false; !_leaveNested;)
            {
                var line = ReadCommand();
                if (line.End == LineEnd.EndOfInput)
                {
                    return;
                }

                if (line.End == LineEnd.Entered && !string.IsNullOrWhiteSpace(line.Text))
                {
                    _history.Add(line.Text);
                    _runner.RunNested(line.Text);
                }
            }
        }
        finally
        {
            _leaveNested = false;
            _depth--;
        }
    }

    public void Leave()
    {
        if (_depth == 0)
        {
            throw new PSInvalidOperationException("There is no nested prompt to leave.");
        }

        _leaveNested = true;
    }

    /// <summary>Whether the text is the beginning of a command: an open brace, quote or here-string, or a trailing pipe.</summary>
    internal static bool IsIncomplete(string text)
    {
        Parser.ParseInput(text, out _, out var errors);
        return errors.Any(error => error.IncompleteInput);
    }

    private EditedLine ReadCommand()
    {
        _ui.EndLine();
        try
        {
            return _editor.Read(PromptText());
        }
        catch (PipelineStoppedException)
        {
            // The program is to end.
            return new EditedLine(LineEnd.EndOfInput, string.Empty);
        }
    }

    private void Execute(string text)
    {
        if (!WaitForEarlier())
        {
            return;
        }

        while (_interrupted.Wait(0))
        {
            // What came before this command does not concern it.
        }

        var pipeline = _runner.Prepare(text);
        var ended = _runner.Start(pipeline, null);
        if (!EndsUnlessInterrupted(ended))
        {
            _runner.Stop();
            if (!ended.Wait(StopPatience))
            {
                _ui.EndLine();
                _ui.WriteWarningLine("The command is still stopping. The next one runs when it has stopped.");
                _stopping = ended.ContinueWith(_ => Finish(pipeline), TaskScheduler.Default);
                return;
            }
        }

        Finish(pipeline);
    }

    private void Finish(Pipeline pipeline)
    {
        _runner.Finish(pipeline);
        pipeline.Dispose();
    }

    private bool WaitForEarlier()
    {
        if (_stopping.IsCompleted)
        {
            return true;
        }

        _ui.WriteWarningLine("Waiting for the earlier command to stop. Ctrl+C gives up waiting.");
        return EndsUnlessInterrupted(_stopping);
    }

    /// <summary>Waits for the task.</summary>
    /// <returns>False when Ctrl+C came first.</returns>
    private bool EndsUnlessInterrupted(Task task)
    {
        using var ended = new CancellationTokenSource();
        var interrupted = _interrupted.WaitAsync(ended.Token);
        var first = Task.WaitAny(task, interrupted);
        ended.Cancel();
        return first == 0;
    }

    private void Interrupt()
    {
        _runner.Stop();
        _interrupted.Release();
    }

    private string PromptText()
    {
        if (!_stopping.IsCompleted)
        {
            return PlainPrompt;
        }

        try
        {
            using var pipeline = _depth > 0 ? _runspace.CreateNestedPipeline("prompt", addToHistory: false) : _runspace.CreatePipeline("prompt");
            var text = string.Concat(pipeline.Invoke().Select(part => part?.ToString()));
            return text.Length > 0 ? text : PlainPrompt;
        }
        catch (RuntimeException)
        {
            // A prompt function of the user's own that fails must not lock the user out.
            return PlainPrompt;
        }
    }
}
