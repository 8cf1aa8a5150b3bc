using EtcdHa.Async;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Ssh;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>One cluster that a cmdlet works on: its hosts' connections, and where it says what happens.</summary>
/// <param name="Topology">The topology, with the staging folder's token.</param>
/// <param name="Members">The members chosen, in the topology's order.</param>
/// <param name="StagingPath">The staging folder, absolute; it need not exist.</param>
/// <param name="ThrottleLimit">How many hosts at a time.</param>
/// <param name="Activity">The heading of the progress.</param>
/// <param name="Pipeline">Where results go.</param>
/// <param name="Run">Who changes the hosts; null: nobody.</param>
internal sealed record ClusterWork(
    EtcdTopology Topology, IReadOnlyList<EtcdMember> Members, string StagingPath, int ThrottleLimit, string Activity, IPipeline Pipeline, RunIdentity? Run)
{
    private readonly Dictionary<string, HostProgress.Child> _progress = [];
    private int _failures;

    /// <summary>The connections, closed when the work ends.</summary>
    public ClusterHosts Hosts { get; private set; } = null!;

    /// <summary>Told what happens.</summary>
    public RunEvents Events { get; private set; } = RunEvents.Silent;

    /// <summary>How many hosts failed so far.</summary>
    public int Failures => _failures;

    /// <summary>Opens what a cluster's work needs, does it, and closes everything.</summary>
    public static async Task RunAsync(
        ClusterWork cluster, SshTargetResolver targets, Func<ClusterWork, CancellationToken, Task> work, CancellationToken cancellationToken)
    {
        var progress = new HostProgress(cluster.Pipeline, cluster.Activity, cluster.Members.Count, TimeProvider.System);
        await using var hosts = new ClusterHosts(new SshNetConnector(), member => targets.Resolve(member, cluster.Topology));
        if (cluster.Run is { } run)
        {
            hosts.Begin(new HostRun(run, new OperationLog(cluster.Pipeline.WriteVerbose, cluster.Pipeline.WriteWarning)));
        }

        cluster.Hosts = hosts;
        cluster.Events = new RunEvents
        {
            Verbose = cluster.Pipeline.WriteVerbose,
            Warning = cluster.Pipeline.WriteWarning,
            Progress = (member, text) => cluster.Report(progress, member, text),
            HostFailed = cluster.Failed,
        };
        try
        {
            await work(cluster, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            foreach (HostProgress.Child child in cluster._progress.Values)
            {
                child.Dispose();
            }

            progress.Complete();
        }
    }

    private void Report(HostProgress progress, EtcdMember? member, string text)
    {
        HostProgress.Child child;
        lock (_progress)
        {
            string name = member?.Name ?? "workstation";
            child = _progress.TryGetValue(name, out HostProgress.Child? known) ? known : _progress[name] = progress.Start(name);
        }

        child.Report(text);
    }

    private void Failed(EtcdMember member, Exception error)
    {
        Interlocked.Increment(ref _failures);
        Pipeline.WriteError(ErrorRecords.From(error, member, member.Name));
    }
}
