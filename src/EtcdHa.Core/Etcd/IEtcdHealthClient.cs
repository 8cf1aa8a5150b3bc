namespace EtcdHa.Core.Etcd;

/// <summary>Asks running members how they are. What waits for health or reports it depends on this, so that it can be tested without etcd.</summary>
public interface IEtcdHealthClient
{
    /// <summary>
    /// Judges one endpoint over a connection of its own, as <c>etcdctl endpoint health</c> of 3.5 and newer does: healthy is a
    /// linearizable read that succeeds (or is answered by "permission denied"), and no alarm anywhere in the cluster. Members of 3.4
    /// are held to the same rule, although etcdctl 3.4 ignores alarms. The status comes with it, also without quorum.
    /// </summary>
    /// <remarks>Endpoints are independent: check several at the same time by several calls.</remarks>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="credentials">Client pair and CA.</param>
    /// <param name="commandTimeout">Bound of the whole check, connecting included; more than zero, at most a day. Null: 5 s, etcdctl's own.</param>
    /// <param name="cancellationToken">Ends the check at once.</param>
    /// <returns>A row in every case; what went wrong is its <see cref="EtcdEndpointHealth.Error"/>.</returns>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    Task<EtcdEndpointHealth> CheckAsync(
        EtcdEndpoint endpoint,
        EtcdClientCredentials credentials,
        TimeSpan? commandTimeout = null,
        CancellationToken cancellationToken = default);

    /// <summary>
    /// Asks one member who the members are, as <c>--cluster</c> of etcdctl does. The answer is the member's own view, so that it comes
    /// without quorum too; a member cut off from the others may not know of a recent change.
    /// </summary>
    /// <param name="endpoint">The endpoint.</param>
    /// <param name="credentials">Client pair and CA.</param>
    /// <param name="commandTimeout">Bound of the whole call; more than zero, at most a day. Null: 5 s.</param>
    /// <param name="cancellationToken">Ends the call at once.</param>
    /// <returns>The members in the order the server names them.</returns>
    /// <exception cref="EtcdClusterException"><c>EtcdMemberListFailed</c>: no answer, or an error for one.</exception>
    /// <exception cref="OperationCanceledException">The caller cancelled.</exception>
    Task<IReadOnlyList<EtcdClusterMember>> ListMembersAsync(
        EtcdEndpoint endpoint,
        EtcdClientCredentials credentials,
        TimeSpan? commandTimeout = null,
        CancellationToken cancellationToken = default);
}
