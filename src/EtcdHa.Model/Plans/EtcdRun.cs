namespace EtcdHa;

/// <summary>The record of one run of a plan: what was to be done, what was done and when, and how the cluster was afterwards. It holds no secret.</summary>
public sealed record EtcdRun
{
    /// <summary>Identifies the run: 32 hexadecimal digits.</summary>
    public required string RunId { get; init; }

    /// <summary>The topology, with its token: binds to the next cmdlet.</summary>
    public required EtcdTopology Topology { get; init; }

    /// <summary>The staging folder on the workstation, absolute: binds to the next cmdlet.</summary>
    public required string StagingPath { get; init; }

    /// <summary>The plan that was run.</summary>
    public required EtcdPlan Plan { get; init; }

    /// <summary>When it began, UTC.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended, UTC; null while it runs.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>How it ended.</summary>
    public EtcdRunOutcome Outcome { get; init; }

    /// <summary>Why it did not complete, in words; empty when it did.</summary>
    public string Reason { get; init; } = "";

    /// <summary>Every step of the plan, in its order, with what became of it.</summary>
    public IReadOnlyList<EtcdPlanStepResult> Step { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Every file of every member, checked after the run; empty when it was not asked for.</summary>
    public IReadOnlyList<EtcdFileCheck> FileCheck { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Every endpoint, asked after the run; empty when it was not asked for.</summary>
    public IReadOnlyList<EtcdEndpointHealth> Health { get; init => field = IndexedList.Of(value); } = [];

    /// <summary>Version of EtcdHa that ran it.</summary>
    public string ModuleVersion { get; init; } = "";

    /// <summary>Who ran it: <c>user@workstation</c>.</summary>
    public string Operator { get; init; } = "";

    /// <summary>Time it took; up to now while it runs it is zero.</summary>
    public TimeSpan Duration => EndedAt is { } end ? end - StartedAt : TimeSpan.Zero;

    /// <summary><c>Completed: Plan: …</c></summary>
    public override string ToString() => $"{Outcome}: {Plan.Summary}";
}
