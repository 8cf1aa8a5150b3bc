namespace EtcdHa;

/// <summary>A command that worked on a cluster, as the journal of one host or of the workstation tells.</summary>
public sealed record EtcdRunJournal
{
    /// <summary>Tells runs apart; the same on every host the run changed.</summary>
    public required string RunId { get; init; }

    /// <summary>The topology that was asked about; null where none is known.</summary>
    public EtcdTopology? Topology { get; init; }

    /// <summary>The member whose host's journal tells this; null: the workstation's.</summary>
    public EtcdMember? Member { get; init; }

    /// <summary>The staging folder whose journal tells this, or that belongs to the topology; null: none.</summary>
    public string? StagingPath { get; init; }

    /// <summary>The host whose journal tells this; null: the workstation's.</summary>
    public string? HostName { get; init; }

    /// <summary>Who: <c>user@workstation</c>.</summary>
    public required string Owner { get; init; }

    /// <summary>The process on the workstation.</summary>
    public required int ProcessId { get; init; }

    /// <summary>The cmdlet.</summary>
    public required string Command { get; init; }

    /// <summary>The names of the cluster's members.</summary>
    public required string Cluster { get; init; }

    /// <summary>Hash of the plan that was run; null for a cmdlet that has none.</summary>
    public string? PlanHash { get; init; }

    /// <summary>How it stands, or ended.</summary>
    public required EtcdRunState State { get; init; }

    /// <summary>When it began, by the clock of the host, or of the workstation.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null: it did not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>The last sign of life; null when it holds no lock.</summary>
    public DateTimeOffset? LastHeartbeat { get; init; }

    /// <summary>When others may take its lock over if no other sign of life comes; null when it holds no lock.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>True while a script of it runs on the host: then nobody takes its lock over.</summary>
    public bool IsStepRunning { get; init; }

    /// <summary>The steps it began, in order.</summary>
    public required IReadOnlyList<EtcdRunJournalStep> Steps { get; init => field = IndexedList.Of(value); }

    /// <summary>The step it was in when it ended or was lost; null: none.</summary>
    public EtcdRunJournalStep? StepInFlight => State == EtcdRunState.Completed ? null : Steps.LastOrDefault(s => s.EndedAt is null || !s.Succeeded);

    /// <summary><c>Copy-EtcdMemberFiles by ada@ws1 (process 4711)</c>.</summary>
    public override string ToString() => $"{Command} by {Owner} (process {ProcessId})";
}
