namespace EtcdHa;

/// <summary>A step of a plan and what became of it.</summary>
public sealed record EtcdPlanStepResult
{
    /// <summary>The run it belongs to.</summary>
    public required string RunId { get; init; }

    /// <summary>The topology, with its token: binds to the next cmdlet.</summary>
    public required EtcdTopology Topology { get; init; }

    /// <summary>The staging folder on the workstation, absolute: binds to the next cmdlet.</summary>
    public required string StagingPath { get; init; }

    /// <summary>The step.</summary>
    public required EtcdPlanStep Step { get; init; }

    /// <summary>What became of it.</summary>
    public required EtcdPlanStepOutcome Outcome { get; init; }

    /// <summary>When it began, UTC; null when it did not.</summary>
    public DateTimeOffset? StartedAt { get; init; }

    /// <summary>Time it took. Files of one phase on one host are placed together and share it.</summary>
    public TimeSpan Duration { get; init; }

    /// <summary>SHA-256 of a file that was placed, in lower-case hex, also of one that was made in the run; null for anything else.</summary>
    public string? Sha256 { get; init; }

    /// <summary>The stable id of what went wrong; null when nothing did.</summary>
    public string? ErrorId { get; init; }

    /// <summary>What went wrong, or why it was skipped; empty when nothing did.</summary>
    public string Error { get; init; } = "";

    /// <summary><c>Done: infra0: Created /etc/kubernetes/pki/etcd/ca.crt</c>.</summary>
    public override string ToString() => $"{Outcome}: {Step}";
}
