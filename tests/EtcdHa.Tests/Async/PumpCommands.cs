using System.Collections.Concurrent;
using System.Management.Automation;
using EtcdHa.Async;

namespace EtcdHa.Tests.Async;

/// <summary>What the test's cmdlets do, and what they saw; given to them by parameter.</summary>
public sealed class PumpProbe
{
    internal Func<IPipeline, CancellationToken, Task> Work { get; init; } = (_, _) => Task.CompletedTask;

    public TaskCompletionSource Started { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Cancelled { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public TaskCompletionSource Disposed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}

/// <summary>A cmdlet that runs what the test gives it.</summary>
[Cmdlet(VerbsLifecycle.Invoke, "Pump", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.Medium)]
public sealed class InvokePumpCommand : AsyncCmdlet
{
    [Parameter(Mandatory = true, Position = 0)]
    public PumpProbe Probe { get; set; } = new();

    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    private protected override async Task EndProcessingAsync(IPipeline pipeline, CancellationToken cancellationToken)
    {
        // Without waiting, as a leaf's own callbacks would be: a later hung callback must not delay the prompt.
        using CancellationTokenRegistration registration = cancellationToken.Register(() => Probe.Cancelled.TrySetResult());
        Probe.Started.TrySetResult();
        await Probe.Work(pipeline, cancellationToken);
    }

    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        Probe.Disposed.TrySetResult();
    }
}

/// <summary>Passes its input on, object for object, while its own task is pumped: a pump below a pump.</summary>
[Cmdlet(VerbsCommunications.Send, "Pump")]
public sealed class SendPumpCommand : AsyncCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    private protected override async Task ProcessRecordAsync(IPipeline pipeline, CancellationToken cancellationToken)
    {
        await Task.Yield();
        pipeline.WriteObject(InputObject);
    }
}

/// <summary>Notes the thread each object arrives on.</summary>
[Cmdlet(VerbsDiagnostic.Trace, "Thread")]
public sealed class TraceThreadCommand : PSCmdlet
{
    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    [Parameter(Mandatory = true, Position = 0)]
    public ConcurrentBag<int> Threads { get; set; } = [];

    protected override void ProcessRecord()
    {
        Threads.Add(Environment.CurrentManagedThreadId);
        WriteObject(InputObject);
    }
}

/// <summary>Takes the first objects and ends the pipeline, as Select-Object -First does with its StopUpstreamCommandsException.</summary>
[Cmdlet(VerbsCommon.Select, "First")]
public sealed class SelectFirstCommand : PSCmdlet
{
    private static readonly Type StopUpstream =
        typeof(PSCmdlet).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException", throwOnError: true)!;

    [Parameter(ValueFromPipeline = true)]
    public object? InputObject { get; set; }

    protected override void ProcessRecord()
    {
        WriteObject(InputObject);
        throw (Exception)Activator.CreateInstance(StopUpstream, this)!;
    }
}
