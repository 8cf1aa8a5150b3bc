using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>Brings a member's kubeadm configuration and pki tree to its host.</summary>
public static class MemberFilesCopier
{
    /// <summary>Places what differs; the same bytes, owner and mode stay untouched.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="stagingPath">The staging folder the files came from.</param>
    /// <param name="pki">The member's files below the certificates directory; with <c>etcd/ca.key</c> only where it is wanted.</param>
    /// <param name="kubeadmConfig">The member's kubeadm configuration.</param>
    /// <param name="replaceAuthority">True: a CA certificate that is another one is replaced.</param>
    /// <param name="log">Where it says what it does.</param>
    /// <param name="cancellationToken">Stops before the next step.</param>
    /// <exception cref="EtcdHostException">
    /// <c>HostAuthorityDiffers</c>: the host holds another CA, and with it perhaps a running member that trusts only that one.
    /// </exception>
    public static async Task<EtcdMemberFiles> CopyAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, string stagingPath, IReadOnlyList<StagedFile> pki,
        string kubeadmConfig, bool replaceAuthority, OperationLog log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(pki);
        ArgumentNullException.ThrowIfNull(log);
        string authorityPath = UnixPath.Join(topology.CertificatesDirectory, "etcd/ca.crt");
        EtcdStepResult[] results = await FilePlacement.ApplyAsync(
            session,
            MemberSteps.MemberFiles(topology, pki, kubeadmConfig),
            authorityPath,
            replaceAuthority ? null : new EtcdHostException("HostAuthorityDiffers", session.HostName, authorityPath) { Subject = member },
            log,
            cancellationToken).ConfigureAwait(false);
        return new EtcdMemberFiles
        {
            Topology = topology,
            Member = member,
            StagingPath = stagingPath,
            HostName = session.HostName,
            IncludesCaKey = pki.Any(f => f.RelativePath == "etcd/ca.key"),
            Steps = results,
            Status = Summary.Of(results),
            Duration = session.Elapsed,
        };
    }
}
