using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Runs;

/// <summary>Says why members are not healthy: what was heard from their endpoints, and what etcd said last on its host, where that can be had soon.</summary>
/// <param name="hosts">The connections.</param>
internal sealed class HealthReasons(ClusterHosts hosts)
{
    private static readonly TimeSpan LogTime = TimeSpan.FromSeconds(10);

    /// <summary>Asks the hosts of those that are not healthy.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="rows">What the endpoints said.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task<string> OfAsync(EtcdTopology topology, IEnumerable<EtcdEndpointHealth> rows, CancellationToken cancellationToken)
        => string.Join("; ", await Task.WhenAll(rows.Where(r => !r.Healthy).Select(async row =>
        {
            string log = await LogAsync(topology, row.Member!, cancellationToken).ConfigureAwait(false);
            return $"{row.Member}: {row.Error}" + (log.Length == 0 ? "" : $" (etcd's log: {log})");
        })).ConfigureAwait(false));

    // A host that does not answer, or not in time, has its endpoint's reason all the same.
    private async Task<string> LogAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LogTime);
        try
        {
            HostSession session = await hosts.OpenAsync(member, limit.Token).ConfigureAwait(false);
            return await EtcdLog.AtAsync(session, topology, member, limit.Token).ConfigureAwait(false);
        }
        catch (Exception e) when (e is EtcdHaException || (e is OperationCanceledException && !cancellationToken.IsCancellationRequested))
        {
            return "";
        }
    }
}
