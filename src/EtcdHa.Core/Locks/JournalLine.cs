using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdHa.Core.Locks;

/// <summary>One line of a workstation's journal, as JSON. What a kind does not have is left out.</summary>
internal sealed record JournalLine
{
    private static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web) { DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull };

    /// <summary><c>run</c>, <c>step</c>, <c>done</c>, <c>end</c> or <c>noted</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>The run.</summary>
    public required string RunId { get; init; }

    /// <summary>When, UTC, by the workstation's clock.</summary>
    public required DateTimeOffset At { get; init; }

    /// <summary>Who; of a run.</summary>
    public string? Owner { get; init; }

    /// <summary>The process; of a run.</summary>
    public int? ProcessId { get; init; }

    /// <summary>The cmdlet; of a run.</summary>
    public string? Command { get; init; }

    /// <summary>The members; of a run.</summary>
    public string? Cluster { get; init; }

    /// <summary>Hash of the plan; of a run.</summary>
    public string? Plan { get; init; }

    /// <summary>The step's number in the plan; of a step.</summary>
    public int? Number { get; init; }

    /// <summary>The host; null: the workstation.</summary>
    public string? Host { get; init; }

    /// <summary>What is done; of a step.</summary>
    public string? Action { get; init; }

    /// <summary>What became of it; of a step or run that ended.</summary>
    public string? Outcome { get; init; }

    /// <summary>The line, without its end.</summary>
    public string Write() => JsonSerializer.Serialize(this, Options);

    /// <summary>Reads a line; null when it is cut or none.</summary>
    public static JournalLine? Read(string line)
    {
        try
        {
            return line.Length == 0 ? null : JsonSerializer.Deserialize<JournalLine>(line, Options);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
