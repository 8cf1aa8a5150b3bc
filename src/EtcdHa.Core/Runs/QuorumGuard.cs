using System.Diagnostics;

namespace EtcdHa.Core.Runs;

/// <summary>
/// Decides when a running member may be disturbed: enough others are healthy, and have been for a while. etcd's own check of members that
/// change (strict reconfiguration) wants 5 s of health, too.
/// </summary>
/// <param name="health">Asks the members.</param>
/// <param name="reasons">Says why they are not healthy.</param>
/// <param name="timeout">Time allowed to become healthy.</param>
/// <param name="steady">Time the cluster must stay healthy before the next member.</param>
/// <param name="pause">Between two questions.</param>
internal sealed class QuorumGuard(IClusterHealth health, HealthReasons reasons, TimeSpan timeout, TimeSpan steady, TimeSpan pause)
{
    /// <summary>Waits until enough members besides one are healthy, and stay so.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member that is to be disturbed.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="EtcdTimeoutException"><c>ClusterNotHealthy</c>: they did not become so.</exception>
    public async Task WaitForOthersAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
        => await ThrowIfNotAsync(
            topology,
            await WaitAsync(topology, rows => rows.Count(r => r.Healthy && r.Member!.Name != member.Name) >= QuorumOf(topology), steady, cancellationToken).ConfigureAwait(false),
            cancellationToken).ConfigureAwait(false);

    /// <summary>Waits until all members are healthy.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="EtcdTimeoutException"><c>ClusterNotHealthy</c>.</exception>
    public async Task WaitForAllAsync(EtcdTopology topology, CancellationToken cancellationToken)
        => await ThrowIfNotAsync(topology, await WaitForAsync(topology, _ => true, cancellationToken).ConfigureAwait(false), cancellationToken).ConfigureAwait(false);

    /// <summary>Waits until some members are healthy, and gives the rows of all, also when they did not become so.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="matters">Those that are waited for.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<(bool IsHealthy, IReadOnlyList<EtcdEndpointHealth> Rows)> WaitForAsync(
        EtcdTopology topology, Func<EtcdMember, bool> matters, CancellationToken cancellationToken)
        => WaitAsync(topology, rows => rows.Where(r => matters(r.Member!)).All(r => r.Healthy), TimeSpan.Zero, cancellationToken);

    /// <summary>Asks once.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    public Task<IReadOnlyList<EtcdEndpointHealth>> AskAsync(EtcdTopology topology, CancellationToken cancellationToken) => health.CheckAsync(topology, cancellationToken);

    private static int QuorumOf(EtcdTopology topology) => (topology.Members.Count / 2) + 1;

    private async Task ThrowIfNotAsync(EtcdTopology topology, (bool IsHealthy, IReadOnlyList<EtcdEndpointHealth> Rows) answer, CancellationToken cancellationToken)
    {
        if (!answer.IsHealthy)
        {
            string why = await reasons.OfAsync(topology, answer.Rows, cancellationToken).ConfigureAwait(false);
            throw new EtcdTimeoutException("ClusterNotHealthy", timeout.TotalSeconds, why) { Subject = topology };
        }
    }

    private async Task<(bool IsHealthy, IReadOnlyList<EtcdEndpointHealth> Rows)> WaitAsync(
        EtcdTopology topology, Func<IReadOnlyList<EtcdEndpointHealth>, bool> isEnough, TimeSpan stays, CancellationToken cancellationToken)
    {
        long start = Stopwatch.GetTimestamp();
        long? since = null;
        while (true)
        {
            IReadOnlyList<EtcdEndpointHealth> rows = await health.CheckAsync(topology, cancellationToken).ConfigureAwait(false);
            since = isEnough(rows) ? since ?? Stopwatch.GetTimestamp() : null;
            if (since is { } healthy && Stopwatch.GetElapsedTime(healthy) >= stays)
            {
                return (true, rows);
            }

            if (Stopwatch.GetElapsedTime(start) >= timeout + stays)
            {
                return (false, rows);
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
