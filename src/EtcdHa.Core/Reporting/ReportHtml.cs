using EtcdHa.Core.Reporting.Html;

namespace EtcdHa.Core.Reporting;

/// <summary>
/// Writes a report as one HTML page that needs nothing else: no script, no font, no picture, no style from elsewhere, and a policy in it that
/// forbids them. It is made for paper (A4 or Letter) as much as for the screen.
/// </summary>
public static class ReportHtml
{
    private static readonly Markup Style = new(ReportResource.Read("EtcdHa.Core.Reporting.Html.report.css"));

    /// <summary>The text, with LF.</summary>
    /// <param name="report">The report.</param>
    public static string Write(ClusterReport report)
    {
        ArgumentNullException.ThrowIfNull(report);
        string names = string.Join(", ", report.Members.Select(m => m.Name));
        return Markup.Of($"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8"/>
            <meta name="viewport" content="width=device-width, initial-scale=1"/>
            <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'"/>
            <meta name="generator" content="EtcdHa {report.Origin.ModuleVersion}"/>
            <meta name="color-scheme" content="light"/>
            <title>etcd cluster {names}, {ReportText.Day(report.Origin.CreatedAt)}</title>
            <style>
            {Style}</style>
            </head>
            <body>
            {SummarySection.Write(report)}{ClusterSection.Write(report)}{MembersSection.Write(report)}{PlanSection.Write(report)}{CertificatesSection.Write(report)}{FilesSection.Write(report)}{AboutSection.Write(report)}</body>
            </html>

            """).Html.ReplaceLineEndings("\n");
    }
}
