using EtcdHa.Core.Reporting;

namespace EtcdHa.Core.Tests.Reporting;

public sealed class ReportBuilderTests
{
    [Fact]
    public void When_all_is_right_nothing_needs_attention()
    {
        ReportSummary summary = SampleReport.Right().Summary;

        Assert.True(summary.Healthy);
        Assert.Equal((3, 3, 9), (summary.HealthyMembers, summary.HostsSeen, summary.FilesRight));
        Assert.Equal((null, null, 0, null), (summary.Changes, summary.Restarts, summary.PendingChanges, summary.PendingProblem));
        Assert.Equal(("etcd/server", "infra0", 364), (summary.FirstExpiry!.Certificate, summary.FirstExpiry.Member, summary.FirstExpiry.Days));
        Assert.Empty(summary.Findings);
    }

    [Fact]
    public void One_sick_member_makes_the_cluster_not_healthy_and_is_named_with_its_reason()
    {
        ClusterReport report = SampleReport.Of(
            SampleReport.Topology, health: h => h.Member!.Name == "infra1" ? h with { Healthy = false, Error = "connection refused" } : h);

        Assert.False(report.Summary.Healthy);
        Assert.Equal(2, report.Summary.HealthyMembers);
        Assert.Equal(
            new ReportFinding(ReportSeverity.Problem, "infra1", "https://10.0.0.7:2379 is not healthy: connection refused"), Assert.Single(report.Summary.Findings));
    }

