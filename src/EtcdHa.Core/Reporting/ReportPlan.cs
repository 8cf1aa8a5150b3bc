namespace EtcdHa.Core.Reporting;

/// <summary>A plan: what was to be changed when the hosts were looked at for it. Differences of texts are left out, as a text may hold what is secret.</summary>
public sealed record ReportPlan
{
    /// <summary>When the hosts were looked at for it, UTC.</summary>
    public required DateTimeOffset CreatedAt { get; init; }

    /// <summary>One sentence.</summary>
    public required string Summary { get; init; }

    /// <summary>False when a running cluster loses its quorum while the plan runs.</summary>
    public required bool KeepsQuorum { get; init; }

    /// <summary>What may surprise.</summary>
    public required IReadOnlyList<string> Warnings { get; init; }

    /// <summary>The steps in order, with what became of each.</summary>
    public required IReadOnlyList<ReportStep> Steps { get; init; }
}

/// <summary>One step of a plan.</summary>
public sealed record ReportStep
{
    /// <summary>Its place in the plan, from 1.</summary>
    public required int Number { get; init; }

    /// <summary>The part of the procedure: <c>Workstation</c>, <c>Kubelet</c>, <c>Files</c>, <c>StaticPod</c>.</summary>
    public required string Phase { get; init; }

    /// <summary>The member; null for what the whole cluster shares.</summary>
    public required string? Member { get; init; }

    /// <summary>The SSH target it changes; null: the workstation.</summary>
    public required string? SshTarget { get; init; }

    /// <summary>What it does, in words.</summary>
    public required string Action { get; init; }

    /// <summary>The path or unit.</summary>
    public required string Target { get; init; }

    /// <summary><c>Created</c>, <c>Updated</c> or <c>Restarted</c>.</summary>
    public required string Change { get; init; }

    /// <summary>Why.</summary>
    public required string Reason { get; init; }

    /// <summary>What it means for the running cluster; null: nothing.</summary>
    public required string? QuorumEffect { get; init; }

    /// <summary>The unit it restarts; null: none.</summary>
    public required string? RestartsUnit { get; init; }

    /// <summary>True when a running etcd restarts by it.</summary>
    public required bool RestartsEtcd { get; init; }

    /// <summary>How it was; null: not there.</summary>
    public required ReportState? Before { get; init; }

    /// <summary>How it is wanted; the hash of what was made in the run is that of what was placed.</summary>
    public required ReportState After { get; init; }

    /// <summary>What became of it: <c>Done</c>, <c>AlreadyDone</c>, <c>Skipped</c>, <c>Failed</c>; null: the plan was not run.</summary>
    public required string? Outcome { get; init; }

    /// <summary>Why it failed or was skipped; null when it was not.</summary>
    public required string? Error { get; init; }

    /// <summary>When it began, UTC; null when it did not.</summary>
    public required DateTimeOffset? StartedAt { get; init; }

    /// <summary>How long it took, seconds; null when it did not begin. Files placed together share it.</summary>
    public required double? DurationSeconds { get; init; }
}

/// <summary>How a path or unit is, or is wanted. What does not apply or is not known is null.</summary>
/// <param name="Owner">Owner and group.</param>
/// <param name="Mode">Mode in octal.</param>
/// <param name="Sha256">SHA-256 of the content, lower-case hex.</param>
/// <param name="Unit">A unit's state.</param>
public sealed record ReportState(string? Owner, string? Mode, string? Sha256, string? Unit);

/// <summary>A run of the plan.</summary>
public sealed record ReportRun
{
    /// <summary>Identifies the run, also in the journals.</summary>
    public required string RunId { get; init; }

    /// <summary>Who ran it, <c>user@workstation</c>.</summary>
    public required string Operator { get; init; }

    /// <summary>EtcdHa's version that ran it.</summary>
    public required string ModuleVersion { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null: it has not.</summary>
    public required DateTimeOffset? EndedAt { get; init; }

    /// <summary>How long it took, seconds; null: it has not ended.</summary>
    public required double? DurationSeconds { get; init; }

    /// <summary>How it ended: <c>Completed</c>, <c>Unchanged</c>, <c>Partial</c>, <c>Failed</c>, <c>Stopped</c>.</summary>
    public required string Outcome { get; init; }

    /// <summary>Why it did not complete; null when it did.</summary>
    public required string? Reason { get; init; }
}
