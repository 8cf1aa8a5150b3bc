using EtcdHa.Async;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Ssh;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>One cluster that a cmdlet works on: its hosts' connections, and where it says what happens.</summary>
/// <param name="topology">The topology, with the staging folder's token.</param>
/// <param name="members">The members chosen, in the topology's order.</param>
/// <param name="stagingPath">The staging folder, absolute; it need not exist.</param>
/// <param name="throttleLimit">How many hosts at a time.</param>
/// <param name="activity">The heading of the progress.</param>
/// <param name="pipeline">Where results go.</param>
internal sealed class ClusterWork(
    EtcdTopology topology, IReadOnlyList<EtcdMember> members, string stagingPath, int throttleLimit, string activity, IPipeline pipeline)
{
    private readonly Dictionary<string, HostProgress.Child> _progress = [];
    private readonly HostProgress _parent = new(pipeline, activity, members.Count, TimeProvider.System);
    private SshTargetResolver _targets = null!;
    private ISshConnector _connector = null!;

    /// <summary>The topology, with the staging folder's token.</summary>
    public EtcdTopology Topology => topology;

    /// <summary>The members chosen, in the topology's order.</summary>
    public IReadOnlyList<EtcdMember> Members => members;

    /// <summary>The staging folder, absolute; it need not exist.</summary>
    public string StagingPath => stagingPath;

    /// <summary>How many hosts at a time.</summary>
    public int ThrottleLimit => throttleLimit;

    /// <summary>The pipeline.</summary>
    public IPipeline Pipeline => pipeline;

    /// <summary>The connections, closed when the work ends.</summary>
    public ClusterHosts Hosts { get; private set; } = null!;

    /// <summary>Told what happens: verbose text, warnings, progress, and an error for a host that failed.</summary>
    public RunEvents Events => new()
    {
        Verbose = pipeline.WriteVerbose,
        Warning = pipeline.WriteWarning,
        Progress = Report,
        HostFailed = (member, error) => pipeline.WriteError(ErrorRecords.From(error, member, member.Name)),
    };

    /// <summary>What the connections need to change their hosts.</summary>
    /// <param name="identity">Who changes them.</param>
    public HostRun RunOf(RunIdentity identity) => new(identity, new OperationLog(pipeline.WriteVerbose, pipeline.WriteWarning));

    /// <summary>Makes a plan; null when hosts failed, which is told.</summary>
    public Task<EtcdPlan?> PlanAsync(EtcdPlanSettings settings, CancellationToken cancellationToken)
        => new ClusterPlanner(Hosts, throttleLimit, TimeProvider.System).PlanAsync(
            new PlanRequest(topology, members, stagingPath, settings), Events, cancellationToken);

    /// <summary>
    /// Asks whether a plan may be run: -WhatIf shows it, -Confirm asks with its summary. About an empty one there is nothing to ask, but running it ends what an
    /// interrupted run left, so that -WhatIf keeps it from being run, too.
    /// </summary>
    /// <param name="plan">The plan.</param>
    /// <param name="force">True: also where the quorum is lost.</param>
    /// <param name="isWhatIf">Whether -WhatIf is on.</param>
    /// <param name="asks">False: nothing is asked.</param>
    /// <exception cref="EtcdPlanException"><c>EtcdPlanBreaksQuorum</c>.</exception>
    public async Task<bool> MayRunAsync(EtcdPlan plan, bool force, bool isWhatIf, bool asks = true)
    {
        if (plan.IsEmpty)
        {
            pipeline.WriteVerbose(plan.Summary);
            return !isWhatIf;
        }

        bool may = !asks || await pipeline.ShouldProcessAsync(PlanText.Of(plan), plan.Summary + " Run it?", "Run the plan").ConfigureAwait(false);
        return may && !plan.KeepsQuorum && !force ? throw new EtcdPlanException("EtcdPlanBreaksQuorum", plan.Summary) { Subject = plan } : may;
    }

    /// <summary>Asks the members, directly or through SSH.</summary>
    public HealthProbe Probe(bool throughSsh) => new(new EtcdHealthClient(), throughSsh ? _connector : null, _targets);

    /// <summary>Does work with the cluster's connections, and closes everything.</summary>
    /// <param name="connector">Opens connections.</param>
    /// <param name="targets">Decides how a host is reached.</param>
    /// <param name="work">The work.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RunAsync(
        ISshConnector connector, SshTargetResolver targets, Func<ClusterWork, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        (_connector, _targets) = (connector, targets);
        await using var hosts = new ClusterHosts(connector, member => targets.Resolve(member, topology));
        Hosts = hosts;
        try
        {
            await work(this, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            lock (_progress)
            {
                foreach (HostProgress.Child child in _progress.Values)
                {
                    child.Dispose();
                }
            }

            _parent.Complete();
        }
    }

    private void Report(EtcdMember? member, string text)
    {
        if (member is null)
        {
            pipeline.WriteVerbose(text);
            return;
        }

        HostProgress.Child? child;
        lock (_progress)
        {
            if (!_progress.TryGetValue(member.Name, out child))
            {
                child = _progress[member.Name] = _parent.Start(member.Name);
            }
        }

        child.Report(text);
    }
}
