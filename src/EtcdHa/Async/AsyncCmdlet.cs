using System.Management.Automation;
using System.Management.Automation.Host;
using System.Security;

namespace EtcdHa.Async;

/// <summary>
/// The base of cmdlets that wait for something. A leaf overrides <c>ProcessRecordAsync</c> or <c>EndProcessingAsync</c>
/// (or the synchronous <c>ProcessRecord</c>, to collect its input); the asynchronous ones run on the thread pool and reach
/// PowerShell through their <see cref="IPipeline"/> only. Ctrl+C cancels their token and returns the prompt within 2 s.
/// </summary>
public abstract class AsyncCmdlet : PSCmdlet, IDisposable
{
    // Neither source has a timer or a wait handle, so there is nothing to dispose, and Ctrl+C may race with the cmdlet's end.
    private readonly CancellationTokenSource _stop = new();
    private readonly CancellationTokenSource _work = new();
    private bool _yesToAll;
    private bool _noToAll;

    /// <summary>Runs <c>BeginProcessingAsync</c>.</summary>
    protected override void BeginProcessing() => Run(BeginProcessingAsync);

    /// <summary>Runs <c>ProcessRecordAsync</c>. An override that only collects input need not call it.</summary>
    protected override void ProcessRecord() => Run(ProcessRecordAsync);

    /// <summary>Runs <c>EndProcessingAsync</c>.</summary>
    protected override void EndProcessing() => Run(EndProcessingAsync);

    /// <summary>Called by PowerShell on Ctrl+C, on another thread. Returns at once.</summary>
    protected override void StopProcessing()
    {
        // In this order: work that ends because it was cancelled must find the command stopped, or it would look like a failure.
        _stop.Cancel();

        // Asynchronously: a callback of the work that hangs must not hold whoever pressed Ctrl+C.
        _ = _work.CancelAsync();
    }

    /// <summary>Called by PowerShell when the command has ended, also when the pipeline ended early. Cancels what is left.</summary>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Cancels the work's token; may be called more than once.</summary>
    /// <param name="disposing">Always true: there is no finaliser.</param>
    protected virtual void Dispose(bool disposing) => _ = _work.CancelAsync();

    /// <summary>Work before the first input object. Runs on the thread pool: reach PowerShell through <paramref name="pipeline"/> only.</summary>
    private protected virtual Task BeginProcessingAsync(IPipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work for one input object. Runs on the thread pool: reach PowerShell through <paramref name="pipeline"/> only.</summary>
    private protected virtual Task ProcessRecordAsync(IPipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>Work after the last input object. Runs on the thread pool: reach PowerShell through <paramref name="pipeline"/> only.</summary>
    private protected virtual Task EndProcessingAsync(IPipeline pipeline, CancellationToken cancellationToken) => Task.CompletedTask;

    /// <summary>True with -WhatIf, or <c>$WhatIfPreference</c>: for what is done without being asked about. Read on the pipeline thread only.</summary>
    private protected bool IsWhatIf => MyInvocation.BoundParameters.TryGetValue("WhatIf", out object? given)
        ? LanguagePrimitives.IsTrue(given) : LanguagePrimitives.IsTrue(GetVariableValue("WhatIfPreference"));

    internal bool ShouldContinueUnlessAnsweredForAll(string query, string caption) =>
        ShouldContinue(query, caption, ref _yesToAll, ref _noToAll);

    // PowerShell tells a host without a user by an exception of one of these kinds, or by having no user interface.
    internal SecureString? AskSecret(string question)
    {
        try
        {
            if (Host?.UI is not { } user)
            {
                return null;
            }

            user.Write(question + ": ");
            return user.ReadLineAsSecureString();
        }
        catch (Exception e) when (e is HostException or NotSupportedException or NotImplementedException or InvalidOperationException)
        {
            return null;
        }
    }

    private void Run(Func<IPipeline, CancellationToken, Task> work) => new PipelinePump(this, _work, _stop.Token).Run(work);
}
