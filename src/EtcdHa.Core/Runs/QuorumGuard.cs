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
    public async Task WaitForOthersAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
        => ThrowIfNot(await WaitAsync(
            topology, rows => rows.Count(r => r.Healthy && r.Member!.Name != member.Name) >= QuorumOf(topology), steady, cancellationToken).ConfigureAwait(false));

    /// <summary>Waits until all members are healthy.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    /// <exception cref="EtcdTimeoutException"><c>ClusterNotHealthy</c>.</exception>
    public async Task WaitForAllAsync(EtcdTopology topology, CancellationToken cancellationToken)
        => ThrowIfNot(await WaitForAsync(topology, _ => true, cancellationToken).ConfigureAwait(false));

    /// <summary>Waits until some members are healthy, and gives the rows of all, also when they did not become so.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="matters">Those that are waited for.</param>
    /// <param name="cancellationToken">Stops the wait.</param>
    public Task<(bool IsHealthy, IReadOnlyList<EtcdEndpointHealth> Rows)> WaitForAsync(
        EtcdTopology topology, Func<EtcdMember, bool> matters, CancellationToken cancellationToken)
        => WaitAsync(topology, rows => rows.Where(r => matters(r.Member!)).All(r => r.Healthy), TimeSpan.Zero, cancellationToken);

    /// <summary>Why members are not healthy, in words.</summary>
    /// <param name="rows">Their rows.</param>
    public static string Reasons(IEnumerable<EtcdEndpointHealth> rows) => string.Join("; ", rows.Where(r => !r.Healthy).Select(r => $"{r.Member}: {r.Error}"));

    /// <summary>Asks once.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    public Task<IReadOnlyList<EtcdEndpointHealth>> AskAsync(EtcdTopology topology, CancellationToken cancellationToken) => health.CheckAsync(topology, cancellationToken);

    private static int QuorumOf(EtcdTopology topology) => (topology.Members.Count / 2) + 1;

    private void ThrowIfNot((bool IsHealthy, IReadOnlyList<EtcdEndpointHealth> Rows) answer)
    {
        if (!answer.IsHealthy)
        {
            throw new EtcdTimeoutException("ClusterNotHealthy", timeout.TotalSeconds, Reasons(answer.Rows)) { Subject = answer.Rows[0].Topology };
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
