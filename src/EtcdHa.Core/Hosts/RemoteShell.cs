using System.Collections.Concurrent;
using System.Security.Cryptography;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Hosts;

/// <summary>Runs scripts on a host, whatever its login shell is and prints, as the user who logged in or as root.</summary>
/// <param name="transport">The open connection; not disposed here.</param>
/// <param name="host">What the host is called in messages.</param>
/// <param name="sudo">How scripts become root; null: <c>sudo -n</c> unless the login is root's.</param>
/// <param name="markerSource">Makes a marker for each run: letters and digits that no output holds by chance. Null: 128 random bits.</param>
public sealed class RemoteShell(ISshTransport transport, string host, RemoteSudo? sudo = null, Func<string>? markerSource = null)
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromMilliseconds(700);

    private readonly RemoteSudo _sudo = sudo ?? new RemoteSudo();
    private readonly ConcurrentBag<string> _lost = [];
    private readonly Func<string> _markerSource = markerSource ?? (() => "EtcdHa" + Convert.ToHexString(RandomNumberGenerator.GetBytes(16)));

    /// <summary>What the host is called in messages.</summary>
    public string Host => host;

    /// <summary>Markers of the runs whose end is unknown, because the connection was lost: they may still go on.</summary>
    internal IReadOnlyCollection<string> Lost => _lost;

    /// <summary>Runs a script to its end.</summary>
    /// <param name="script">The script.</param>
    /// <param name="cancellationToken">Stops it within 2 seconds: its processes get SIGTERM, also root's; a script that must not stop half way is given none.</param>
    /// <returns>Exit code and output; an exit code other than 0 is not an error here.</returns>
    /// <exception cref="EtcdTimeoutException"><c>RemoteCommandTimeout</c>.</exception>
    /// <exception cref="EtcdSshException"><c>SshConnectionLost</c>: the answer did not come whole; what the script did is unknown.</exception>
    /// <exception cref="EtcdSudoException">
    /// <c>SudoPasswordRequired</c>, <c>SudoPasswordWrong</c>, <c>SudoAccountRefused</c>, <c>SudoTerminalRequired</c>, <c>SudoNotAllowed</c>, <c>SudoNotUsed</c>,
    /// <c>SudoMissing</c>, <c>SudoFailed</c>: nothing ran.
    /// </exception>
    /// <exception cref="EtcdHostException">
    /// <c>RemoteShellUnavailable</c>: nothing ran; <c>RemoteToolMissing</c>: base64 is missing; <c>RemoteScriptKilled</c>: the shell ended before the script.
    /// </exception>
    public async Task<RemoteOutput> RunAsync(RemoteScript script, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(script);
        string marker = _markerSource();
        using CancellationTokenSource timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(script.Timeout);

        // The host is told at once, while the transport still lets go of the command: together they stay within the 2 seconds of Ctrl+C.
        Lazy<Task> stop = new(() => StopAsync([marker], script.AsRoot, cancellationToken.IsCancellationRequested ? script.OnCancelled : ""));
        using CancellationTokenRegistration told = timeout.Token.Register(() => _ = stop.Value);
        try
        {
            return Interpret(await ExecuteAsync(script, script.AsRoot, marker, timeout.Token).ConfigureAwait(false), script, marker);
        }
        catch (OperationCanceledException e)
        {
            await stop.Value.ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            throw new EtcdTimeoutException(e, "RemoteCommandTimeout", host, script.Step, script.Timeout.TotalSeconds) { Subject = host };
        }
        catch (EtcdSshException)
        {
            _lost.Add(marker);
            throw;
        }
    }

    /// <summary>Ends what another connection left running on this host, and waits a few seconds for it to clean up.</summary>
    /// <param name="markers">The runs' markers.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    internal Task EndAsync(IEnumerable<string> markers, CancellationToken cancellationToken)
    {
        bool asRoot = CanStopAsRoot;
        RemoteScript script = new("stop", RemoteShellProtocol.StopScript(markers, wait: true)) { AsRoot = asRoot };
        return RunAsync(script, cancellationToken);
    }

    // A password that has not been right yet is not tried a second time.
    private bool CanStopAsRoot => !_sudo.GivesPassword || _sudo.IsProven;

    // What runs on the host is told to end, if the connection still serves. It is not waited for longer than the 2 seconds allow that Ctrl+C may
    // take, but not taken back either: a host that is slow to check a sudo password does it all the same.
    private async Task StopAsync(string[] markers, bool asRoot, string then)
    {
        string stop = RemoteShellProtocol.StopScript(markers);
        RemoteScript script = new("stop", then.Length == 0 ? stop : $"(\n{stop}) || :\n{then}");
        Task<SshExecResult> stopped = ExecuteAsync(script, asRoot && CanStopAsRoot, _markerSource(), CancellationToken.None);
        await ((Task)stopped.WaitAsync(StopTimeout)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _ = stopped.ContinueWith(task => task.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
    }

    private async Task<SshExecResult> ExecuteAsync(RemoteScript script, bool asRoot, string marker, CancellationToken cancellationToken)
    {
        byte[]? password = asRoot && _sudo.GivesPassword ? _sudo.PasswordLine(host) : null;
        byte[] lines = RemoteShellProtocol.Encode(script, marker, password);
        try
        {
            return await transport.ExecuteAsync(RemoteShellProtocol.Command(asRoot ? _sudo : null, marker), lines, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            // Inputs may be private keys.
            Array.Clear(lines);
            Array.Clear(password ?? []);
        }
    }

    private RemoteOutput Interpret(SshExecResult result, RemoteScript script, string marker)
    {
        if (!RemoteShellProtocol.HasBegun(result.Output.Span, marker))
        {
            throw NotBegun(result, script, marker);
        }

        _sudo.IsProven |= script.AsRoot;

        int? code = RemoteShellProtocol.Decode(result.Output.Span, marker, out ReadOnlySpan<byte> output);
        if (code is null)
        {
            throw result.ExitStatus is null && result.ExitSignal is null
                ? ConnectionLost()
                : new EtcdHostException("RemoteScriptKilled", host, script.Step, result.ExitSignal ?? "exit status " + result.ExitStatus) { Subject = host };
        }

        RemoteShellProtocol.Decode(result.ErrorOutput.Span, marker, out ReadOnlySpan<byte> errorOutput);
        return new RemoteOutput(host, script.Step, code.Value, output.ToArray(), errorOutput.ToArray());
    }

    private EtcdHaException NotBegun(SshExecResult result, RemoteScript script, string marker)
    {
        if (result.ExitStatus is null && result.ExitSignal is null)
        {
            return ConnectionLost();
        }

        if (script.AsRoot && SudoRefusal.Recognize(result.ErrorOutput.Span, host, marker) is { } refusal)
        {
            return refusal;
        }

        if (result.ExitStatus == RemoteShellProtocol.NotRoot && script.AsRoot && _sudo.Mode == EtcdSudoMode.None)
        {
            return new EtcdSudoException("SudoNotUsed", host) { Subject = host };
        }

        string said = RemoteText.LastLines(result.ErrorOutput.IsEmpty ? result.Output.Span : result.ErrorOutput.Span);
        return result.ExitStatus == RemoteShellProtocol.UnfitShell ? new EtcdHostException("RemoteToolMissing", host, "sh with a built-in printf") { Subject = host }
            : said.Contains(RemoteShellProtocol.UnfitProc, StringComparison.Ordinal) ? new EtcdHostException("RemoteToolMissing", host, "a /proc in which root may open a user's files") { Subject = host }
            : said.Contains("base64: ", StringComparison.Ordinal) ? new EtcdHostException("RemoteToolMissing", host, "base64") { Subject = host }
            : new EtcdHostException("RemoteShellUnavailable", host, script.Step, result.ExitSignal ?? "exit status " + result.ExitStatus, said) { Subject = host };
    }

    private EtcdSshException ConnectionLost() => new("SshConnectionLost", host) { Subject = host };
}
