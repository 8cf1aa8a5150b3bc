namespace EtcdHa;

/// <summary>A step of a run.</summary>
public sealed record EtcdRunJournalStep
{
    /// <summary>What it does, in words.</summary>
    public required string Action { get; init; }

    /// <summary>The host, as the run called it.</summary>
    public required string HostName { get; init; }

    /// <summary>When it began: by the host's clock in a host's journal, by the workstation's in the workstation's.</summary>
    public required DateTimeOffset StartedAt { get; init; }

    /// <summary>When it ended; null: it did not.</summary>
    public DateTimeOffset? EndedAt { get; init; }

    /// <summary>True when it ended and succeeded.</summary>
    public bool Succeeded { get; init; }

    /// <summary><c>place files on ubuntu@10.0.0.6</c>.</summary>
    public override string ToString() => $"{Action} on {HostName}";
}
