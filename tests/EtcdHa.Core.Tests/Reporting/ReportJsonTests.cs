using System.Globalization;
using System.Text.Json;
using EtcdHa.Core.Reporting;

namespace EtcdHa.Core.Tests.Reporting;

public sealed class ReportJsonTests
{
    public static TheoryData<string, object> Reports => new()
    {
        { "all known", FilledReport.With("text") },
        { "all right", SampleReport.Right() },
        { "nothing known", SampleReport.Nothing() },
    };

    [Theory]
    [MemberData(nameof(Reports))]
    public void The_form_is_the_schemas(string what, object report)
    {
        using var schema = JsonDocument.Parse(ReportJson.Schema);
        using var json = JsonDocument.Parse(ReportJson.Write((ClusterReport)report));

        IReadOnlyList<string> faults = [.. JsonForm.Faults(schema.RootElement, schema.RootElement, json.RootElement, "$")];

        Assert.True(faults.Count == 0, what + ": " + string.Join('\n', faults));
    }

    [Fact]
    public void The_schema_finds_what_is_not_its_form()
    {
        using var schema = JsonDocument.Parse(ReportJson.Schema);
        using var json = JsonDocument.Parse(ReportJson.Write(SampleReport.Right()).Replace("\"owner\"", "\"own\"", StringComparison.Ordinal).Replace("\"raftTerm\": 4", "\"raftTerm\": \"4\"", StringComparison.Ordinal));

        string faults = string.Join('\n', JsonForm.Faults(schema.RootElement, schema.RootElement, json.RootElement, "$"));

        Assert.Contains("$.files[0]: owner is missing", faults, StringComparison.Ordinal);
        Assert.Contains("$.files[0]: own is unknown", faults, StringComparison.Ordinal);
        Assert.Contains("$.members[0].health", faults, StringComparison.Ordinal);
    }

    [Fact]
    public void The_same_report_gives_the_same_bytes_in_every_culture()
    {
        string first = ReportJson.Write(SampleReport.Right());
        CultureInfo culture = CultureInfo.CurrentCulture;
        try
        {
            CultureInfo.CurrentCulture = new CultureInfo("fi-FI");
            Assert.Equal(first, ReportJson.Write(SampleReport.Right()));
            Assert.Equal(ReportHtml.Write(SampleReport.Right()), ReportHtml.Write(SampleReport.Right()));
            Assert.Contains("12.3 ms", ReportHtml.Write(SampleReport.Right()), StringComparison.Ordinal);
        }
        finally
        {
            CultureInfo.CurrentCulture = culture;
        }

        Assert.DoesNotContain('\r', first);
        Assert.EndsWith("}\n", first, StringComparison.Ordinal);
    }

    [Fact]
    public void Numbers_and_times_keep_their_value()
    {
        using var json = JsonDocument.Parse(ReportJson.Write(SampleReport.Right()));
        JsonElement health = json.RootElement.GetProperty("members")[0].GetProperty("health");

        Assert.Equal(ulong.MaxValue, health.GetProperty("raftIndex").GetUInt64());
        Assert.Equal(0.0123, health.GetProperty("tookSeconds").GetDouble());
        Assert.Equal("2026-11-26T10:44:41Z", json.RootElement.GetProperty("origin").GetProperty("createdAt").GetString());
        Assert.Equal("1.0", json.RootElement.GetProperty("schemaVersion").GetString());
    }
}
