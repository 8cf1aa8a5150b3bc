using System.Text.RegularExpressions;
using System.Xml;
using System.Xml.Linq;
using EtcdHa.Core.Reporting;

namespace EtcdHa.Core.Tests.Reporting;

public sealed partial class ReportHtmlTests
{
    private const string Hostile = "<script>alert(1)</script>\"'&{0}<img src=x onerror=y>";

    [Fact]
    public void The_page_has_its_sections_in_order_and_each_table_its_columns()
    {
        XElement body = Body(FilledReport.With("text"));
        string[] outline =
        [
            .. body.Elements().SelectMany(section => section.Descendants("h1").Concat(section.Descendants("h2")).Select(h => h.Value)
                .Concat(section.Descendants("thead").Select(h => "  " + string.Join(" | ", h.Descendants("th").Select(c => c.Value))))),
        ];

        Assert.Equal(
            [
                "text",
                "What needs attention",
                "Topology",
                "Health",
                "  Member | Health | Role | etcd | Raft term | Raft index | Database | Answered in",
                "Identities",
                "  Member | URLs | Member ID | At founding | Cluster ID",
                "Hosts",
                "  Member | Host | kubelet | Container runtime | Image of the manifest, and its digest on the host",
                "Plan and run",
                "  # | Where | Step | Why | From, to | Result",
                "Certificates",
                "  Certificate | Subject and names | Serial number | Valid from | Valid until",
                "Files",
                "  text | Path or unit | Owner | Mode | SHA-256 of the content | State",
                "About this report",
            ],
            outline);
    }

    [Fact]
    public void Whatever_a_text_is_it_stays_text()
    {
        XDocument harmless = Page(FilledReport.With("text"));
        XDocument hostile = Page(FilledReport.With(Hostile));

        Assert.Equal(Shape(harmless), Shape(hostile));
        Assert.Contains(Hostile, Body(hostile).Value, StringComparison.Ordinal);
    }

    [Fact]
    public void Characters_that_hide_or_turn_text_are_shown_by_number()
    {
        string text = Body(FilledReport.With("a\u202Eb\u001B[31mc\u0000d")).Value;
        Assert.Contains(@"a\u202eb\u001b[31mc\u0000d", text, StringComparison.Ordinal);
    }

    [Fact]
    public void The_page_needs_nothing_from_elsewhere_and_forbids_it()
    {
        string html = ReportHtml.Write(SampleReport.Right());
        XDocument page = Page(SampleReport.Right());
        string[] attributes = [.. page.Descendants().Attributes().Select(a => a.Name.LocalName).Distinct().Order(StringComparer.Ordinal)];

        Assert.Equal(["aria-label", "charset", "class", "colspan", "content", "http-equiv", "id", "lang", "name", "scope"], attributes);
        Assert.DoesNotContain(page.Descendants(), e => e.Name.LocalName is "script" or "link" or "img" or "iframe" or "a");
        Assert.DoesNotMatch("url\\(|@import|expression\\(", html);
        Assert.Contains("default-src 'none'", html, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', html);
    }

    [Fact]
    public void No_state_is_told_by_colour_alone()
    {
        XElement[] states = [.. Body(FilledReport.With("text")).Descendants().Where(e => ((string?)e.Attribute("class"))?.Split(' ') is { } c && (c.Contains("state") || c.Contains("tile")))];

        Assert.NotEmpty(states);
        Assert.All(states, state => Assert.Matches("[✓✗!·] [A-Za-z0-9]", state.Value));
    }

    [Fact]
    public void On_paper_heads_repeat_and_rows_stay_whole()
    {
        string style = Page(SampleReport.Right()).Descendants("style").Single().Value;
        string print = style[style.IndexOf("@media print", StringComparison.Ordinal)..];

        Assert.Contains("@page { size: A4", style, StringComparison.Ordinal);
        Assert.Contains("thead { display: table-header-group", print, StringComparison.Ordinal);
        Assert.Contains("break-inside: avoid", print, StringComparison.Ordinal);
    }

    [Fact]
    public void A_section_of_nothing_says_so()
    {
        string text = Spaces().Replace(Body(SampleReport.Nothing()).Value, " ");

        Assert.Contains("Not asked", text, StringComparison.Ordinal);
        Assert.Contains("the health was not asked: no client certificate", text, StringComparison.Ordinal);
        Assert.Contains("the host could not be looked at: no route", text, StringComparison.Ordinal);
        Assert.Contains("Certificates None was seen.", text, StringComparison.Ordinal);
        Assert.Contains("Files None was seen.", text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_table_whose_first_row_is_one_cell_names_its_columns_before_it()
    {
        XElement table = Section(SampleReport.Right(), "files").Descendants("table").First();

        // With table-layout: fixed the first row decides the widths, unless columns do.
        Assert.Equal("colgroup", table.Elements().First().Name.LocalName);
        Assert.Equal(table.Descendants("tr").ElementAt(1).Elements().Count(), table.Descendants("col").Count());
    }

    [Fact]
    public void One_CA_on_all_hosts_is_one_row()
    {
        XElement section = Section(SampleReport.Right(), "certificates");
        Assert.Single(section.Descendants("tr"), row => row.Value.Contains("CN=etcd-ca", StringComparison.Ordinal) && row.Value.Contains("on infra0, infra1, infra2", StringComparison.Ordinal));
    }

    private static XDocument Page(ClusterReport report)
    {
        using var reader = XmlReader.Create(new StringReader(ReportHtml.Write(report)), new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore });
        return XDocument.Load(reader);
    }

    private static XElement Body(ClusterReport report) => Body(Page(report));

    private static XElement Body(XDocument page) => page.Root!.Element("body")!;

    private static XElement Section(ClusterReport report, string id) => Body(report).Elements("section").Single(s => (string?)s.Attribute("id") == id);

    // Elements and attributes without their text.
    private static string Shape(XDocument page) => string.Join('\n', page.Descendants()
        .Select(e => $"{e.Ancestors().Count()} {e.Name} {string.Join(' ', e.Attributes().Where(a => a.Name != "content").Select(a => a))}"));

    [GeneratedRegex("\\s+")]
    private static partial Regex Spaces();
}
