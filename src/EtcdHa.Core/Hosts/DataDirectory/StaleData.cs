using EtcdHa.Core.Hosts.Removal;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts.DataDirectory;

/// <summary>
/// Decides on data that lies where a member is to be started: etcd would go on with it, silently, whatever the manifest says. The IDs in its write-ahead log tell whose it
/// is; where the cluster has an initial-cluster-token of its own they prove it.
/// </summary>
internal static class StaleData
{
    private static readonly TimeSpan MoveTimeout = TimeSpan.FromSeconds(60);

    /// <summary>What is done about it. Pure.</summary>
    /// <param name="hostName">The SSH target.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member that is to be started.</param>
    /// <param name="changes">What starting it changes; among it a <see cref="MoveAsideStep"/>.</param>
    /// <param name="output">What <see cref="StaticPodInstaller.Surroundings"/> printed.</param>
    /// <param name="how">What was asked for.</param>
    /// <returns>The changes; with the move, if it is needed.</returns>
    /// <exception cref="EtcdHostException"><c>DataDirectoryStale</c>, <c>DataDirectoryForeign</c>: nothing was touched.</exception>
    public static IReadOnlyList<StepChange> Decide(
        string hostName, EtcdTopology topology, EtcdMember member, IReadOnlyList<StepChange> changes, string output, EtcdStaleData how)
    {
        // Where a manifest is, the data is its member's; health and drift tell of that.
        if (HostLook.Values(output, "stale").Length == 0)
        {
            return changes;
        }

        DataDirectoryJudgement found = DataDirectoryJudgement.Of(topology, member, DataDirectoryLook.Read(hostName, output, topology));
        bool isOwn = found.Owner == EtcdDataOwner.ThisMember;
        return isOwn && (how == EtcdStaleData.Adopt || EtcdIds.AreUnique(topology)) ? changes
            : how == EtcdStaleData.MoveAside ? [.. changes.Select(c => c.Step is MoveAsideStep ? c with { Change = EtcdChange.MovedAside, Reason = found.Text } : c)]
            : throw new EtcdHostException(how == EtcdStaleData.Adopt ? "DataDirectoryForeign" : "DataDirectoryStale", hostName, found.Text) { Subject = member };
    }

    /// <summary>Moves the data, if that was decided.</summary>
    /// <param name="session">The host.</param>
    /// <param name="changes">As <see cref="Decide"/> gave them.</param>
    /// <param name="watch">Told before and after it.</param>
    /// <param name="cancellationToken">Stops before it.</param>
    /// <exception cref="EtcdHostException"><c>DataDirectoryInUse</c>: an etcd runs with it; nothing was moved.</exception>
    public static async Task MoveAsync(HostSession session, IReadOnlyList<StepChange> changes, IStepWatch watch, CancellationToken cancellationToken)
    {
        if (changes.FirstOrDefault(c => c.Change == EtcdChange.MovedAside) is not { Step: MoveAsideStep step } move)
        {
            return;
        }

        await watch.StartingAsync([move], cancellationToken).ConfigureAwait(false);
        string script = AsideScript.Functions + "data_aside " + PosixShell.Join(step.DataDirectory, step.LogDirectory) + "\n";
        RemoteOutput answer = await session.ChangeAsync("move the data aside", script, MoveTimeout, cancellationToken).ConfigureAwait(false);
        if (answer.ExitCode == AsideScript.InUse)
        {
            throw new EtcdHostException("DataDirectoryInUse", session.HostName, step.DataDirectory) { Subject = step.DataDirectory };
        }

        answer.ThrowIfFailed();
        await watch.EndedAsync([move], cancellationToken).ConfigureAwait(false);
    }
}
