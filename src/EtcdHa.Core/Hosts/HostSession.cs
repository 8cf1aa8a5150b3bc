using System.Diagnostics;
using System.Globalization;
using System.Security.Cryptography;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// One member's host: looks at it, compares, and applies typed steps. When the connection drops, steps that may be done twice are done again
/// over a new one (<see cref="DropPolicy"/>), after what the old one left running has been ended.
/// </summary>
public sealed class HostSession : IAsyncDisposable
{
    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan PlaceTimeout = TimeSpan.FromSeconds(120);

    private readonly HostLink _link;
    private readonly ResolvedSshTarget _target;
    private readonly DropPolicy _policy;
    private readonly OperationLog _log;
    private readonly long _startedAt = Stopwatch.GetTimestamp();
    private HostLock? _lock;
    private string? _openRun;

    private HostSession(HostLink link, ResolvedSshTarget target, DropPolicy policy, OperationLog log)
    {
        _link = link;
        _target = target;
        _policy = policy;
        _log = log;
        HostName = target.ToString();
    }

    /// <summary>The SSH target, <c>user@host[:port]</c>.</summary>
    public string HostName { get; }

    /// <summary>Time since the connection was asked for.</summary>
    public TimeSpan Elapsed => Stopwatch.GetElapsedTime(_startedAt);

    /// <summary>Connects to a member's host, to look only.</summary>
    /// <param name="connector">Opens the connection.</param>
    /// <param name="target">The host.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="EtcdSshException">The host cannot be reached, its key is refused, or it refuses the login.</exception>
    /// <exception cref="EtcdSudoException"><c>SudoPasswordMissing</c>, <c>SudoPasswordInvalid</c>: told before connecting.</exception>
    public static Task<HostSession> OpenAsync(ISshConnector connector, ResolvedSshTarget target, CancellationToken cancellationToken)
        => OpenAsync(connector, target, null, cancellationToken);

    /// <summary>Connects to a member's host.</summary>
    /// <param name="connector">Opens the connection, and each further one.</param>
    /// <param name="target">The host.</param>
    /// <param name="run">Who changes the host; null: nobody, the connection only looks.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <param name="log">Where it says that the connection dropped; null: where the run says what it does.</param>
    /// <exception cref="EtcdSshException">The host cannot be reached, its key is refused, or it refuses the login.</exception>
    /// <exception cref="EtcdSudoException"><c>SudoPasswordMissing</c>, <c>SudoPasswordInvalid</c>: told before connecting.</exception>
    public static Task<HostSession> OpenAsync(
        ISshConnector connector, ResolvedSshTarget target, HostRun? run, CancellationToken cancellationToken, OperationLog? log = null)
        => OpenAsync(connector, target, run, DropPolicy.Default, log ?? run?.Log ?? OperationLog.Silent, cancellationToken);

    /// <summary>Connects to a member's host, with a policy for dropped connections.</summary>
    internal static async Task<HostSession> OpenAsync(
        ISshConnector connector, ResolvedSshTarget target, HostRun? run, DropPolicy policy, OperationLog log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(connector);
        ArgumentNullException.ThrowIfNull(target);
        HostLink link = new(connector, target);
        HostSession session = new(link, target, policy, log);
        if (run is not null)
        {
            session.Begin(run);
        }

        await policy.RunAsync(_ => link.ConnectAsync(cancellationToken), session.Dropped, cancellationToken).ConfigureAwait(false);
        return session;
    }

    /// <summary>From now on the connection may change the host, for this run.</summary>
    /// <param name="run">Who changes the host.</param>
    public void Begin(HostRun run) => _lock = new HostLock(() => _link.Shell, run);

    /// <summary>Opens a loopback port that leads through this host.</summary>
    /// <param name="host">Address as seen from the host.</param>
    /// <param name="port">TCP port there.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken)
        => _link.Transport.ForwardAsync(host, port, cancellationToken);

