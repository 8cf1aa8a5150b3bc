using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Runs;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>Runs plans for cmdlets.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="identity">Who runs it.</param>
/// <param name="kubeletTimeout">Time a kubelet has to come up.</param>
/// <param name="healthTimeout">Time the cluster has to become healthy.</param>
/// <param name="throughSsh">True: client ports are reached through SSH.</param>
internal sealed class ClusterRun(ClusterWork cluster, RunIdentity identity, TimeSpan kubeletTimeout, TimeSpan healthTimeout, bool throughSsh)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>Runs a plan to its end.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="row">Given every step's result as it ends; null: nobody.</param>
    /// <param name="cancellationToken">Stops it at the next safe point.</param>
    public async Task<EtcdRun> RunAsync(EtcdPlan plan, Action<EtcdPlanStepResult>? row, CancellationToken cancellationToken)
    {
        await using HealthProbe probe = cluster.Probe(throughSsh);
        using var health = new ClusterHealth(probe, plan.StagingPath, AnswerTime);
        HostRun hostRun = cluster.RunOf(identity.On(plan.Topology, PlanDocument.Sha256(plan)));
        using var journal = new RunJournal(hostRun, TimeProvider.System);
        var runner = new PlanRunner(cluster.Hosts, hostRun, journal, health, Settings, TimeProvider.System);
        return await runner.RunAsync(plan, cluster.Events with { StepEnded = row ?? (_ => { }) }, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Plans, asks, runs and verifies.</summary>
    /// <param name="settings">What was asked for beside the topology.</param>
    /// <param name="mayRun">Asked with the plan.</param>
    /// <param name="checkHosts">True: hosts are checked as by Test-EtcdHost.</param>
    /// <param name="cancellationToken">Stops it at the next safe point.</param>
    /// <returns>The record; null when nothing was run, which was told.</returns>
    public async Task<EtcdRun?> InstallAsync(EtcdPlanSettings settings, Func<EtcdPlan, Task<bool>> mayRun, bool checkHosts, CancellationToken cancellationToken)
    {
        await using HealthProbe probe = cluster.Probe(throughSsh);
        using var health = new ClusterHealth(probe, cluster.StagingPath, AnswerTime);
        HostRun hostRun = cluster.RunOf(identity.On(cluster.Topology));
        using var journal = new RunJournal(hostRun, TimeProvider.System);
        var installer = new ClusterInstaller(cluster.Hosts, hostRun, journal, health, Settings, TimeProvider.System);
        return await installer.InstallAsync(
            new PlanRequest(cluster.Topology, cluster.Members, cluster.StagingPath, settings),
            mayRun,
            checkHosts,
            cluster.Events,
            error => cluster.Pipeline.WriteError(ErrorRecords.From(error, cluster.Topology)),
            cancellationToken).ConfigureAwait(false);
    }

    private RunSettings Settings => new()
    {
        ThrottleLimit = cluster.ThrottleLimit,
        KubeletTimeout = kubeletTimeout,
        HealthTimeout = healthTimeout,
        ModuleVersion = typeof(ClusterRun).Assembly.GetName().Version?.ToString(3) ?? "",
    };
}
