namespace EtcdHa.Core.Reporting;

/// <summary>What a report is made of.</summary>
/// <param name="Topology">The topology.</param>
/// <param name="Hosts">The hosts of its members, in the topology's order.</param>
/// <param name="Health">The endpoints' rows; empty when they were not asked.</param>
/// <param name="Origin">Who makes it, where, when.</param>
public sealed record ReportMaterial(EtcdTopology Topology, IReadOnlyList<ReportedHost> Hosts, IReadOnlyList<EtcdEndpointHealth> Health, ReportOrigin Origin)
{
    /// <summary>Why the endpoints were not asked; null when they were.</summary>
    public string? HealthProblem { get; init; }

    /// <summary>What is still to be done, as a plan made now says; null when none could be made.</summary>
    public EtcdPlan? Pending { get; init; }

    /// <summary>Why none could be made; null when one was.</summary>
    public string? PendingProblem { get; init; }

    /// <summary>The run the report is evidence of; null: none.</summary>
    public EtcdRun? Run { get; init; }
}
