using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Hosts;

/// <summary>Brings the files an API server needs to reach etcd to a control plane's host.</summary>
public static class ClientFilesCopier
{
    /// <summary>Places what differs; the same bytes, owner and mode stay untouched.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="client">The files.</param>
    /// <param name="certificatesDirectory">The certificates directory on the host, as <see cref="ClientSteps.CertificatesDirectory"/> gave it.</param>
    /// <param name="replaceAuthority">True: a CA certificate that is another one is replaced.</param>
    /// <param name="log">Where it says what it does.</param>
    /// <param name="cancellationToken">Stops before the next step.</param>
    /// <exception cref="EtcdHostException">
    /// <c>ClientAuthorityDiffers</c>: the host holds another etcd CA; its API server may use the etcd that goes with it.
    /// </exception>
    public static async Task<EtcdClientFiles> CopyAsync(
        HostSession session, EtcdTopology topology, StagedClient client, string certificatesDirectory, bool replaceAuthority, OperationLog log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(client);
        ArgumentNullException.ThrowIfNull(log);
        string authorityPath = PathOf(0);
        EtcdStepResult[] results = await FilePlacement.ApplyAsync(
            session,
            ClientSteps.Files(certificatesDirectory, client.Files),
            authorityPath,
            replaceAuthority ? null : new EtcdHostException("ClientAuthorityDiffers", session.HostName, authorityPath) { Subject = session.HostName },
            NoStepWatch.Instance,
            log,
            cancellationToken).ConfigureAwait(false);
        return new EtcdClientFiles
        {
            Topology = topology,
            StagingPath = client.StagingPath,
            CertificateOf = client.Member,
            HostName = session.HostName,
            CaFile = authorityPath,
            CertFile = PathOf(1),
            KeyFile = PathOf(2),
            NotAfter = client.NotAfter,
            Steps = results,
            Status = Summary.Of(results),
            Duration = session.Elapsed,
        };

        string PathOf(int file) => UnixPath.Join(certificatesDirectory, client.Files[file].RelativePath);
    }
}
