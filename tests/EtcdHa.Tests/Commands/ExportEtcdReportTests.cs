using System.Management.Automation;
using System.Text.Json;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>The report of hosts that refuse the connection: what the workstation does is all there is to see. Reports of real hosts are the lab's.</summary>
public sealed class ExportEtcdReportTests : CommandTest
{
    // Ports 1 to 3 of this machine: refused at once. Without a staging folder there is no client certificate, and nobody is asked for the health.
    private const string Refusing = "$topology = 0..2 | ForEach-Object { New-EtcdMember \"infra$_\" \"192.0.2.$($_ + 6)\" -SshTarget \"ubuntu@127.0.0.1:$($_ + 1)\" } | New-EtcdTopology;";

    public ExportEtcdReportTests() => Run(Refusing);

    [Fact]
    public void Hosts_that_cannot_be_looked_at_are_errors_and_rows_of_the_report_and_the_health_a_warning()
    {
        ScriptResult result = Session.Invoke("$topology | Export-EtcdReport ./report.json");

        Assert.Null(result.Terminating);
        Assert.Empty(result.Output);
        Assert.Equal(["infra0", "infra1", "infra2"], result.Errors.Select(e => e.ErrorDetails.Message.Split(':')[0]).Order());
        Assert.Contains("health is not asked", Assert.Single(result.Warnings), StringComparison.Ordinal);
        using var report = JsonDocument.Parse(File.ReadAllText(Folder["report.json"]));
        JsonElement root = report.RootElement;
        Assert.Equal(JsonValueKind.Null, root.GetProperty("summary").GetProperty("healthy").ValueKind);
        Assert.All(root.GetProperty("members").EnumerateArray(), m => Assert.Contains("127.0.0.1", m.GetProperty("host").GetProperty("problem").GetString(), StringComparison.Ordinal));
        Assert.Equal(Environment.MachineName, root.GetProperty("origin").GetProperty("workstation").GetString());
        Assert.Equal(One<string>("(Get-Module EtcdHa).Version.ToString()"), root.GetProperty("origin").GetProperty("moduleVersion").GetString());
    }

