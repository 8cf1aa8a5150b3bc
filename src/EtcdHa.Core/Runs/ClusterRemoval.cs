using System.Collections.Concurrent;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.Removal;
using EtcdHa.Core.Kubelet;

namespace EtcdHa.Core.Runs;

/// <summary>Takes members off their hosts, and says before what that means for the cluster.</summary>
/// <param name="topology">The topology.</param>
/// <param name="hosts">The connections.</param>
/// <param name="options">Where the kubelet's files are.</param>
/// <param name="throttleLimit">How many hosts at a time, from 1.</param>
/// <param name="events">Told what happens; hosts that fail are told to <see cref="RunEvents.HostFailed"/>.</param>
public sealed class ClusterRemoval(EtcdTopology topology, ClusterHosts hosts, KubeletOptions options, int throttleLimit, RunEvents events)
{
    private readonly ConcurrentDictionary<string, MemberState> _found = new(StringComparer.Ordinal);
    private string _effect = "";

    /// <summary>Looks at hosts; nothing is changed.</summary>
    /// <param name="members">The members that are to go: a host that cannot be looked at is told to <see cref="RunEvents.HostFailed"/>.</param>
    /// <param name="others">Members that stay: one that cannot be looked at counts as one that does not run.</param>
    /// <param name="cancellationToken">Stops all.</param>
    /// <returns>Those of the members that were looked at, in their order.</returns>
    public async Task<IReadOnlyList<EtcdMember>> LookAsync(IReadOnlyList<EtcdMember> members, IEnumerable<EtcdMember> others, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(members);
        ArgumentNullException.ThrowIfNull(others);
        RunEvents unreached = events with { HostFailed = (member, error) => events.Warning($"{member} counts as not running: {error.Message}") };
        await Task.WhenAll(
            ClusterLook.ForEachHostAsync(members, throttleLimit, events, LookAsync, cancellationToken),
            ClusterLook.ForEachHostAsync(others, throttleLimit, unreached, LookAsync, cancellationToken)).ConfigureAwait(false);
        EtcdMember[] seen = [.. members.Where(m => _found.ContainsKey(m.Name))];
        EtcdMember[] ending = [.. seen.Where(m => _found[m.Name].IsRunning)];
        Loss = new QuorumLoss(topology.Members.Count, _found.Values.Count(s => s.IsRunning), ending.Length);
        _effect = Loss.Text(ending.Select(m => m.Name));
        return seen;
    }

    /// <summary>What the end of the members means for the cluster, in words; empty when none of them runs.</summary>
    public string QuorumEffect => _effect;

    /// <summary>True when the cluster has a quorum and loses it.</summary>
    public bool LosesQuorum => Loss?.LosesQuorum ?? false;

    private QuorumLoss? Loss { get; set; }

    /// <summary>What will be done for a member, in words.</summary>
    /// <param name="member">One that was looked at.</param>
    public string Describe(EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        bool isPresent = _found[member.Name].IsPresent(new RemovalPaths(topology, options));
        return !isPresent ? "Nothing of the member is there"
            : "Take the manifest out, wait for etcd's end, move the kubelet's drop-in, certificates, configuration and data aside" + (_effect.Length > 0 ? $" ({_effect})" : "");
    }

    /// <summary>Removes members; all their hosts' locks are taken first.</summary>
    /// <param name="members">Those that were looked at and shall go.</param>
    /// <param name="wait">Time etcd has to end on each host.</param>
    /// <param name="removed">Given each result as soon as it is there.</param>
    /// <param name="cancellationToken">Stops before the next step of each host.</param>
    /// <exception cref="EtcdLockException"><c>HostLocked</c>: nothing was touched.</exception>
    public async Task RemoveAsync(IReadOnlyList<EtcdMember> members, TimeSpan wait, Action<EtcdMemberRemoval> removed, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(members);
        var paths = new RemovalPaths(topology, options);
        EtcdMember[] present = [.. members.Where(m => _found[m.Name].IsPresent(paths))];
        await ClusterLock.AcquireAsync(hosts, present, cancellationToken).ConfigureAwait(false);
        var log = new OperationLog(events.Verbose, events.Warning);
        await ClusterLook.ForEachHostAsync(members, throttleLimit, events, async (member, token) =>
        {
            events.Progress(member, "Removing");
            HostSession session = await hosts.OpenAsync(member, token).ConfigureAwait(false);
            EtcdMemberRemoval removal = await MemberRemover.RemoveAsync(session, topology, _found[member.Name], options, wait, log, token).ConfigureAwait(false);
            removed(removal with { QuorumEffect = removal.WasRunning ? _effect : "" });
        }, cancellationToken).ConfigureAwait(false);
    }

    private async Task LookAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        events.Progress(member, "Looking");
        HostSession session = await hosts.OpenAsync(member, cancellationToken).ConfigureAwait(false);
        _found[member.Name] = await MemberState.AtAsync(session, topology, member, options, cancellationToken).ConfigureAwait(false);
    }
}
