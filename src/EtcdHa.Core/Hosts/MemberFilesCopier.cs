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
    /// <param name="watch">Told before and after the placement; null: nobody.</param>
    /// <exception cref="EtcdHostException">
    /// <c>HostAuthorityDiffers</c>: the host holds another CA, and with it perhaps a running member that trusts only that one.
    /// </exception>
    public static async Task<EtcdMemberFiles> CopyAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, string stagingPath, IReadOnlyList<StagedFile> pki,
        string kubeadmConfig, bool replaceAuthority, OperationLog log, CancellationToken cancellationToken, IStepWatch? watch = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(pki);
        ArgumentNullException.ThrowIfNull(log);
        EtcdStepResult[] results = await FilePlacement.ApplyAsync(
            session,
            MemberSteps.MemberFiles(topology, pki, kubeadmConfig),
            AuthorityPath(topology),
            replaceAuthority ? null : Refusal(session.HostName, topology, member),
            watch ?? NoStepWatch.Instance,
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

    /// <summary>Compares a member's files with what was found, as <see cref="CopyAsync"/> does before it places them. Pure.</summary>
    /// <param name="hostName">The SSH target, for messages.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="stagingPath">The staging folder, for messages.</param>
    /// <param name="steps">Its files, as <see cref="MemberSteps"/> names them.</param>
    /// <param name="state">What was found.</param>
    /// <exception cref="EtcdHostException"><c>HostAuthorityDiffers</c>; <c>HostAuthorityUnknown</c>: the host holds a CA, and the staging folder's is still to be made.</exception>
    internal static IReadOnlyList<StepChange> Decide(
        string hostName, EtcdTopology topology, EtcdMember member, string stagingPath, IReadOnlyList<HostStep> steps, HostState state)
    {
        string authority = AuthorityPath(topology);
        IReadOnlyList<StepChange> changes = FilePlacement.Decide(steps, state, authority, Refusal(hostName, topology, member));
        return changes.Any(c => c.Path == authority && c is { Step: PendingFileStep, Change: EtcdChange.Updated })
            ? throw new EtcdHostException("HostAuthorityUnknown", hostName, authority, stagingPath) { Subject = member }
            : changes;
    }

    private static string AuthorityPath(EtcdTopology topology) => UnixPath.Join(topology.CertificatesDirectory, "etcd/ca.crt");

    private static EtcdHostException Refusal(string hostName, EtcdTopology topology, EtcdMember member)
        => new("HostAuthorityDiffers", hostName, AuthorityPath(topology)) { Subject = member };
}
