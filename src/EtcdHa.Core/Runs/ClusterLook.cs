using System.Collections.Concurrent;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Runs;

/// <summary>All hosts of a request, looked at, in parallel: one connection and one round trip each.</summary>
internal static class ClusterLook
{
    /// <summary>Looks at every host. A host that fails is told to <see cref="RunEvents.HostFailed"/>; the others are looked at all the same.</summary>
    /// <param name="request">What is looked at.</param>
    /// <param name="hosts">The connections.</param>
    /// <param name="throttleLimit">How many hosts at a time, from 1.</param>
    /// <param name="events">Told what happens.</param>
    /// <param name="cancellationToken">Stops all.</param>
    /// <returns>What was seen, in the order of the request's members; fewer than these when hosts failed.</returns>
    public static async Task<IReadOnlyList<MemberLook>> AtAllAsync(
        PlanRequest request, ClusterHosts hosts, int throttleLimit, RunEvents events, CancellationToken cancellationToken)
    {
        var looks = new ConcurrentDictionary<string, MemberLook>(StringComparer.Ordinal);
        await ForEachHostAsync(request.Members, throttleLimit, events, async (member, token) =>
        {
            events.Progress(member, "Looking");
            HostSession session = await hosts.OpenAsync(member, token).ConfigureAwait(false);
            looks[member.Name] = await MemberLook.AtAsync(
                session,
                request.Topology,
                member,
                request.KubeletOptions,
                StagedPlan.IncludesCaKey(request.Topology, member, request.StagingPath, request.Settings.ExcludeCaKey),
                token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return [.. request.Members.Where(m => looks.ContainsKey(m.Name)).Select(m => looks[m.Name])];
    }

    /// <summary>Does the same for every member's host, in parallel; one that fails is told to <see cref="RunEvents.HostFailed"/>, and the others go on.</summary>
    public static Task ForEachHostAsync(
        IEnumerable<EtcdMember> members, int throttleLimit, RunEvents events, Func<EtcdMember, CancellationToken, Task> work, CancellationToken cancellationToken)
        => ForEachHostAsync(members, throttleLimit, Tell(events), work, cancellationToken);

    /// <summary>Does the same for every member's host, in parallel; one that fails is told to <paramref name="failed"/>, and the others go on.</summary>
    public static Task ForEachHostAsync(
        IEnumerable<EtcdMember> members,
        int throttleLimit,
        Func<EtcdMember, Exception, Task> failed,
        Func<EtcdMember, CancellationToken, Task> work,
        CancellationToken cancellationToken)
        => Parallel.ForEachAsync(
            members,
            new ParallelOptions { MaxDegreeOfParallelism = throttleLimit, CancellationToken = cancellationToken },
            async (member, token) =>
            {
                try
                {
                    await work(member, token).ConfigureAwait(false);
                }
                catch (Exception e) when (!cancellationToken.IsCancellationRequested)
                {
                    // A cancellation nobody asked for is a timeout that was not translated.
                    await failed(member, e is OperationCanceledException ? new TimeoutException(e.Message, e) : e).ConfigureAwait(false);
                }
            });

    private static Func<EtcdMember, Exception, Task> Tell(RunEvents events) => (member, error) =>
    {
        events.HostFailed(member, error);
        return Task.CompletedTask;
    };
}
