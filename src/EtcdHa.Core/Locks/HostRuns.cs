using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Locks;

/// <summary>The runs a host's journal tells of, and its lock.</summary>
public static class HostRuns
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(60);

    /// <summary>Every run in the host's journal and the holder of its lock, newest first. It changes nothing.</summary>
    /// <param name="session">The host.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<IReadOnlyList<EtcdRunJournal>> ReadAsync(HostSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        RemoteOutput answer = await session.RunAsync("read the journal", HostLockScript.Tell, [], Timeout, cancellationToken, repeatable: true).ConfigureAwait(false);
        return RunJournalReader.ReadAll(session.HostName, answer.Text);
    }

    /// <summary>The runs of the staging folder's journal, newest first; none when there is no journal.</summary>
    /// <param name="stagingPath">The staging folder, absolute; it need not exist.</param>
    public static IReadOnlyList<EtcdRunJournal> OfWorkstation(string stagingPath) => WorkstationJournal.Read(stagingPath);

    /// <summary>Takes the lock of a host away from whoever holds it.</summary>
    /// <param name="session">The host.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>Whose it was; null when it was nobody's.</returns>
    /// <exception cref="EtcdLockException"><c>HostLocked</c>: a step of that run still runs on the host, and nobody may work there beside it.</exception>
    public static async Task<EtcdRunJournal?> BreakLockAsync(HostSession session, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        RemoteOutput answer = await session.TryRunAsync("break the lock", HostLockScript.Break, [], Timeout, cancellationToken).ConfigureAwait(false);
        EtcdRunJournal? holder = RunJournalReader.Holder(session.HostName, answer.Text);
        return answer.ExitCode == HostLockScript.Locked && holder is not null ? throw RunText.Locked(holder)
            : answer.ThrowIfFailed() is not null ? holder
            : null;
    }
}
