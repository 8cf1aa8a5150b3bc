using System.Runtime.InteropServices;
using EtcdHa.Console.Engine;

namespace EtcdHa.Console;

/// <summary>
/// Ends the program in order when it is interrupted or terminated: the pipeline is stopped, its clean-up runs, and the
/// process ends with the signal's code. A second signal, or a pipeline that does not stop, ends it at once.
/// At the interactive prompt Ctrl+C means only the command that runs.
/// </summary>
internal sealed class Signals : IDisposable
{
    private const int HangUp = 1;
    private const int InterruptSignal = 2;
    private const int Terminate = 15;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource _shutdown = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _signal;

    internal Signals()
    {
        Handle(PosixSignal.SIGINT, Interrupt);
        Handle(PosixSignal.SIGTERM, () => End(Terminate));
        Handle(PosixSignal.SIGHUP, () => End(HangUp));
    }

    /// <summary>What runs, once there is something that can.</summary>
    internal PipelineRunner? Runner { get; set; }

    /// <summary>What Ctrl+C does instead of ending the program.</summary>
    internal Action? OnInterrupt { get; set; }

    /// <summary>Cancelled when the program is to end.</summary>
    internal CancellationToken Shutdown => _shutdown.Token;

    /// <summary>The exit code for the signal that came, or null.</summary>
    internal int? ExitCode => _signal == 0 ? null : Console.ExitCode.SignalBase + _signal;

    public void Dispose()
    {
        _registrations.ForEach(registration => registration.Dispose());
        _shutdown.Dispose();
    }

    /// <summary>Does what Ctrl+C does.</summary>
    internal void Interrupt()
    {
        if (OnInterrupt is { } handler)
        {
            handler();
        }
        else
        {
            End(InterruptSignal);
        }
    }

    private void Handle(PosixSignal signal, Action action) =>
        _registrations.Add(PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true;
            action();
        }));

    private void End(int signal)
    {
        if (Interlocked.CompareExchange(ref _signal, signal, 0) != 0)
        {
            Environment.Exit(ExitCode ?? signal);
        }

        Runner?.StopForGood();
        _shutdown.Cancel();
        _ = EndWhenPatienceEnds();
    }

    private async Task EndWhenPatienceEnds()
    {
        await Task.Delay(Patience).ConfigureAwait(false);
        SystemConsole.Error.WriteLine("The running command did not stop: leaving it.");
        Environment.Exit(ExitCode ?? Console.ExitCode.Failure);
    }
}
