namespace EtcdHa.Core.Runs;

/// <summary>Where work on a whole cluster says what happens. Called from any thread, never with a secret.</summary>
public record RunEvents
{
    /// <summary>Says nothing.</summary>
    public static RunEvents Silent { get; } = new();

    /// <summary>What is being done.</summary>
    public Action<string> Verbose { get; init; } = _ => { };

    /// <summary>What may surprise.</summary>
    public Action<string> Warning { get; init; } = _ => { };

    /// <summary>What is being done for a member; null: for all.</summary>
    public Action<EtcdMember?, string> Progress { get; init; } = (_, _) => { };

    /// <summary>A member's host failed; the others go on.</summary>
    public Action<EtcdMember, Exception> HostFailed { get; init; } = (_, _) => { };

    /// <summary>A step ended, in whatever way.</summary>
    public Action<EtcdPlanStepResult> StepEnded { get; init; } = _ => { };
}