    /// <summary>Looks at everything the steps are about, in one round trip.</summary>
    /// <param name="steps">The wanted states.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    /// <exception cref="EtcdSudoException">The look needs root and sudo did not give it.</exception>
    /// <exception cref="EtcdHostException"><c>HostAnswerUnreadable</c>.</exception>
    public async Task<HostState> ObserveAsync(IReadOnlyList<HostStep> steps, CancellationToken cancellationToken)
        => (await ObserveAsync(steps, "", cancellationToken).ConfigureAwait(false)).State;

    /// <summary>Looks at everything the steps are about and runs one more script in the same round trip.</summary>
    /// <param name="steps">The wanted states.</param>
    /// <param name="more">Shell text whose output lines are told apart by their own first word.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    internal async Task<(HostState State, string Output)> ObserveAsync(
        IReadOnlyList<HostStep> steps, string more, CancellationToken cancellationToken)
    {
        string[] paths = [.. steps.Where(s => s is not UnitStep).Select(s => s.Target)
            .Concat(steps.OfType<UnitStep>().SelectMany(u => u.ConfiguredBy)).Distinct()];
        string[] units = [.. steps.OfType<UnitStep>().Select(u => u.Unit).Distinct()];
        RemoteOutput answer = await RunAsync("look at the host", HostLook.Script(paths, units) + HostLockScript.Look + more, [], LookTimeout, cancellationToken, repeatable: true)
            .ConfigureAwait(false);
        _lock?.Saw(answer.Text);
        _openRun = HostLook.Values(answer.Text, "open").FirstOrDefault();
        return (HostLook.Read(HostName, answer.Text, paths, units), answer.Text);
    }

    /// <summary>
    /// Applies the changes of directories and files: nothing when none differs. Units are not touched here.
    /// On any failure nothing lies half-written at a final path and the staging directory is gone; after a dropped connection as soon as
    /// the host is reached again, which is tried a few times.
    /// </summary>
    /// <param name="changes">What <see cref="StepComparer"/> found.</param>
    /// <param name="state">The host they were compared with.</param>
    /// <param name="cancellationToken">Stops the transfer; once everything is there, not the renames.</param>
    /// <exception cref="EtcdHostException"><c>HostDiskFull</c>, <c>HostReadOnly</c>, <c>HostFileSystemsDiffer</c>, <c>RemoteCommandFailed</c>.</exception>
    public async Task PlaceAsync(IReadOnlyList<StepChange> changes, HostState state, CancellationToken cancellationToken)
    {
        if (changes.Any(c => c.Change != EtcdChange.Unchanged && c.Step is not UnitStep))
        {
            string placement = Convert.ToHexString(RandomNumberGenerator.GetBytes(8));
            IEnumerable<string> stages = changes.Where(c => c.Change != EtcdChange.Unchanged).Select(c => c.Step).OfType<FileStep>().Select(f => state.Resolve(f.StageIn).TrimEnd('/'));
            HostPlacement.ThrowIfFailed(await RepeatAsync(
                (attempt, _) =>
                {
                    (string script, IReadOnlyList<ReadOnlyMemory<byte>> inputs) = HostPlacement.Script(changes, state, placement, attempt);
                    return Lock.ChangeAsync(Script("place files", script, inputs, PlaceTimeout), stages.Distinct(), cancellationToken);
                },
                cancellationToken).ConfigureAwait(false));
        }
    }

    /// <summary>Takes the host's lock before anything is changed; else the first change takes it. It is given back when the session is disposed.</summary>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="EtcdLockException"><c>HostLocked</c>: another run works on the host.</exception>
    public Task AcquireLockAsync(CancellationToken cancellationToken) => Lock.AcquireAsync(cancellationToken);

    /// <summary>Gives the lock back, if it is held and the host answers.</summary>
    public Task ReleaseLockAsync() => _lock?.ReleaseAsync() ?? Task.CompletedTask;

    /// <summary>After the last step: an interrupted run that the last look found, and that left nothing to do, is told of and cleaned up after.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public Task EndEarlierRunAsync(CancellationToken cancellationToken)
        => _lock is not null && _openRun is { Length: > 0 } ? _lock.EndEarlierRunAsync(_openRun, cancellationToken) : Task.CompletedTask;

    /// <summary>Runs a script as root that changes the host, behind its lock; the caller looks at its exit status.</summary>
    /// <exception cref="EtcdLockException"><c>HostLocked</c>, <c>HostLockLost</c>, <c>HostChangedMeanwhile</c>, <c>HostStepRuns</c>: it did not run.</exception>
    internal Task<RemoteOutput> ChangeAsync(string what, string script, TimeSpan timeout, CancellationToken cancellationToken)
        => Lock.ChangeAsync(Script(what, script, [], timeout), [], cancellationToken);

    /// <summary>Runs a script as root that changes nothing and expects it to succeed.</summary>
    /// <exception cref="EtcdHostException"><c>RemoteCommandFailed</c>: it did not.</exception>
    internal async Task<RemoteOutput> RunAsync(
        string what, string script, IReadOnlyList<ReadOnlyMemory<byte>> inputs, TimeSpan timeout, CancellationToken cancellationToken, bool repeatable = false)
    {
        RemoteOutput output = await TryRunAsync(what, script, inputs, timeout, cancellationToken, repeatable).ConfigureAwait(false);
        output.ThrowIfFailed();
        return output;
    }

    /// <summary>Runs a script as root that changes nothing; the caller looks at its exit status.</summary>
    /// <param name="what">What it does, as a phrase that completes "failed to …".</param>
    /// <param name="script">Shell text under the rules of <see cref="RemoteScript"/>.</param>
    /// <param name="inputs">What it fetches with <c>input</c>.</param>
    /// <param name="timeout">Time allowed, unless the target has a limit of its own.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <param name="repeatable">True when it may be done twice, as what only looks may: then it is done again after the connection dropped.</param>
    internal Task<RemoteOutput> TryRunAsync(
        string what, string script, IReadOnlyList<ReadOnlyMemory<byte>> inputs, TimeSpan timeout, CancellationToken cancellationToken, bool repeatable = false)
        => repeatable
            ? RepeatAsync((_, shell) => shell.RunAsync(Script(what, script, inputs, timeout), cancellationToken), cancellationToken)
            : _link.Shell.RunAsync(Script(what, script, inputs, timeout), cancellationToken);

    /// <summary>Gives the lock back and closes the connection.</summary>
    public async ValueTask DisposeAsync()
    {
        if (_lock is not null)
        {
            await _lock.DisposeAsync().ConfigureAwait(false);
        }

        await _link.DisposeAsync().ConfigureAwait(false);
    }

    private HostLock Lock => _lock ?? throw new InvalidOperationException($"{HostName}: a connection that only looks was to change the host.");

    private Task<RemoteOutput> RepeatAsync(Func<int, RemoteShell, Task<RemoteOutput>> step, CancellationToken cancellationToken)
    {
        RemoteShell shell = _link.Shell;
        return _policy.RunAsync(
            async attempt =>
            {
                shell = attempt == 1 ? shell : await _link.RenewAsync(shell, cancellationToken).ConfigureAwait(false);
                return await step(attempt, shell).ConfigureAwait(false);
            },
            Dropped,
            cancellationToken);
    }

    private RemoteScript Script(string what, string script, IReadOnlyList<ReadOnlyMemory<byte>> inputs, TimeSpan timeout)
        => new(what, script) { AsRoot = true, Inputs = inputs, Timeout = _target.CommandTimeout ?? timeout };

    private void Dropped(EtcdSshException error, int next, TimeSpan pause)
        => _log.Verbose(string.Create(CultureInfo.InvariantCulture, $"{HostName}: {error.Message} Attempt {next} follows in {pause.TotalSeconds} s."));
}
