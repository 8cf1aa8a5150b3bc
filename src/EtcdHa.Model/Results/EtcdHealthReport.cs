namespace EtcdHa;

/// <summary>What etcdctl would print and return for the endpoints asked. <see cref="ToString"/> is the whole text.</summary>
public sealed record EtcdHealthReport
{
    /// <summary>Whose words these are.</summary>
    public required EtcdHealthStyle Style { get; init; }

    /// <summary>The form; always <see cref="EtcdHealthOutput.Simple"/> for V2.</summary>
    public required EtcdHealthOutput Output { get; init; }

    /// <summary>Every line, in order.</summary>
    public required IReadOnlyList<string> Lines { get; init => field = IndexedList.Of(value); }

    /// <summary>The lines etcdctl writes to standard output.</summary>
    public required IReadOnlyList<string> OutputLines { get; init => field = IndexedList.Of(value); }

    /// <summary>The lines etcdctl writes to standard error: V3's unhealthy endpoints and its last line. V2 writes none there.</summary>
    public required IReadOnlyList<string> ErrorLines { get; init => field = IndexedList.Of(value); }

    /// <summary>etcdctl's exit code: 0 when all is healthy; else 1 for V3, 5 for V2.</summary>
    public required int ExitCode { get; init; }

    /// <summary>The lines, separated by LF.</summary>
    public override string ToString() => string.Join('\n', Lines);
}
