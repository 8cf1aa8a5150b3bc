using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;

namespace EtcdHa.Commands;

/// <summary>Breaks the lock of hosts, so that another run can work on them before it expires.</summary>
/// <remarks>
/// <para>Seldom needed: the lock of a run whose workstation or connection is lost expires by itself after 40 seconds. This is for a run that lives and hangs. That
/// run notices before its next step and stops. A host on which a step still runs is refused: two runs would change it at once.</para>
/// </remarks>
/// <example>
/// <summary>Break the lock of one host</summary>
/// <code>$topology | Unlock-EtcdHost -Member infra1</code>
/// <para>Asks, then breaks it, and shows whose it was.</para>
/// </example>
[Cmdlet(VerbsCommon.Unlock, "EtcdHost", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdRunJournal))]
public sealed class UnlockEtcdHostCommand : HostCommand
{
    private protected override string Activity => "Breaking locks";

    private protected override string Effect => "Take the host's lock away from the run that holds it";

    private protected override async Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken)
    {
        if (await HostRuns.BreakLockAsync(session, cancellationToken).ConfigureAwait(false) is { } run)
        {
            output.Write(run with { Topology = work.Topology, Member = work.Member, StagingPath = work.StagingPath });
        }
    }
}
