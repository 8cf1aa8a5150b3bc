using System.Management.Automation;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;

namespace EtcdHa.Commands;

/// <summary>Shows which runs changed the hosts, who works on them now, and where a run was interrupted.</summary>
/// <remarks>
/// <para>Every command that changes a host takes the host's lock and writes its steps into a journal there (/var/lib/etcdha, root only), so that any
/// workstation can see them: who, since when, which step, and how it ended. The newest 20 runs are kept. Nothing on the hosts is changed by looking.</para>
/// <para>What Invoke-EtcdPlan and Install-EtcdCluster do is also in the staging folder's journal (journal.jsonl), step by step, with the workstation's own; of that Member and HostName are empty.</para>
/// <para>A run whose state is Running holds the lock; ExpiresAt is when others may go on from where it was, if no further sign of life comes. Interrupted: its
/// workstation was lost, or the connection, or the host restarted. The next run says so, cleans up what was left, and goes on.</para>
/// </remarks>
/// <example>
/// <summary>Who works on the hosts now</summary>
/// <code>$topology | Get-EtcdRun | Where-Object State -eq Running</code>
/// <para>The holder of each host's lock, if there is one.</para>
/// </example>
/// <example>
/// <summary>Where the last run ended</summary>
/// <code>$topology | Get-EtcdRun -Newest 1 | Format-List State, Owner, StepInFlight, Steps</code>
/// <para>The newest run of each host, with its steps and the one it was in.</para>
/// </example>
[Cmdlet(VerbsCommon.Get, "EtcdRun")]
[OutputType(typeof(EtcdRunJournal))]
public sealed class GetEtcdRunCommand : HostCommand
{
    private readonly HashSet<string> _folders = [];
    private readonly List<EtcdRunJournal> _workstation = [];

    /// <summary>How many runs of each journal, the newest first.</summary>
    [Parameter]
    [ValidateRange(1, int.MaxValue)]
    [PSDefaultValue(Help = "all")]
    public int Newest { get; set; } = int.MaxValue;

    private protected override string Activity => "Reading the journals";

    private protected override string? Effect => null;

    // The workstation's own journal, once a cluster.
    private protected override void Prepare(MemberWork work)
    {
        lock (_folders)
        {
            if (_folders.Add(work.StagingPath))
            {
                _workstation.AddRange(HostRuns.OfWorkstation(work.StagingPath).Take(Newest).Select(run => run with { Topology = work.Topology }));
            }
        }
    }

    private protected override async Task RunAsync(MemberWork work, HostSession session, HostOutput output, CancellationToken cancellationToken)
    {
        EtcdRunJournal[] own;
        lock (_folders)
        {
            own = [.. _workstation];
            _workstation.Clear();
        }

        output.WriteAll(own);
        IReadOnlyList<EtcdRunJournal> runs = await HostRuns.ReadAsync(session, cancellationToken).ConfigureAwait(false);
        output.WriteAll(runs.Take(Newest).Select(run => run with { Topology = work.Topology, Member = work.Member, StagingPath = work.StagingPath }));
    }
}
