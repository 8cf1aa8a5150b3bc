namespace EtcdHa.Core.Reporting;

/// <summary>
/// A cluster as it was found, and the run that made it so: what <see cref="ReportJson"/> and <see cref="ReportHtml"/> write. It holds no secret:
/// of private keys the hash of the file alone, of environment variables the names, of arguments that are passwords nothing.
/// The keys of the JSON are these properties in this order, every key is always there, and <c>etcd-report.schema.json</c> describes each.
/// </summary>
public sealed record ClusterReport
{
    /// <summary>
    /// The version of the form. The second number grows when keys are added, the first when one is removed or means something else.
    /// </summary>
    public const string CurrentVersion = "1.0";

    /// <summary><see cref="CurrentVersion"/>.</summary>
    public string SchemaVersion { get; } = CurrentVersion;

    /// <summary>Who made it, where, when, with what.</summary>
    public required ReportOrigin Origin { get; init; }

    /// <summary>What to read first.</summary>
    public required ReportSummary Summary { get; init; }

    /// <summary>The cluster as wanted.</summary>
    public required ReportCluster Cluster { get; init; }

    /// <summary>The members with their hosts and their health, in the topology's order.</summary>
    public required IReadOnlyList<ReportMember> Members { get; init; }

    /// <summary>What was to be changed: the plan that was run, or, without a run, what the topology and the hosts differ in; null: it was not looked for.</summary>
    public required ReportPlan? Plan { get; init; }

    /// <summary>The run of the plan; null: the report is of a standing cluster.</summary>
    public required ReportRun? Run { get; init; }

    /// <summary>The certificates found on the hosts, by member and in kubeadm's order, the CA first.</summary>
    public required IReadOnlyList<ReportCertificate> Certificates { get; init; }

    /// <summary>The files and directories looked at on the hosts, by member.</summary>
    public required IReadOnlyList<ReportFile> Files { get; init; }
}

/// <summary>Who made a report, where, when, with what.</summary>
/// <param name="CreatedAt">When the hosts had been looked at, UTC.</param>
/// <param name="User">The user on the workstation.</param>
/// <param name="Workstation">The workstation's name.</param>
/// <param name="ModuleVersion">EtcdHa's version.</param>
public sealed record ReportOrigin(DateTimeOffset CreatedAt, string User, string Workstation, string ModuleVersion);

/// <summary>What to read first.</summary>
public sealed record ReportSummary
{
    /// <summary>True: every member answered and is healthy. False: one is not. Null: they were not asked.</summary>
    public required bool? Healthy { get; init; }

    /// <summary>How many members are healthy.</summary>
    public required int HealthyMembers { get; init; }

    /// <summary>How many hosts could be looked at.</summary>
    public required int HostsSeen { get; init; }

    /// <summary>How many files and directories are as wanted.</summary>
    public required int FilesRight { get; init; }

    /// <summary>How many steps the run did; null when there was none.</summary>
    public required int? Changes { get; init; }

    /// <summary>How many units the run restarted; null when there was none.</summary>
    public required int? Restarts { get; init; }

    /// <summary>How many steps it would take to make the staging folder and the hosts what the topology wants; null when it is not known.</summary>
    public required int? PendingChanges { get; init; }

    /// <summary>Why that is not known; null when it is.</summary>
    public required string? PendingProblem { get; init; }

    /// <summary>The certificate that ends first, leaf or CA; null when none was seen.</summary>
    public required ReportExpiry? FirstExpiry { get; init; }

    /// <summary>What needs attention, worst first; empty when nothing does.</summary>
    public required IReadOnlyList<ReportFinding> Findings { get; init; }

    /// <summary>Of a report nothing is known of yet.</summary>
    internal static ReportSummary None { get; } = new()
    {
        Healthy = null,
        HealthyMembers = 0,
        HostsSeen = 0,
        FilesRight = 0,
        Changes = null,
        Restarts = null,
        PendingChanges = null,
        PendingProblem = null,
        FirstExpiry = null,
        Findings = [],
    };
}

/// <summary>The end of a certificate.</summary>
/// <param name="NotAfter">End of validity, UTC.</param>
/// <param name="Days">Whole days left when the report was made; negative when it is over.</param>
/// <param name="Certificate">kubeadm's base name, such as <c>etcd/server</c>.</param>
/// <param name="Member">The member on whose host it was seen.</param>
public sealed record ReportExpiry(DateTimeOffset NotAfter, int Days, string Certificate, string Member);

/// <summary>How much a finding matters.</summary>
public enum ReportSeverity
{
    /// <summary>Something is wrong now.</summary>
    Problem,

    /// <summary>Something will be wrong, or may be.</summary>
    Warning,
}

/// <summary>One thing that needs attention.</summary>
/// <param name="Severity">How much it matters.</param>
/// <param name="Member">The member it is about; null: the whole cluster.</param>
/// <param name="Text">What it is, in words.</param>
public sealed record ReportFinding(ReportSeverity Severity, string? Member, string Text);
