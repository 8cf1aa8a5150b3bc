using System.Globalization;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>Certificates that are there already: those of the page's list and the staging folder's CA, or something else that the copy would replace.</summary>
internal sealed class CertificatesCheck : IHostCheck
{
    public IReadOnlyList<HostStep> Steps(PreflightSubject subject) => MemberFilesChecker.Look(subject.Topology, subject.Expected);

    public string Script(PreflightSubject subject) => MemberFilesChecker.Script(subject.Topology, subject.Expected.IncludesCaKey);

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        EtcdFileCheck[] rows = [.. MemberFilesChecker.Check(
            subject.HostName, subject.Topology, subject.Member, subject.Expected, subject.Now, facts.State, facts.Output)];
        string directory = subject.Topology.CertificatesDirectory;
        return [.. OfRows(rows, directory).Select(r => r with { Target = directory })];
    }

    private static IEnumerable<CheckResult> OfRows(EtcdFileCheck[] rows, string directory)
    {
        if (!rows.Any(r => r.Sha256 is not null) && rows.All(r => r.IsExpected))
        {
            return [CheckResult.Pass(EtcdHostCheckKind.Certificates, "none there yet")];
        }

        if (rows.All(r => r.Passed))
        {
            DateTimeOffset first = rows.Min(r => r.NotAfter ?? DateTimeOffset.MaxValue);
            return [CheckResult.Pass(EtcdHostCheckKind.Certificates, string.Create(CultureInfo.InvariantCulture, $"all there and right; the first one ends {first.UtcDateTime:yyyy-MM-dd}"), first)];
        }

        return rows.SelectMany(r => r.Finding, (row, finding) => (row.Path, Finding: finding))
            .GroupBy(f => f.Finding, f => f.Path)
            .Select(group => OfFinding(group.Key, [.. group.Select(p => Shortened(p, directory))]));
    }

    private static CheckResult OfFinding(string finding, string[] paths)
    {
        string text = $"{finding}: {string.Join(", ", paths)}";
        return finding == MemberFilesChecker.OtherAuthority
            ? new(EtcdHostCheckKind.Certificates, EtcdCheckSeverity.Error, text, "Use the staging folder this host's cluster was built with; or, if that cluster is to go, move its certificates aside on the host.")
            : finding == MemberFilesChecker.NotThere
                ? new(EtcdHostCheckKind.Certificates, EtcdCheckSeverity.Warning, text, "Copy-EtcdMemberFiles brings it.")
                : new(EtcdHostCheckKind.Certificates, EtcdCheckSeverity.Warning, text, "Copy-EtcdMemberFiles replaces what is wrong; what is not expected has to be removed by hand.");
    }

    private static string Shortened(string path, string directory)
        => path.StartsWith(directory + "/", StringComparison.Ordinal) ? path[(directory.Length + 1)..] : path;
}
