using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Pki;
using EtcdHa.Core.Tests.Topology;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

/// <summary>What a host told, as literals: a check is a function of it.</summary>
internal static class Told
{
    public const string Host = "ubuntu@10.0.0.6";

    public static readonly UnitState Running = new("loaded", "active", "running", "enabled", 1, []);
    public static readonly UnitState Looping = new("loaded", "activating", "auto-restart", "enabled", 0, []);
    public static readonly PathState Directory = new(PathKind.Directory, "root:root", 0x1ED, "", 0);

    private static readonly ExpectedFiles NoStaging = new(null, true, null, null, new Dictionary<string, StagedKey>());

    /// <summary>infra0 of the page's cluster in Kubernetes 1.33, built with a token.</summary>
    public static PreflightSubject Subject(PreflightOptions? options = null, Func<EtcdTopology, EtcdTopology>? change = null, ExpectedFiles? expected = null)
    {
        EtcdTopology topology = Samples.Page("v1.33.13") with { InitialClusterToken = "this-build" };
        topology = change?.Invoke(topology) ?? topology;
        return new(topology, topology.Members[0], Host, expected ?? NoStaging, options ?? new(), Make.Now);
    }

    public static HostFacts Facts(string lines, UnitState? kubelet = null, params (string Path, PathState State)[] paths)
    {
        var known = new Dictionary<string, PathState>
        {
            [KubeletOptions.DefaultDropInPath] = PathState.Absent,
            [MemberSteps.ManifestPath] = PathState.Absent,
        };
        foreach ((string path, PathState state) in paths)
        {
            known[path] = state;
        }

        return new(new(Host, "ubuntu", "ubuntu", "/home/ubuntu", known, new Dictionary<string, UnitState> { [MemberSteps.KubeletUnit] = kubelet ?? Running }), lines.ReplaceLineEndings("\n"));
    }

    public static PathState File(string sha256 = "00") => new(PathKind.File, "root:root", 0x180, sha256, 0);

    /// <summary>A result in one line, severity and finding. Whatever is wrong has a remedy.</summary>
    public static string Line(CheckResult result)
    {
        Assert.True(result.Severity < EtcdCheckSeverity.Warning || result.Remedy.Length > 0, result.Finding);
        Assert.DoesNotMatch(@"[\r\n]", result.Finding + result.Remedy);
        return $"{result.Severity}: {result.Finding}";
    }

    public static string[] Lines(IEnumerable<CheckResult> results) => [.. results.Select(Line)];

    public static string Only(IHostCheck check, string lines, UnitState? kubelet = null, PreflightSubject? subject = null)
        => Line(Assert.Single(check.Evaluate(subject ?? Subject(), Facts(lines, kubelet))));
}
