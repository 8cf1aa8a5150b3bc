using EtcdHa.Core.Etcd;

namespace EtcdHa.Core.Runs;

/// <summary>Asks every member of a cluster for its health.</summary>
public interface IClusterHealth
{
    /// <summary>Asks all members at the same time.</summary>
    /// <param name="topology">The topology; the same object in every call.</param>
    /// <param name="cancellationToken">Stops the questions.</param>
    /// <returns>One row a member, in the topology's order; a member that does not answer is a row that says why.</returns>
    /// <exception cref="EtcdCertificateException">There is no client certificate to ask with.</exception>
    Task<IReadOnlyList<EtcdEndpointHealth>> CheckAsync(EtcdTopology topology, CancellationToken cancellationToken);

    /// <summary>Asks one member who the members are.</summary>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member that is asked; it answered just now.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>The members; null when it does not tell.</returns>
    Task<IReadOnlyList<EtcdClusterMember>?> MembersAsync(EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken);
}
