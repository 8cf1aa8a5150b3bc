using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Reporting;

/// <summary>Where a report is written on the workstation.</summary>
public sealed class ReportFiles
{
    /// <summary>Name of the JSON Schema that is written beside a report in JSON.</summary>
    public const string SchemaFileName = "etcd-report.schema.json";

    private const string HtmlExtension = ".html";
    private const string JsonExtension = ".json";

    private readonly string? _html;
    private readonly string? _json;

    /// <summary>Decides the files; nothing is touched.</summary>
    /// <param name="path">The file, absolute. For <see cref="EtcdReportFormat.Both"/> its extension, if it is that of either form, is replaced by each.</param>
    /// <param name="format">The form.</param>
    public ReportFiles(string path, EtcdReportFormat format)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        bool isJson = path.EndsWith(JsonExtension, StringComparison.OrdinalIgnoreCase);
        string name = isJson || path.EndsWith(HtmlExtension, StringComparison.OrdinalIgnoreCase) ? Path.ChangeExtension(path, null) : path;
        (_html, _json) = format switch
        {
            EtcdReportFormat.Both => (name + HtmlExtension, name + JsonExtension),
            EtcdReportFormat.Json => (null, path),
            EtcdReportFormat.Auto when isJson => ((string?)null, path),
            _ => (path, null),
        };
    }

    /// <summary>The files, absolute; without the schema.</summary>
    public IReadOnlyList<string> Paths => [.. new[] { _html, _json }.OfType<string>()];

    /// <summary>Refuses to replace a report: what is seen now is another one, so that one that is there always differs.</summary>
    /// <exception cref="EtcdStagingException"><c>TopologyFileExists</c>.</exception>
    public void RequireFree()
    {
        if (Paths.FirstOrDefault(Path.Exists) is { } path)
        {
            throw new EtcdStagingException("TopologyFileExists", path) { Subject = path };
        }
    }

    /// <summary>Writes the report, each file whole or not at all.</summary>
    /// <param name="report">The report.</param>
    /// <param name="withSchema">True: the schema is written beside JSON.</param>
    /// <exception cref="EtcdStagingException"><c>TopologyFileUnwritable</c>.</exception>
    public void Write(ClusterReport report, bool withSchema)
    {
        if (_html is not null)
        {
            TopologyStore.Export(ReportHtml.Write(report), _html, replace: true);
        }

        if (_json is not null)
        {
            TopologyStore.Export(ReportJson.Write(report), _json, replace: true);
            if (withSchema)
            {
                TopologyStore.Export(ReportJson.Schema, Path.Combine(Path.GetDirectoryName(_json)!, SchemaFileName), replace: true);
            }
        }
    }
}
