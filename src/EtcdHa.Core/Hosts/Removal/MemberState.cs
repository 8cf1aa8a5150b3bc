using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Removal;

/// <summary>What of a member is on its host, seen in one round trip that changes nothing.</summary>
/// <param name="Member">The member.</param>
/// <param name="HostName">The SSH target.</param>
/// <param name="Found">Those of <see cref="RemovalPaths.All"/> that are there.</param>
/// <param name="IsRunning">True when etcd uses the member's data directory.</param>
/// <param name="Kubelet">The kubelet's unit.</param>
internal sealed record MemberState(EtcdMember Member, string HostName, IReadOnlyList<string> Found, bool IsRunning, UnitState Kubelet)
{
    /// <summary>Whether there is anything to remove.</summary>
    /// <param name="paths">What a member has on its host.</param>
    public bool IsPresent(RemovalPaths paths) => IsRunning || Found.Count > 0 || Kubelet.Arguments.Contains(paths.KubeletArgument);

    /// <summary>Looks at a member's host.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on it.</param>
    /// <param name="options">Where the kubelet's files are.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<MemberState> AtAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, KubeletOptions options, CancellationToken cancellationToken)
    {
        var paths = new RemovalPaths(topology, options);
        HostStep[] steps = [.. paths.All.Select(path => new DirectoryStep(path, 0, Enforce: false)), new UnitStep(MemberSteps.KubeletUnit, [], "")];
        string script = AsideScript.Functions + $"if in_use {PosixShell.Quote(paths.Data)}; then echo 'runs|'; fi\n";
        (HostState state, string output) = await session.ObserveAsync(steps, script, cancellationToken).ConfigureAwait(false);
        return new MemberState(
            member,
            session.HostName,
            [.. paths.All.Where(path => state.Paths[path].Kind != PathKind.Absent)],
            HostLook.Values(output, "runs").Length > 0,
            state.Units[MemberSteps.KubeletUnit]);
    }
}
