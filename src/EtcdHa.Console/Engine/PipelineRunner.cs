using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EtcdHa.Console.Hosting;

namespace EtcdHa.Console.Engine;

/// <summary>Runs commands with their output and their errors shown, and lets them be stopped from another thread.</summary>
internal sealed class PipelineRunner(Runspace runspace, ConsoleUserInterface ui)
{
    private readonly Lock _lock = new();
    private readonly Runspace _runspace = runspace;
    private readonly ConsoleUserInterface _ui = ui;
    private Pipeline? _running;
    private bool _stopped;

    /// <summary>Runs a command; <c>$?</c> afterwards is what it was before.</summary>
    internal PipelineOutcome Run(Command command, IEnumerable<string>? input = null)
    {
        using var pipeline = _runspace.CreatePipeline();
        pipeline.Commands.Add(command);
        Start(pipeline, input).Wait();
        return Finish(pipeline);
    }

    /// <summary>Runs text as if typed at the prompt: it enters the session's history and decides <c>$?</c>.</summary>
    internal PipelineOutcome Run(string text, IEnumerable<string>? input = null)
    {
        using var pipeline = Prepare(text);
        Start(pipeline, input).Wait();
        return Finish(pipeline);
    }

    internal Pipeline Prepare(string text) => _runspace.CreatePipeline(text, addToHistory: true);

    /// <summary>Runs text on the thread of a command that waits for it.</summary>
    internal void RunNested(string text)
    {
        using var pipeline = _runspace.CreateNestedPipeline(text, addToHistory: true);
        AddDisplay(pipeline);
        Pipeline? outer;
        lock (_lock)
        {
            outer = _running;
            _running = pipeline;
        }

        try
        {
            pipeline.Invoke();
        }
        catch (RuntimeException ended)
        {
            ShowError(ended, nested: true);
        }
        finally
        {
            lock (_lock)
            {
                _running = outer;
            }
        }
    }

    /// <summary>Starts a pipeline.</summary>
    /// <returns>A task that ends with the pipeline.</returns>
    internal Task Start(Pipeline pipeline, IEnumerable<string>? input)
    {
        AddDisplay(pipeline);
        var ended = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        pipeline.StateChanged += (_, change) =>
        {
            if (change.PipelineStateInfo.State is PipelineState.Completed or PipelineState.Failed or PipelineState.Stopped)
            {
                ended.TrySetResult();
            }
        };
        if (input is null)
        {
            pipeline.Input.Close();
        }

        lock (_lock)
        {
            if (_stopped)
            {
                return Task.CompletedTask;
            }

            _running = pipeline;
            pipeline.InvokeAsync();
        }

        if (input is not null)
        {
            new Thread(() => Feed(pipeline, input)) { IsBackground = true, Name = "Standard input" }.Start();
        }

        return ended.Task;
    }

    /// <summary>Shows what ended a pipeline, and forgets it.</summary>
    internal PipelineOutcome Finish(Pipeline pipeline)
    {
        lock (_lock)
        {
            if (_running == pipeline)
            {
                _running = null;
            }
        }

        _ui.Progress.Reset();
        var info = pipeline.PipelineStateInfo;
        if (info.State == PipelineState.Failed && info.Reason is not null and not PipelineStoppedException)
        {
            ShowError(info.Reason, nested: false);
            return PipelineOutcome.Failed;
        }

        return info.State == PipelineState.Completed ? PipelineOutcome.Completed : PipelineOutcome.Stopped;
    }

    /// <summary>Asks the running pipeline to stop. Does not wait.</summary>
    internal void Stop()
    {
        lock (_lock)
        {
            _running?.StopAsync();
        }
    }

    /// <summary>Asks the running pipeline to stop, and lets none start any more. Does not wait.</summary>
    internal void StopForGood()
    {
        lock (_lock)
        {
            _stopped = true;
            _running?.StopAsync();
        }
    }

    private static void AddDisplay(Pipeline pipeline)
    {
        pipeline.Commands[0].MergeMyResults(PipelineResultTypes.Error, PipelineResultTypes.Output);
        pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true));
    }

    private static void Feed(Pipeline pipeline, IEnumerable<string> input)
    {
        try
        {
            foreach (var line in input)
            {
                pipeline.Input.Write(line);
            }

            pipeline.Input.Close();
        }
        catch (PipelineClosedException)
        {
            // The command ended before its input did.
        }
        catch (ObjectDisposedException)
        {
            // Likewise, and it is forgotten already.
        }
    }

    /// <summary>Shows an error that ended a command the way the engine shows the ones that do not.</summary>
    private void ShowError(Exception exception, bool nested)
    {
        var record = (exception as IContainsErrorRecord)?.ErrorRecord
            ?? new ErrorRecord(exception, "ConsoleError", ErrorCategory.NotSpecified, null);
        try
        {
            using var pipeline = nested ? _runspace.CreateNestedPipeline() : _runspace.CreatePipeline();
            pipeline.Commands.Add(new Command("Out-Default", isScript: false, useLocalScope: true));
            var error = PSObject.AsPSObject(record);
            EngineInternals.MarkAsError(error);
            pipeline.Input.Write(error);
            pipeline.Input.Close();
            pipeline.Invoke();
        }
        catch (RuntimeException)
        {
            // The display itself failed: the message alone is better than nothing.
            _ui.WriteErrorLine(record.ToString());
        }
    }
}
