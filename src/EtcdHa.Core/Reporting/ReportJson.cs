using System.Text.Json;
using System.Text.Json.Serialization;

namespace EtcdHa.Core.Reporting;

/// <summary>Writes a report as JSON: the same report gives the same bytes. Form and meaning are in <see cref="Schema"/>.</summary>
public static class ReportJson
{
    private const string SchemaResource = "EtcdHa.Core.Reporting.etcd-report.schema.json";

    private static readonly JsonSerializerOptions Options = new()
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        WriteIndented = true,
        Converters = { new JsonStringEnumConverter(), new UtcSeconds() },
    };

    /// <summary>The JSON Schema of the form.</summary>
    public static string Schema { get; } = ReportResource.Read(SchemaResource);

    /// <summary>The text, with LF and a last line end. What HTML gives a meaning is escaped, so that it can stand in a page.</summary>
    /// <param name="report">The report.</param>
    public static string Write(ClusterReport report) => JsonSerializer.Serialize(report, Options).ReplaceLineEndings("\n") + "\n";

    private sealed class UtcSeconds : JsonConverter<DateTimeOffset>
    {
        public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => reader.GetDateTimeOffset();

        public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(ReportText.Time(value));
    }
}
