using System.Globalization;

namespace EtcdHa;

/// <summary>
/// Everything that will change on the workstation and on the hosts, before it changes. Immutable, and without any secret: contents of
/// keys are hashes. What is right already has no step.
/// </summary>
public sealed record EtcdPlan
{
    /// <summary>The topology. A plan for a staging folder that is still to be made has no initial-cluster-token yet.</summary>
    public required EtcdTopology Topology { get; init; }

    /// <summary>The staging folder on the workstation, absolute.</summary>
    public required string StagingPath { get; init; }

    /// <summary>When the hosts were looked at, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>What was asked for beside the topology.</summary>
    public EtcdPlanSettings Settings { get; init; } = new();

    /// <summary>The hosts that were looked at, in the topology's order.</summary>
    public required IReadOnlyList<EtcdPlanHost> Host { get; init => field = IndexedList.Of(value); }

    /// <summary>The steps: phase by phase, in a phase host by host.</summary>
    public required IReadOnlyList<EtcdPlanStep> Step { get; init => field = IndexedList.Of(value); }

    /// <summary>What may surprise, in words.</summary>
    public IReadOnlyList<string> Warning { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>True when nothing is to be done.</summary>
    public bool IsEmpty => Step.Count == 0;

    /// <summary>How many members must be up for the cluster to answer: more than half of the topology's.</summary>
    public int Quorum => (Topology.Members.Count / 2) + 1;

    /// <summary>False when a running cluster loses its quorum while the plan runs, because too few other members run.</summary>
    public required bool KeepsQuorum { get; init; }

    /// <summary>One sentence: <c>Plan: 12 to create, 1 to update, 1 restart on 3 hosts; quorum is kept.</c></summary>
    public string Summary
    {
        get
        {
            if (IsEmpty)
            {
                return $"No changes: {Counted(Host.Count, "host")} and the staging folder are as the topology wants them.";
            }

            int hosts = Step.Where(s => s.HostName is not null).DistinctBy(s => s.HostName).Count();

            int Count(EtcdChange change) => Step.Count(s => s.Change == change);
            int etcd = Step.Count(s => s.RestartsEtcd);
            string?[] counts =
            [
                Count(EtcdChange.Created) is > 0 and var created ? string.Create(CultureInfo.InvariantCulture, $"{created} to create") : null,
                Count(EtcdChange.Updated) is > 0 and var updated ? string.Create(CultureInfo.InvariantCulture, $"{updated} to update") : null,
                Count(EtcdChange.MovedAside) is > 0 and var aside ? string.Create(CultureInfo.InvariantCulture, $"{aside} to move aside") : null,
                Count(EtcdChange.Restarted) is > 0 and var units ? Counted(units, "kubelet restart") : null,
                etcd > 0 ? Counted(etcd, "etcd restart") : null,
            ];
            string effect = !Host.Any(h => h.IsEtcdRunning) ? (Host.Count < Topology.Members.Count ? "of these members none runs yet" : "no member runs yet")
                : KeepsQuorum ? "quorum is kept"
                : "QUORUM IS LOST while it runs";
            return $"Plan: {string.Join(", ", counts.OfType<string>())} on {(hosts == 0 ? "the workstation" : Counted(hosts, "host"))}; {effect}.";
        }
    }

    /// <summary>The summary.</summary>
    public override string ToString() => Summary;

    private static string Counted(int count, string noun)
        => string.Create(CultureInfo.InvariantCulture, $"{count} {noun}{(count == 1 ? "" : "s")}");
}
