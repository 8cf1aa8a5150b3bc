using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>The kubelet's failSwapOn is on by default, and the page's configuration leaves it so.</summary>
internal sealed class SwapCheck : IHostCheck
{
    public string Script(PreflightSubject subject) => "sed -e 's/[[:space:]].*//' -e 's/^/swap|/' /proc/swaps\n";

    public IReadOnlyList<HostStep> Steps(PreflightSubject subject) => [new UnitStep(MemberSteps.KubeletUnit, [], "")];

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        // The first line is the heading.
        string[] lines = facts.Values("swap");
        string[] areas = [.. lines.Skip(1)];
        bool runs = facts.State.Units[MemberSteps.KubeletUnit].IsRunning;
        yield return lines.Length == 0 ? CheckResult.Untold(EtcdHostCheckKind.Swap, "whether it swaps")
            : areas.Length == 0 ? CheckResult.Pass(EtcdHostCheckKind.Swap, "no swap")
            : new(
                EtcdHostCheckKind.Swap, runs ? EtcdCheckSeverity.Warning : EtcdCheckSeverity.Error,
                $"swap is on: {string.Join(", ", areas)}" + (runs ? "; the kubelet runs with it" : "; the kubelet does not start with it"),
                "swapoff -a, and take it out of /etc/fstab or mask its unit. A member that is swapped out misses its heartbeats.");
    }
}
