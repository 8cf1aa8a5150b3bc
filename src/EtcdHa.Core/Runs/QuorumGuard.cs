using System.Diagnostics;

namespace EtcdHa.Core.Runs;

/// <summary>
/// Decides when a running member may be disturbed: enough others are healthy, and have been for a while. etcd's own check of members that
/// change (strict reconfiguration) wants 5 s of health, too.
/// </summary>
/// <param name="health">Asks the members.</param>
/// <param name="timeout">Time allowed to become healthy.</param>
/// <param name="steady">Time the cluster must stay healthy before the next member.</param>
/// <param name="pause">Between two questions.</param>
internal sealed class QuorumGuard(IClusterHealth health, TimeSpan timeout, TimeSpan steady, TimeSpan pause)
{
    /// <summary>Waits until enough members besides one are healthy, and stay so.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member that is to be disturbed.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="EtcdTimeoutException"><c>ClusterNotHealthy</c>: they did not become so.</exception>
    public Task<IReadOnlyList<EtcdEndpointHealth>> WaitForOthersAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
        => WaitAsync(topology, rows => rows.Count(r => r.Healthy && r.Member!.Name != member.Name) >= QuorumOf(topology), steady, cancellationToken);

    /// <summary>Waits until all members are healthy.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="EtcdTimeoutException"><c>ClusterNotHealthy</c>.</exception>
    public Task<IReadOnlyList<EtcdEndpointHealth>> WaitForAllAsync(EtcdTopology topology, CancellationToken cancellationToken)
        => WaitAsync(topology, rows => rows.All(r => r.Healthy), TimeSpan.Zero, cancellationToken);

    /// <summary>Asks once.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    public Task<IReadOnlyList<EtcdEndpointHealth>> AskAsync(EtcdTopology topology, CancellationToken cancellationToken) => health.CheckAsync(topology, cancellationToken);

    private static int QuorumOf(EtcdTopology topology) => (topology.Members.Count / 2) + 1;

    private async Task<IReadOnlyList<EtcdEndpointHealth>> WaitAsync(
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
                return rows;
            }

            if (Stopwatch.GetElapsedTime(start) >= timeout + stays)
            {
                string reasons = string.Join("; ", rows.Where(r => !r.Healthy).Select(r => $"{r.Member}: {r.Error}"));
                throw new EtcdTimeoutException("ClusterNotHealthy", timeout.TotalSeconds, reasons) { Subject = topology };
            }

            await Task.Delay(pause, cancellationToken).ConfigureAwait(false);
        }
    }
}
