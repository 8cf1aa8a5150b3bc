using System.Globalization;
using static EtcdHa.Core.Reporting.Html.Elements;
using static EtcdHa.Core.Reporting.Html.Markup;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>The top of the page: which cluster, how it is, what needs attention.</summary>
internal static class SummarySection
{
    public static Markup Write(ClusterReport report)
    {
        ReportOrigin origin = report.Origin;
        return Of($"""
            <header>
            <p class="kind">etcd cluster report</p>
            <h1>{string.Join(", ", report.Members.Select(m => m.Name))}</h1>
            <p class="origin">Seen {ReportText.Moment(origin.CreatedAt)} UTC by {origin.User} on {origin.Workstation} with EtcdHa {origin.ModuleVersion}. All times are UTC.</p>
            </header>
            <section id="summary" aria-label="Summary">
            <div class="tiles">
            {Health(report)}{Changes(report.Summary)}{Files(report)}{Expiry(report.Summary)}</div>
            {Findings(report.Summary.Findings)}</section>

            """);
    }

    private static Markup Health(ClusterReport report)
    {
        ReportSummary summary = report.Summary;
        string more = $"{summary.HealthyMembers} of {ReportText.Counted(report.Members.Count, "member")} healthy, {report.Cluster.Quorum} needed for quorum";
        return summary.Healthy switch
        {
            true => Tile(Tone.Good, "Health", "Healthy", more),
            false => Tile(Tone.Bad, "Health", "Not healthy", more),
            null => Tile(Tone.Doubtful, "Health", "Not asked", "see below why"),
        };
    }

    private static Markup Changes(ReportSummary summary)
    {
        if (summary.Changes is { } changes)
        {
            string restarts = summary.Restarts is { } r and > 0 ? ReportText.Counted(r, "unit") + " restarted" : "nothing was restarted";
            string pending = summary.PendingChanges is { } left and > 0 ? $", {left} still to do" : "";
            return Tile(pending.Length > 0 ? Tone.Doubtful : Tone.Good, "Changed by the run", ReportText.Counted(changes, "change"), restarts + pending);
        }

        return summary.PendingChanges switch
        {
            null => Tile(Tone.Plain, "Changes needed", "Not known", summary.PendingProblem ?? ""),
            0 => Tile(Tone.Good, "Changes needed", "None", "all is as the topology wants it"),
            { } pending => Tile(Tone.Doubtful, "Changes needed", pending.ToString(CultureInfo.InvariantCulture), "to be as the topology wants it"),
        };
    }

    private static Markup Files(ClusterReport report)
    {
        (int right, int all, int hosts) = (report.Summary.FilesRight, report.Files.Count, report.Summary.HostsSeen);
        string where = hosts == report.Members.Count ? $"on {ReportText.Counted(hosts, "host")}" : $"on {hosts} of {ReportText.Counted(report.Members.Count, "host")}";
        return all == 0 ? Tile(Tone.Doubtful, "Files", "Not seen", where)
            : right == all && hosts == report.Members.Count ? Tile(Tone.Good, "Files", $"All {all} right", where)
            : right == all ? Tile(Tone.Doubtful, "Files", $"{all} right", where)
            : Tile(Tone.Bad, "Files", $"{all - right} of {all} wrong", where);
    }

    private static Markup Expiry(ReportSummary summary) => summary.FirstExpiry is not { } first
        ? Tile(Tone.Doubtful, "First certificate to end", "Not known", "no certificate was seen")
        : Tile(
            first.Days < 0 ? Tone.Bad : first.Days < ReportSummarizer.FewDays ? Tone.Doubtful : Tone.Good,
            "First certificate to end",
            ReportText.Day(first.NotAfter),
            $"{(first.Days < 0 ? $"{ReportText.Counted(-first.Days, "day")} ago" : $"in {ReportText.Counted(first.Days, "day")}")}: {first.Certificate} of {first.Member}");

    private static Markup Tile(Tone tone, string name, string value, string more) => Of(
        $"<div class=\"tile {Class(tone)}\"><p class=\"name\">{name}</p><p class=\"value\"><span class=\"sign\">{Sign(tone)}</span> {value}</p><p class=\"more\">{more}</p></div>\n");

    private static Markup Findings(IReadOnlyList<ReportFinding> findings) => findings.Count == 0
        ? Of($"<p class=\"nothing\">{State(Tone.Good, "Nothing needs attention.")}</p>\n")
        : Of($"<h2>What needs attention</h2>\n<ul class=\"findings\">\n{Join(findings.Select(Finding))}</ul>\n");

    private static Markup Finding(ReportFinding finding)
    {
        Markup state = finding.Severity == ReportSeverity.Problem ? State(Tone.Bad, "problem") : State(Tone.Doubtful, "warning");
        return Of($"<li>{state} <b>{finding.Member ?? "cluster"}</b>: {finding.Text}</li>\n");
    }
}
