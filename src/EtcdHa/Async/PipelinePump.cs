using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Management.Automation;
using System.Security;

namespace EtcdHa.Async;

/// <summary>
/// Runs asynchronous work on the thread pool while the pipeline thread carries out, in order, every PowerShell call
/// the work makes. PowerShell allows these calls on the pipeline thread only.
/// </summary>
/// <param name="cmdlet">The cmdlet whose calls they are.</param>
/// <param name="work">Cancelled when the work shall end, for whatever reason.</param>
/// <param name="stop">Cancelled by Ctrl+C. Only the pump listens to it, so no callback of the work can delay it.</param>
internal sealed class PipelinePump(AsyncCmdlet cmdlet, CancellationTokenSource work, CancellationToken stop) : IPipeline
{
    /// <summary>How long work may go on after Ctrl+C: the prompt is promised within 2 s.</summary>
    public static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1.5);

    /// <summary>How long work may clean up after the pipeline ended early (an error, Select-Object -First).</summary>
    public static readonly TimeSpan CleanUpTime = TimeSpan.FromSeconds(10);

    // Null: the work has ended. Never disposed: work left behind may still look at it.
    private readonly BlockingCollection<Action?> _calls = [];
    private readonly Dictionary<int, ProgressRecord> _openActivities = [];
    private volatile bool _closed;

    /// <summary>Runs the work to its end. Called on the pipeline thread.</summary>
    /// <exception cref="PipelineStoppedException">The command was stopped.</exception>
    public void Run(Func<IPipeline, CancellationToken, Task> asyncWork)
    {
        // Task.Run: no SynchronizationContext and no pipeline-thread scheduler reaches the work.
        Task task = Task.Run(() => asyncWork(this, work.Token), CancellationToken.None);
        _ = task.ContinueWith(_ => _calls.Add(null), CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            while (_calls.Take(stop) is { } call)
            {
                call();
            }
        }
        catch (Exception e)
        {
            _closed = true;
            EndEarly(task);
            CompleteActivities();
            if (e is OperationCanceledException && stop.IsCancellationRequested)
            {
                throw new PipelineStoppedException();
            }

            throw;
        }

        _closed = true;
        CompleteActivities();
        if (!task.IsCompletedSuccessfully)
        {
            Surface(task);
        }
    }

    public void WriteObject(object? value) => Post(() => cmdlet.WriteObject(value));

    public void WriteError(ErrorRecord error) => Post(() => cmdlet.WriteError(error));

    public void WriteWarning(string text) => Post(() => cmdlet.WriteWarning(text));

    public void WriteVerbose(string text) => Post(() => cmdlet.WriteVerbose(text));

    public void WriteDebug(string text) => Post(() => cmdlet.WriteDebug(text));

    public void WriteInformation(InformationRecord record) => Post(() => cmdlet.WriteInformation(record));

    public void WriteProgress(ProgressRecord record) => Post(() =>
    {
        if (record.RecordType == ProgressRecordType.Completed)
        {
            _openActivities.Remove(record.ActivityId);
        }
        else
        {
            _openActivities[record.ActivityId] = record;
        }

        cmdlet.WriteProgress(record);
    });

    public Task<bool> ShouldProcessAsync(string target, string action) => Ask(() => cmdlet.ShouldProcess(target, action));

    public Task<bool> ShouldProcessAsync(string description, string question, string caption) => Ask(() => cmdlet.ShouldProcess(description, question, caption));

    public Task<bool> ShouldContinueAsync(string query, string caption) => Ask(() => cmdlet.ShouldContinueUnlessAnsweredForAll(query, caption));

    public Task<SecureString?> AskSecretAsync(string question) => Ask(() => cmdlet.AskSecret(question));

    [DoesNotReturn]
    public void ThrowTerminatingError(ErrorRecord error) => throw new TerminatingErrorException(error);

    private void Post(Action call)
    {
        if (!_closed)
        {
            _calls.Add(call);
        }
    }

    private Task<T> Ask<T>(Func<T> question)
    {
        // Asynchronous continuations: the work must not go on inside the pipeline thread.
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        // A question nobody will answer any more ends with the work's cancellation.
        CancellationTokenRegistration registration = work.Token.Register(() => answer.TrySetCanceled(work.Token));
        Post(() =>
        {
            try
            {
                answer.TrySetResult(question());
            }
            catch
            {
                answer.TrySetCanceled(CancellationToken.None);
                throw;
            }
            finally
            {
                registration.Unregister();
            }
        });
        return answer.Task;
    }

    // The work is told to end and given time to clean up. What does not end is left behind, observed, with its calls refused.
    private void EndEarly(Task task)
    {
        // Asynchronously: a callback that hangs (a socket that will not close) must not hold the pipeline thread.
        _ = work.CancelAsync();
        Task ended = task.ContinueWith(t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.ExecuteSynchronously, TaskScheduler.Default);
        try
        {
            ended.Wait(CleanUpTime, stop);
        }
        catch (OperationCanceledException)
        {
            ended.Wait(StopTime, CancellationToken.None);
        }
    }

    private void CompleteActivities()
    {
        foreach (ProgressRecord open in _openActivities.Values)
        {
            try
            {
                cmdlet.WriteProgress(new ProgressRecord(open.ActivityId, open.Activity, "Ended")
                {
                    ParentActivityId = open.ParentActivityId,
                    RecordType = ProgressRecordType.Completed,
                });
            }
            catch (PipelineStoppedException)
            {
                // A stopped pipeline accepts no more calls; the host clears its own progress then.
                break;
            }
        }

        _openActivities.Clear();
    }

    private void Surface(Task task)
    {
        try
        {
            task.GetAwaiter().GetResult();
        }
        catch (TerminatingErrorException e)
        {
            cmdlet.ThrowTerminatingError(e.Error);
        }
        catch (PipelineStoppedException)
        {
            throw;
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
            throw new PipelineStoppedException();
        }
        catch (OperationCanceledException e)
        {
            // Nobody asked for it: an inner timeout that was not translated. To say nothing would look like success.
            cmdlet.ThrowTerminatingError(Errors.ErrorRecords.From(new TimeoutException(e.Message, e), null));
        }
        catch (Exception e)
        {
            cmdlet.ThrowTerminatingError(Errors.ErrorRecords.From(e, null));
        }
    }
}