    [Theory]
    [InlineData("./report.html", "", "report.html")]
    [InlineData("./report", "", "report")]
    [InlineData("./report.json", "", "etcd-report.schema.json report.json")]
    [InlineData("./report.json", "-NoSchema", "report.json")]
    [InlineData("./report.txt", "-Format Json -NoSchema", "report.txt")]
    [InlineData("./report.html", "-Format Both", "etcd-report.schema.json report.html report.json")]
    [InlineData("./report.v2", "-Format Both -NoSchema", "report.v2.html report.v2.json")]
    [InlineData("./[1].json", "-NoSchema", "[1].json")]
    public void The_form_is_the_one_asked_for_else_the_names(string path, string parameters, string files)
    {
        Session.Invoke($"$topology | Export-EtcdReport -Path '{path}' {parameters}");

        Assert.Equal(files.Split(' '), Directory.EnumerateFiles(Folder.Path).Select(Path.GetFileName).Order(StringComparer.Ordinal));
        foreach (string file in files.Split(' '))
        {
            string text = File.ReadAllText(Folder[file]);
            bool isHtml = file.EndsWith("html", StringComparison.Ordinal) || file == "report";
            Assert.StartsWith(isHtml ? "<!DOCTYPE html>\n" : "{\n", text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_report_that_is_there_is_replaced_with_Force_only_and_no_host_is_contacted_for_a_refusal()
    {
        Folder.Write("report.json", "an older one");

        ErrorRecord error = Refusal("$topology | Export-EtcdReport -Path ./report.html -Format Both", "TopologyFileExists", "ExportEtcdReport");

        Assert.Equal(ErrorCategory.ResourceExists, error.CategoryInfo.Category);
        Assert.Equal("an older one", File.ReadAllText(Folder["report.json"]));
        Assert.False(File.Exists(Folder["report.html"]));
        Session.Invoke("$topology | Export-EtcdReport -Path ./report.html -Format Both -Force");
        Assert.StartsWith("{", File.ReadAllText(Folder["report.json"]), StringComparison.Ordinal);
    }

    [Fact]
    public void Results_of_an_earlier_step_are_one_report_and_the_files_come_on_request()
    {
        ScriptResult result = Session.Invoke("$topology | Get-EtcdTopology | Export-EtcdReport -Path ./report.html -Format Both -PassThru");
        Assert.Equal([Folder["report.html"], Folder["report.json"]], result.As<FileInfo>().Select(f => f.FullName));
    }

    [Fact]
    public void A_run_from_the_pipeline_is_in_the_report_with_its_plan_and_what_became_of_each_step()
    {
        var topology = One<EtcdTopology>("$topology");
        var plan = new EtcdPlan { Topology = topology, StagingPath = Folder["etcd-staging"], CreatedAt = DateTimeOffset.UtcNow, Host = [], Step = [Step(1), Step(2)], KeepsQuorum = true };
        Session.Runspace.SessionStateProxy.SetVariable("run", new EtcdRun
        {
            RunId = "0123456789abcdef0123456789abcdef",
            Topology = topology,
            StagingPath = Folder["etcd-staging"],
            Plan = plan,
            StartedAt = DateTimeOffset.UtcNow,
            Outcome = EtcdRunOutcome.Partial,
            Step = [.. plan.Step.Select(s => new EtcdPlanStepResult { RunId = "", Topology = topology, StagingPath = Folder["etcd-staging"], Step = s, Outcome = s.Number == 1 ? EtcdPlanStepOutcome.Done : EtcdPlanStepOutcome.Failed, Error = "" })],
        });

        Session.Invoke("$run | Export-EtcdReport -Path ./report.json");

        using var report = JsonDocument.Parse(File.ReadAllText(Folder["report.json"]));
        Assert.Equal("Partial", report.RootElement.GetProperty("run").GetProperty("outcome").GetString());
        Assert.Equal(["Done", "Failed"], report.RootElement.GetProperty("plan").GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("outcome").GetString()));
        Assert.Equal(1, report.RootElement.GetProperty("summary").GetProperty("changes").GetInt32());

        EtcdPlanStep Step(int number) => new()
        {
            Number = number,
            Phase = EtcdPlanPhase.Files,
            Member = topology.Members[0],
            Action = "Place file",
            Target = "/etc/kubernetes/pki/etcd/ca.crt",
            Change = EtcdChange.Created,
            After = new EtcdPlanState(),
            Reason = "absent",
        };
    }

    [Fact]
    public void One_report_is_of_one_cluster()
    {
        ErrorRecord error = Refusal(
            "$topology, (New-EtcdMember other 192.0.2.9 | New-EtcdTopology -WarningAction Ignore) | Export-EtcdReport -Path ./report.html", "ReportOfSeveralClusters", "ExportEtcdReport");
        Assert.Contains("of one cluster", error.ErrorDetails.Message, StringComparison.Ordinal);
        Assert.Empty(Directory.EnumerateFiles(Folder.Path));
    }

    [Fact]
    public void A_client_certificate_that_was_named_must_be_there() =>
        Refusal("$topology | Export-EtcdReport -Path ./report.html -CaPath ./nothing.crt -ErrorAction SilentlyContinue", "ClientCertificateMissing", "ExportEtcdReport");

    [Fact]
    public void A_page_that_cannot_be_written_is_named()
    {
        Folder.Write("file", "");
        ScriptResult result = Session.Invoke("$topology | Export-EtcdReport -Path ./file/report.html");
        Assert.Single(result.Errors, e => e.FullyQualifiedErrorId.StartsWith("TopologyFileUnwritable,", StringComparison.Ordinal));
    }
}
