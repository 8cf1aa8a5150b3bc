using System.Collections.Concurrent;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Reporting;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Runs;

/// <summary>Makes reports: looks at every host, asks every endpoint, and compares with the topology. Changes nothing.</summary>
/// <param name="hosts">The connections.</param>
/// <param name="throttleLimit">How many hosts are looked at at a time, from 1.</param>
/// <param name="clock">Tells the time certificates must be valid at, and when the report was made.</param>
public sealed class ClusterReporter(ClusterHosts hosts, int throttleLimit, TimeProvider clock)
{
    /// <summary>Makes a report.</summary>
    /// <param name="request">The cluster, with all of its members.</param>
    /// <param name="run">The run it is evidence of; null: none.</param>
    /// <param name="askHealth">Asks the endpoints; null: they are not asked.</param>
    /// <param name="healthProblem">Why they are not; null when they are.</param>
    /// <param name="origin">Who makes it, where, with what.</param>
    /// <param name="events">Told what happens; a host that cannot be looked at is told to <see cref="RunEvents.HostFailed"/>, and the report says why.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<ClusterReport> MakeAsync(
        PlanRequest request,
        EtcdRun? run,
        Func<CancellationToken, Task<IReadOnlyList<EtcdEndpointHealth>>>? askHealth,
        string? healthProblem,
        ReportOrigin origin,
        RunEvents events,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(origin);
        ArgumentNullException.ThrowIfNull(events);
        Task<IReadOnlyList<EtcdEndpointHealth>>? asking = askHealth?.Invoke(cancellationToken);
        IReadOnlyList<ReportedHost> seen = await LookAsync(request, events, cancellationToken).ConfigureAwait(false);
        (EtcdPlan? pending, string? problem) = await CompareAsync(request, seen, events, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<EtcdEndpointHealth> health = asking is null ? [] : await asking.ConfigureAwait(false);
        return ReportBuilder.Build(
            new ReportMaterial(request.Topology, seen, health, origin with { CreatedAt = clock.GetUtcNow() })
            {
                HealthProblem = healthProblem,
                Pending = pending,
                PendingProblem = problem,
                Run = run,
            });
    }

    private async Task<IReadOnlyList<ReportedHost>> LookAsync(PlanRequest request, RunEvents events, CancellationToken cancellationToken)
    {
        var seen = new ConcurrentDictionary<string, ReportedHost>(StringComparer.Ordinal);
        RunEvents noted = events with
        {
            HostFailed = (member, error) =>
            {
                seen[member.Name] = ReportedHost.NotSeen(member.SshTarget?.ToString() ?? member.Address, error.Message);
                events.HostFailed(member, error);
            },
        };
        await ClusterLook.ForEachHostAsync(request.Topology.Members, throttleLimit, noted, async (member, token) =>
        {
            events.Progress(member, "Looking");
            HostSession session = await hosts.OpenAsync(member, token).ConfigureAwait(false);
            bool includesCaKey = StagedPlan.IncludesCaKey(request.Topology, member, request.StagingPath, request.Settings.ExcludeCaKey);
            ExpectedFiles expected = StagedMember.Expect(request.StagingPath, member, includesCaKey);
            seen[member.Name] = await HostInspector.LookAsync(
                session, request.Topology, member, expected, request.KubeletOptions, clock.GetUtcNow(), token).ConfigureAwait(false);
        }, cancellationToken).ConfigureAwait(false);
        return [.. request.Topology.Members.Select(m => seen[m.Name])];
    }

    // A plan needs what the staging folder holds: without it, everything would be seen as still to be made.
    private async Task<(EtcdPlan? Plan, string? Problem)> CompareAsync(
        PlanRequest request, IReadOnlyList<ReportedHost> seen, RunEvents events, CancellationToken cancellationToken)
    {
        if (!new StagingFolder(request.StagingPath).HasCertificates)
        {
            return (null, "there is no staging folder with the cluster's certificates to compare with");
        }

        if (seen.Any(h => h.Host.Problem is not null))
        {
            return (null, "not every host could be looked at");
        }

        var failures = new ConcurrentQueue<string>();
        RunEvents silent = RunEvents.Silent with { Verbose = events.Verbose, HostFailed = (member, error) => failures.Enqueue($"{member}: {error.Message}") };
        try
        {
            EtcdPlan? plan = await new ClusterPlanner(hosts, throttleLimit, clock).PlanAsync(request, silent, cancellationToken).ConfigureAwait(false);
            return (plan, plan is null ? string.Join("; ", failures.Order(StringComparer.Ordinal)) : null);
        }
        catch (EtcdHaException e)
        {
            return (null, e.Message);
        }
    }
}
