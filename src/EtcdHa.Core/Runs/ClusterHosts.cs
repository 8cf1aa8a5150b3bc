using System.Collections.Concurrent;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Runs;

/// <summary>The hosts of one cluster: one connection each, opened when it is first needed and kept until the end. A connection that failed is opened anew by the next who asks.</summary>
/// <param name="connector">Opens the connections.</param>
/// <param name="resolve">Decides how a member's host is reached.</param>
public sealed class ClusterHosts(ISshConnector connector, Func<EtcdMember, ResolvedSshTarget> resolve) : IAsyncDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<Task<HostSession>>> _sessions = new(StringComparer.Ordinal);
    private readonly CancellationTokenSource _closing = new();
    private HostRun? _run;

    /// <summary>The host's name in messages, <c>user@host[:port]</c>.</summary>
    /// <param name="member">The member on it.</param>
    public string NameOf(EtcdMember member) => resolve(member).ToString();

    /// <summary>From now on the hosts may be changed, for this run: its first change of a host takes the host's lock. Before, they can only be looked at.</summary>
    /// <param name="run">Who changes the hosts.</param>
    public void Begin(HostRun run)
    {
        _run = run;
        foreach (Lazy<Task<HostSession>> open in _sessions.Values.Where(s => s.Value.IsCompletedSuccessfully))
        {
            open.Value.Result.Begin(run);
        }
    }

    /// <summary>The connection to a member's host.</summary>
    /// <param name="member">The member.</param>
    /// <param name="cancellationToken">Stops the wait for it.</param>
    /// <exception cref="EtcdSshException">The host cannot be reached, its key is refused, or it refuses the login.</exception>
    public async Task<HostSession> OpenAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(member);
        Lazy<Task<HostSession>> opening = _sessions.GetOrAdd(member.Name, _ => new(() => HostSession.OpenAsync(connector, resolve(member), _run, _closing.Token)));
        try
        {
            return await opening.Value.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch when (opening.Value.IsFaulted)
        {
            _sessions.TryRemove(new(member.Name, opening));
            throw;
        }
    }

    /// <summary>Gives a host's lock back before its connection is closed; does nothing when there is no connection.</summary>
    /// <param name="member">The member.</param>
    public async Task ReleaseLockAsync(EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (_sessions.TryGetValue(member.Name, out Lazy<Task<HostSession>>? open) && open.Value.IsCompletedSuccessfully)
        {
            await open.Value.Result.ReleaseLockAsync().ConfigureAwait(false);
        }
    }

    /// <summary>After the last step: runs that were interrupted, and left nothing to do, are told of and cleaned up after.</summary>
    /// <param name="cancellationToken">Stops it.</param>
    public Task EndEarlierRunsAsync(CancellationToken cancellationToken) => Task.WhenAll(
        _sessions.Values.Where(s => s.IsValueCreated && s.Value.IsCompletedSuccessfully).Select(s => s.Value.Result.EndEarlierRunAsync(cancellationToken)));

    /// <summary>Closes a connection that broke; the next <see cref="OpenAsync"/> opens another.</summary>
    /// <param name="member">The member.</param>
    public async Task CloseAsync(EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        if (_sessions.TryRemove(member.Name, out Lazy<Task<HostSession>>? opening))
        {
            await CloseAsync(opening.Value).ConfigureAwait(false);
        }
    }

    /// <summary>Ends logins that are still under way and closes every connection.</summary>
    public async ValueTask DisposeAsync()
    {
        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(_sessions.Values.Select(session => CloseAsync(session.Value))).ConfigureAwait(false);
        _sessions.Clear();
        _closing.Dispose();
    }

    private static async Task CloseAsync(Task<HostSession> opening)
    {
        await ((Task)opening).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (opening.IsCompletedSuccessfully)
        {
            await opening.Result.DisposeAsync().ConfigureAwait(false);
        }
    }
}
