using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Core.Planning;

/// <summary>Makes the steps of a plan from what was found. Pure.</summary>
/// <param name="topology">The topology.</param>
/// <param name="hosts">What changes on each host, in the topology's order.</param>
internal sealed class PlanBuilder(EtcdTopology topology, IReadOnlyList<MemberChanges> hosts)
{
    private int Quorum => (topology.Members.Count / 2) + 1;

    /// <summary>The hosts' steps, numbered in the order in which a run takes them.</summary>
    /// <param name="before">The steps before them, on the workstation.</param>
    public IReadOnlyList<EtcdPlanStep> Steps(IEnumerable<EtcdPlanStep> before)
    {
        var found = hosts.Select(host => host.Changes.Where(c => c.Change.Change != EtcdChange.Unchanged).Select(c => Step(host, c.Phase, c.Change)).ToArray()).ToArray();

        // All hosts together, phase by phase, as a new cluster needs a majority to start; then those whose etcd must not be disturbed
        // together with another's, one after the other.
        EtcdPlanStep[] together = [.. found.Where(steps => !steps.Any(s => s.IsDisruptive)).SelectMany(s => s).OrderBy(s => s.Phase)];
        IEnumerable<EtcdPlanStep> oneByOne = found.Where(steps => steps.Any(s => s.IsDisruptive)).SelectMany(s => s);
        return [.. before.Concat(together).Concat(oneByOne).Select((step, i) => step with { Number = i + 1 })];
    }

    /// <summary>Whether enough other members run whenever one restarts.</summary>
    /// <param name="steps">All steps.</param>
    public bool KeepsQuorum(IEnumerable<EtcdPlanStep> steps) => steps.Where(s => s.RestartsEtcd).All(s => OthersRunning(s.Member!) >= Quorum);

    /// <summary>SHA-256 over what was found at every path: kind, owner, mode and content hash; times are left out.</summary>
    /// <param name="state">What was found.</param>
    public static string StateSha256(HostState state)
    {
        var text = new StringBuilder();
        foreach ((string path, PathState found) in state.Paths.OrderBy(p => p.Key, StringComparer.Ordinal))
        {
            text.Append(CultureInfo.InvariantCulture, $"{path}|{found.Kind}|{found.Owner}|{StepChange.Octal(found.Mode)}|{found.Sha256}\n");
        }

        return Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text.ToString()))).ToLowerInvariant();
    }

    private EtcdPlanStep Step(MemberChanges host, EtcdPlanPhase phase, StepChange change)
    {
        bool isRunning = host.Host.IsEtcdRunning;
        bool restartsEtcd = isRunning && change.Path == MemberSteps.ManifestPath;
        bool isUnit = change.Step is UnitStep;
        return new EtcdPlanStep
        {
            Number = 0,
            Phase = phase,
            Member = host.Host.Member,
            HostName = host.Host.HostName,
            Action = change.Step.Action,
            Target = change.Path,
            Change = change.Change,
            Before = Before(change.Step, host.State),
            After = new EtcdPlanState
            {
                Sha256 = (change.Step as FileStep)?.Sha256,
                Owner = change.Owner,
                Mode = change.Mode,
                Unit = isUnit ? "active (running)" : null,
            },
            Diff = Diff(change, host.Texts),
            RestartsUnit = isUnit ? change.Path : null,
            RestartsEtcd = restartsEtcd,
            IsDisruptive = restartsEtcd || (isUnit && isRunning),
            QuorumEffect = QuorumEffect(host.Host, change, phase),
            Reason = change.Reason,
        };
    }

    private static EtcdPlanState? Before(HostStep step, HostState state)
    {
        if (step is UnitStep unit)
        {
            UnitState found = state.Units[unit.Unit];
            return new EtcdPlanState { Unit = $"{found.ActiveState} ({found.SubState})" };
        }

        PathState path = state.Paths[step.Target];
        return path.Kind == PathKind.Absent ? null : new EtcdPlanState
        {
            Sha256 = path.Sha256.Length == 0 ? null : path.Sha256,
            Owner = path.Owner,
            Mode = StepChange.Octal(path.Mode),
        };
    }

    private static string Diff(StepChange change, IReadOnlyDictionary<string, string> texts)
        => change is { Change: EtcdChange.Updated, Step: FileStep file } && texts.TryGetValue(file.Path, out string? text)
            ? TextDiff.Unified(text, Encoding.UTF8.GetString(file.Content.Span))
            : "";

    private string QuorumEffect(EtcdPlanHost host, StepChange change, EtcdPlanPhase phase)
    {
        string name = host.Member.Name;
        int others = OthersRunning(host.Member);
        return change switch
        {
            { Path: var path } when path == MemberSteps.ManifestPath && host.IsEtcdRunning && others < Quorum => string.Create(
                CultureInfo.InvariantCulture, $"etcd on {name} restarts; {others} of {topology.Members.Count} stay, quorum {Quorum}: QUORUM IS LOST until it is back"),
            { Path: var path } when path == MemberSteps.ManifestPath && host.IsEtcdRunning => string.Create(
                CultureInfo.InvariantCulture, $"etcd on {name} restarts; {others} of {topology.Members.Count} stay, quorum {Quorum}"),
            { Path: var path } when path == MemberSteps.ManifestPath => string.Create(
                CultureInfo.InvariantCulture, $"etcd on {name} starts; {others} of {topology.Members.Count} run, quorum {Quorum}"),
            { Step: UnitStep } when host.IsEtcdRunning => $"etcd on {name} goes on while the kubelet restarts",
            { Step: FileStep or PendingFileStep } when phase == EtcdPlanPhase.Files && host.IsEtcdRunning && change.Path.StartsWith(
                topology.CertificatesDirectory, StringComparison.Ordinal) => $"etcd on {name} reads it at its next handshake, without a restart",
            _ => "",
        };
    }

    private int OthersRunning(EtcdMember member) => hosts.Count(h => h.Host.IsEtcdRunning && h.Host.Member.Name != member.Name);
}