    [Fact]
    public void A_member_that_was_not_asked_keeps_the_health_from_being_known()
    {
        ClusterReport report = SampleReport.Of(SampleReport.Topology, material: m => m with { Health = [], HealthProblem = "no client certificate" });

        Assert.Null(report.Summary.Healthy);
        Assert.All(report.Members, m => Assert.Null(m.Health));
        Assert.Contains("no client certificate", Assert.Single(report.Summary.Findings).Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(-1, ReportSeverity.Problem, "the certificate etcd/server ended 2026-11-25")]
    [InlineData(29.9, ReportSeverity.Warning, "the certificate etcd/server ends 2026-12-26, in 29 days")]
    public void A_certificate_that_ends_soon_is_a_warning_and_one_that_ended_a_problem(double days, ReportSeverity severity, string text)
    {
        ClusterReport report = SampleReport.Of(SampleReport.Topology, host: host => host with
        {
            Certificates = [.. host.Certificates.Select(c => c is { Name: "etcd/server", Member: "infra2" } ? c with { NotAfter = SampleReport.Now.AddDays(days) } : c)],
        });

        Assert.Equal(new ReportFinding(severity, "infra2", text), Assert.Single(report.Summary.Findings));
        Assert.Equal("infra2", report.Summary.FirstExpiry!.Member);
    }

    [Fact]
    public void Problems_come_before_warnings_and_what_differs_between_hosts_is_told_with_both_values()
    {
        ClusterReport report = SampleReport.Of(SampleReport.Topology, host: host => host.Host.HostName != "infra2" ? host : host with
        {
            Host = host.Host with { KubeletVersion = "v1.35.0", KubeletState = "activating (auto-restart)", Image = "registry.k8s.io/etcd:3.5.30-0" },
            Files = [.. host.Files, SampleReport.File(SampleReport.Topology.Members[2], "/etc/kubernetes/pki/etcd/ca.key", null, "0600", "unexpected: the CA's key must not be on this host")],
        });

        Assert.Equal(
            [
                "Problem infra2: the kubelet is activating (auto-restart)",
                "Problem infra2: /etc/kubernetes/pki/etcd/ca.key: unexpected: the CA's key must not be on this host",
                "Warning infra2: the manifest names registry.k8s.io/etcd:3.5.30-0, the topology registry.k8s.io/etcd:3.6.8-0",
                "Warning : the kubelet's version is not the same on all hosts: v1.36.3 on infra0, infra1; v1.35.0 on infra2",
            ],
            report.Summary.Findings.Select(f => $"{f.Severity} {f.Member}: {f.Text}"));
    }

    [Fact]
    public void What_a_topology_may_hold_that_is_secret_is_in_neither_form()
    {
        ClusterReport report = SampleReport.Of(SampleReport.Topology with
        {
            ExtraArg = [new("quota-backend-bytes", "8589934592"), new("discovery-password", "hunter2"), new("discovery-proxy", "http://ada:hunter2@proxy.example:3128/x")],
            ExtraEnv = [new("HTTPS_PROXY", "http://ada:hunter2@proxy.example"), new("ETCD_ROOT_PASSWORD", "hunter2")],
        });

        Assert.Equal(
            ["quota-backend-bytes=8589934592", "discovery-password=(left out)", "discovery-proxy=http://(left out)@proxy.example:3128/x"], report.Cluster.ExtraArguments);
        Assert.Equal(["HTTPS_PROXY", "ETCD_ROOT_PASSWORD"], report.Cluster.ExtraEnvironment);
        Assert.DoesNotContain("hunter2", ReportJson.Write(report) + ReportHtml.Write(report), StringComparison.Ordinal);
    }

    [Fact]
    public void The_IDs_of_the_founding_are_those_etcd_computes()
    {
        ClusterReport report = SampleReport.Right();
        Assert.Equal(EtcdHa.Core.Topology.MemberIdentities.Of(SampleReport.Topology, null).Select(m => m.MemberId), report.Members.Select(m => m.FoundingMemberId));
        Assert.Null(SampleReport.Of(SampleReport.Topology with { InitialClusterToken = null, IsTokenGenerated = true }).Cluster.FoundingClusterId);
    }

    [Fact]
    public void What_is_still_to_be_done_is_a_warning_and_a_plan_without_outcomes()
    {
        ClusterReport report = SampleReport.Of(
            SampleReport.Topology, material: m => m with { Pending = SampleReport.Plan(SampleReport.Topology, SampleReport.Step(1, 0), SampleReport.Step(2, 1)) });

        Assert.Equal((null, 2), (report.Summary.Changes, report.Summary.PendingChanges));
        Assert.Null(report.Run);
        Assert.All(report.Plan!.Steps, s => Assert.Null(s.Outcome));
        Assert.StartsWith("the hosts differ from the topology. Plan: 2 to update", Assert.Single(report.Summary.Findings).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_runs_plan_has_its_steps_with_what_became_of_each_and_when()
    {
        EtcdPlan plan = SampleReport.Plan(SampleReport.Topology, SampleReport.Step(1, 0, EtcdPlanPhase.Kubelet), SampleReport.Step(2, 0), SampleReport.Step(3, 1), SampleReport.Step(4, 2));
        EtcdRun run = SampleReport.Run(
            plan, EtcdRunOutcome.Partial, EtcdPlanStepOutcome.Done, EtcdPlanStepOutcome.AlreadyDone, EtcdPlanStepOutcome.Failed, EtcdPlanStepOutcome.Skipped);

        ClusterReport report = SampleReport.Of(SampleReport.Topology, material: m => m with { Run = run, Pending = SampleReport.Plan(SampleReport.Topology, SampleReport.Step(1, 1)) });

        Assert.Equal((1, 1, 1), (report.Summary.Changes, report.Summary.Restarts, report.Summary.PendingChanges));
        Assert.Equal(["Done", "AlreadyDone", "Failed", "Skipped"], report.Plan!.Steps.Select(s => s.Outcome));
        Assert.Equal([1.2345, 1.2345, 1.2345, null], report.Plan.Steps.Select(s => s.DurationSeconds));
        Assert.Equal("the disk is full", report.Plan.Steps[2].Error);
        Assert.Equal((new string('7', 64), new string('8', 64)), (report.Plan.Steps[1].Before!.Sha256, report.Plan.Steps[1].After.Sha256));
        Assert.Equal(("Partial", "infra1: the disk is full", 40d), (report.Run!.Outcome, report.Run.Reason, report.Run.DurationSeconds!.Value));
        Assert.Contains(report.Summary.Findings, f => f is { Severity: ReportSeverity.Problem, Text: "the run ended Partial: infra1: the disk is full" });
        Assert.DoesNotContain("hunter2", ReportJson.Write(report) + ReportHtml.Write(report), StringComparison.Ordinal);
    }
}
