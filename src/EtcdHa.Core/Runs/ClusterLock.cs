using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Runs;

/// <summary>
/// A cluster's lock is the locks of all its hosts, all or none: workstations share no other place. The first host's decides between two
/// runs that start at once, so all take it first, in the topology's order; nobody waits, so none waits for another for ever.
/// </summary>
public static class ClusterLock
{
    /// <summary>Takes the locks. They are given back when the connections are closed; when one cannot be had, those that were taken are at once.</summary>
    /// <param name="hosts">The connections.</param>
    /// <param name="members">The members whose hosts are locked, in the topology's order.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <exception cref="EtcdLockException"><c>HostLocked</c>: another run works on a host; it names it.</exception>
    public static async Task AcquireAsync(ClusterHosts hosts, IReadOnlyList<EtcdMember> members, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(members);
        try
        {
            await Task.WhenAll(members.Take(1).Select(LockAsync)).ConfigureAwait(false);
            await Task.WhenAll(members.Skip(1).Select(LockAsync)).ConfigureAwait(false);
        }
        catch
        {
            await ReleaseAsync(hosts, members).ConfigureAwait(false);
            throw;
        }

        async Task LockAsync(EtcdMember member)
        {
            HostSession session = await hosts.OpenAsync(member, cancellationToken).ConfigureAwait(false);
            await session.AcquireLockAsync(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Gives the locks back, where the hosts still answer.</summary>
    /// <param name="hosts">The connections.</param>
    /// <param name="members">The members whose hosts were locked.</param>
    public static Task ReleaseAsync(ClusterHosts hosts, IEnumerable<EtcdMember> members)
    {
        ArgumentNullException.ThrowIfNull(hosts);
        return Task.WhenAll(members.Select(hosts.ReleaseLockAsync));
    }
}
