namespace EtcdHa;

/// <summary>What a step that changes a host returns for one member.</summary>
public abstract record EtcdHostResult : EtcdMemberResult
{
    /// <summary>The SSH target the step used.</summary>
    public required string HostName { get; init; }

    /// <summary>What the steps together did: <see cref="EtcdChange.Unchanged"/> when none changed anything.</summary>
    public required EtcdChange Status { get; init; }

    /// <summary>Every step, in the order it was taken.</summary>
    public required IReadOnlyList<EtcdStepResult> Steps { get; init => field = IndexedList.Of(value); }

    /// <summary>Time from connecting to the last answer.</summary>
    public required TimeSpan Duration { get; init; }

    /// <summary>Member and what was done, for all that derive from it.</summary>
    public sealed override string ToString() => $"{Member}: {Status}";
}
