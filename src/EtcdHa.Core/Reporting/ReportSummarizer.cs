namespace EtcdHa.Core.Reporting;

/// <summary>Finds in a report what is to be read first.</summary>
internal static class ReportSummarizer
{
    // kubeadm's leaves live for a year; a month is enough to renew them in a maintenance window.
    internal const int FewDays = 30;

    public static ReportSummary Of(ClusterReport report, ReportMaterial material)
    {
        EtcdPlanStepResult[]? done = material.Run is null ? null : [.. material.Run.Step.Where(s => s.Outcome == EtcdPlanStepOutcome.Done)];
        ReportHealth[] asked = [.. report.Members.Select(m => m.Health).OfType<ReportHealth>()];
        bool? healthy = asked.Length == 0 ? null : asked.Length == report.Members.Count && asked.All(h => h.Healthy);
        return new ReportSummary
        {
            Healthy = healthy,
            HealthyMembers = asked.Count(h => h.Healthy),
            HostsSeen = report.Members.Count(m => m.Host.Problem is null),
            FilesRight = report.Files.Count(f => f.Right),
            Changes = done?.Length,
            Restarts = done?.Count(s => s.Step.RestartsUnit is not null),
            PendingChanges = material.Pending?.Step.Count,
            PendingProblem = material.PendingProblem,
            FirstExpiry = FirstExpiry(report),
            Findings = [.. Findings(report, material).OrderBy(f => f.Severity)],
        };
    }

    /// <summary>Whole days until a certificate ends; negative when it has ended.</summary>
    internal static int DaysLeft(ReportCertificate certificate, ReportOrigin origin) => (int)Math.Floor((certificate.NotAfter - origin.CreatedAt).TotalDays);

    private static ReportExpiry? FirstExpiry(ClusterReport report) => report.Certificates.MinBy(c => c.NotAfter) is { } first
        ? new ReportExpiry(first.NotAfter, DaysLeft(first, report.Origin), first.Name, first.Member)
        : null;

    private static IEnumerable<ReportFinding> Findings(ClusterReport report, ReportMaterial material)
    {
        if (material.HealthProblem is { } notAsked)
        {
            yield return new(ReportSeverity.Warning, null, $"the health was not asked: {notAsked}");
        }

        if (material.Run is { Outcome: not (EtcdRunOutcome.Completed or EtcdRunOutcome.Unchanged) } run)
        {
            yield return new(ReportSeverity.Problem, null, $"the run ended {run.Outcome}: {run.Reason}");
        }

        if (material.Pending is { IsEmpty: false } pending)
        {
            yield return new(ReportSeverity.Warning, null, $"the hosts differ from the topology. {pending.Summary}");
        }

        foreach (ReportMember member in report.Members)
        {
            if (member.Host.Problem is { } problem)
            {
                yield return new(ReportSeverity.Problem, member.Name, $"the host could not be looked at: {problem}");
            }
            else if (member.Host.KubeletState is { } state and not "active (running)")
            {
                yield return new(ReportSeverity.Problem, member.Name, $"the kubelet is {state}");
            }

            if (member.Health is { Healthy: false } health)
            {
                yield return new(ReportSeverity.Problem, member.Name, $"{health.Endpoint} is not healthy: {health.Error ?? string.Join(", ", health.Alarms)}");
            }

            if (member.Health?.Warning is { } warning)
            {
                yield return new(ReportSeverity.Warning, member.Name, warning);
            }

            if (member.Host.Image is { } image && image != report.Cluster.Image)
            {
                yield return new(ReportSeverity.Warning, member.Name, $"the manifest names {image}, the topology {report.Cluster.Image}");
            }
        }

        foreach (ReportFile file in report.Files.Where(f => !f.Right))
        {
            yield return new(ReportSeverity.Problem, file.Member, $"{file.Path}: {string.Join("; ", file.Findings)}");
        }

        foreach (ReportFinding finding in Certificates(report).Concat(Differences(report)))
        {
            yield return finding;
        }
    }

    private static IEnumerable<ReportFinding> Certificates(ClusterReport report) => report.Certificates
        .Select(c => (Certificate: c, Days: DaysLeft(c, report.Origin)))
        .Where(c => c.Days < FewDays)
        .Select(c => c.Days < 0
            ? new ReportFinding(ReportSeverity.Problem, c.Certificate.Member, $"the certificate {c.Certificate.Name} ended {ReportText.Day(c.Certificate.NotAfter)}")
            : new ReportFinding(ReportSeverity.Warning, c.Certificate.Member, $"the certificate {c.Certificate.Name} ends {ReportText.Day(c.Certificate.NotAfter)}, in {ReportText.Counted(c.Days, "day")}"));

    // What should be the same on all hosts, and is not.
    private static IEnumerable<ReportFinding> Differences(ClusterReport report)
    {
        (string What, IEnumerable<(string Member, string? Value)> Values)[] shared =
        [
            ("etcd's version", report.Members.Select(m => (m.Name, m.Health?.Version))),
            ("the kubelet's version", report.Members.Select(m => (m.Name, m.Host.KubeletVersion))),
            ("the image's digest", report.Members.Select(m => (m.Name, m.Host.ImageDigest))),
            ("the cluster's ID", report.Members.Select(m => (m.Name, m.Health?.ClusterId))),
            ("the CA", report.Certificates.Where(c => c.Name == Pki.KubeadmCertificates.AuthorityName).Select(c => (c.Member, (string?)c.Sha256))),
        ];
        foreach ((string what, IEnumerable<(string Member, string? Value)> values) in shared)
        {
            var groups = values.Where(v => v.Value is not null).GroupBy(v => v.Value).ToList();
            if (groups.Count > 1)
            {
                string told = string.Join("; ", groups.Select(g => $"{g.Key} on {string.Join(", ", g.Select(v => v.Member))}"));
                yield return new(ReportSeverity.Warning, null, $"{what} is not the same on all hosts: {told}");
            }
        }
    }
}
