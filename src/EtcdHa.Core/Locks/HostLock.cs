using System.Text;
using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Locks;

/// <summary>
/// The lock of one host, taken by the first script that changes the host, in the same round trip, and given back in the end. Every such
/// script finds out first whether the lock is still this run's. Between them a heartbeat keeps it; should that be lost, the lock expires.
/// </summary>
/// <param name="shell">Runs scripts on the host: another one after its connection dropped.</param>
/// <param name="run">Whose lock it is.</param>
internal sealed class HostLock(Func<RemoteShell> shell, HostRun run) : IAsyncDisposable
{
    private static readonly TimeSpan ShortTimeout = TimeSpan.FromSeconds(5);

    private CancellationTokenSource _ending = new();
    private Task _heartbeat = Task.CompletedTask;
    private bool _isHeld;
    private bool _mayBeHeld;
    private string? _seen;

    /// <summary>Takes in what a look told: how often the host was changed. The first look counts: decisions rest on it, too.</summary>
    public void Saw(string output) => _seen ??= HostLook.Values(output, "changes").FirstOrDefault();

    /// <summary>Takes the lock, or finds that it is still held.</summary>
    /// <exception cref="EtcdLockException"><c>HostLocked</c>, <c>HostLockLost</c>, <c>HostStepRuns</c>.</exception>
    public async Task AcquireAsync(CancellationToken cancellationToken)
        => (await RunAsync(new RemoteScript("take the lock", HostLockScript.Acquire(run, _isHeld, null)), cancellationToken).ConfigureAwait(false)).ThrowIfFailed();

    /// <summary>Runs a script that changes the host.</summary>
    /// <param name="script">The script.</param>
    /// <param name="stages">Directories it stages files in.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <exception cref="EtcdLockException"><c>HostLocked</c>, <c>HostLockLost</c>, <c>HostChangedMeanwhile</c>, <c>HostStepRuns</c>: nothing was changed.</exception>
    public Task<RemoteOutput> ChangeAsync(RemoteScript script, IEnumerable<string> stages, CancellationToken cancellationToken)
        => RunAsync(script with { Text = HostLockScript.Around(run, _isHeld, _seen, script.Step, stages, script.Text) }, cancellationToken);

    /// <summary>Where a run was interrupted and nothing is left to do, no script has told of it and cleaned up behind it yet.</summary>
    /// <param name="openRun">The run that had not come to its end when the host was looked at.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task EndEarlierRunAsync(string openRun, CancellationToken cancellationToken)
    {
        if (!_isHeld && openRun != run.Identity.RunId)
        {
            try
            {
                await AcquireAsync(cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdLockException)
            {
                // It is not over; its own end is its own affair.
            }
        }
    }

    /// <summary>Gives the lock back, if the host still answers; else it expires.</summary>
    public async Task ReleaseAsync()
    {
        await _ending.CancelAsync().ConfigureAwait(false);
        await _heartbeat.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_mayBeHeld)
        {
            _mayBeHeld = _isHeld = false;
            Task released = shell().RunAsync(Script("give the lock back", HostLockScript.Release(run)), CancellationToken.None);
            await released.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }

        _ending.Dispose();
        _ending = new CancellationTokenSource();
    }

    /// <summary>Gives the lock back.</summary>
    public async ValueTask DisposeAsync()
    {
        await ReleaseAsync().ConfigureAwait(false);
        _ending.Dispose();
    }

    private static RemoteScript Script(string step, string text) => new(step, text) { AsRoot = true, Timeout = ShortTimeout };

    private async Task<RemoteOutput> RunAsync(RemoteScript script, CancellationToken cancellationToken)
    {
        _mayBeHeld = true;
        RemoteOutput output = await shell().RunAsync(script with { AsRoot = true, OnCancelled = HostLockScript.Release(run) }, cancellationToken).ConfigureAwait(false);
        string text = output.Text;
        if (OwnOutput(output) is { } own)
        {
            if (!_isHeld)
            {
                _isHeld = true;
                _heartbeat = BeatAsync(_ending.Token);
            }

            if (RunJournalReader.Earlier(shell().Host, text) is { } earlier)
            {
                run.Log.Warning(RunText.Interrupted(earlier));
            }

            return own;
        }

        _mayBeHeld = _isHeld = false;
        _seen = null;
        if (RunText.Refusal(output) is { } refusal)
        {
            throw refusal;
        }

        HostPlacement.ThrowIfFailed(output);
        throw HostLook.Unreadable(shell().Host, text);
    }

    // Behind the line that says that the lock was taken and the journal written; null when it never came to that.
    private static RemoteOutput? OwnOutput(RemoteOutput output)
    {
        ReadOnlySpan<byte> line = Encoding.ASCII.GetBytes(HostLockScript.Begun + "\n");
        ReadOnlySpan<byte> all = output.Output.Span;
        int start = all.StartsWith(line) ? 0 : all.IndexOf(Encoding.ASCII.GetBytes("\n" + HostLockScript.Begun + "\n")) + 1;
        return start == 0 && !all.StartsWith(line) ? null : output with { Output = output.Output[(start + line.Length)..] };
    }

    // A heartbeat that fails is missed by nobody but the next one: whether the lock is still held the next change finds out.
    private async Task BeatAsync(CancellationToken cancellationToken)
    {
        using var timer = new PeriodicTimer(run.Times.Heartbeat);
        while (await timer.WaitForNextTickAsync(cancellationToken).ConfigureAwait(false))
        {
            try
            {
                await shell().RunAsync(Script("keep the lock", HostLockScript.Beat(run)), cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdHaException)
            {
                run.Log.Verbose($"{shell().Host}: the host did not answer to a heartbeat.");
            }
        }
    }
}
