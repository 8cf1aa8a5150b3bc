using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Runs;

namespace EtcdHa.Commands;

/// <summary>Runs a plan for a cmdlet. A plan that loses the quorum was asked about before.</summary>
/// <param name="cluster">The cluster.</param>
/// <param name="identity">Who runs it.</param>
/// <param name="kubeletTimeout">Time a kubelet has to come up.</param>
/// <param name="healthTimeout">Time the cluster has to become healthy.</param>
/// <param name="throughSsh">True: client ports are reached through SSH.</param>
internal sealed class ClusterRun(ClusterWork cluster, RunIdentity identity, TimeSpan kubeletTimeout, TimeSpan healthTimeout, bool throughSsh)
{
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>Runs it to its end.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="row">Given every step's result as it ends; null: nobody.</param>
    /// <param name="cancellationToken">Stops it at the next safe point.</param>
    public async Task<EtcdRun> RunAsync(EtcdPlan plan, Action<EtcdPlanStepResult>? row, CancellationToken cancellationToken)
    {
        await using HealthProbe probe = cluster.Probe(throughSsh);
        using var health = new ClusterHealth(probe, plan.StagingPath, AnswerTime);
        var settings = new RunSettings
        {
            ThrottleLimit = cluster.ThrottleLimit,
            KubeletTimeout = kubeletTimeout,
            HealthTimeout = healthTimeout,
            AllowQuorumLoss = !plan.KeepsQuorum,
            ModuleVersion = typeof(ClusterRun).Assembly.GetName().Version?.ToString(3) ?? "",
        };
        var runner = new PlanRunner(
            cluster.Hosts,
            cluster.RunOf(identity.On(plan.Topology, PlanHash(plan))),
            NoRunJournal.Instance,
            health,
            settings,
            TimeProvider.System);
        return await runner.RunAsync(plan, cluster.Events with { StepEnded = row ?? (_ => { }) }, cancellationToken).ConfigureAwait(false);
    }

    private static string PlanHash(EtcdPlan plan)
        => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(PlanDocument.Write(plan)))).ToLowerInvariant();
}
