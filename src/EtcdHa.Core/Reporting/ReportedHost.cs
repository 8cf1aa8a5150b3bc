namespace EtcdHa.Core.Reporting;

/// <summary>What one look at a member's host gives a report.</summary>
/// <param name="Host">The host.</param>
/// <param name="Files">The files and directories.</param>
/// <param name="Certificates">The certificates among them.</param>
public sealed record ReportedHost(ReportHost Host, IReadOnlyList<ReportFile> Files, IReadOnlyList<ReportCertificate> Certificates)
{
    /// <summary>A host that could not be looked at.</summary>
    /// <param name="sshTarget">The SSH target, if it is known.</param>
    /// <param name="problem">Why, in words.</param>
    public static ReportedHost NotSeen(string? sshTarget, string problem) => new(new ReportHost { SshTarget = sshTarget, Problem = problem }, [], []);
}
