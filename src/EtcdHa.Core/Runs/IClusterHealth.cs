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
}
