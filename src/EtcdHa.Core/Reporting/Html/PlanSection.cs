using System.Globalization;
using static EtcdHa.Core.Reporting.Html.Elements;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>The plan, and the run of it.</summary>
internal static class PlanSection
{
    private const int ShortHash = 12;

    public static Markup Write(ClusterReport report)
    {
        if (report.Plan is not { } plan)
        {
            return Markup.Empty;
        }

        Markup steps = plan.Steps.Count == 0 ? Markup.Empty : Table(
            "steps", ["#", "Where", "Step", "Why", "From, to", "Result"], Body(plan.Steps.Select(Step)));
        (string Name, Markup Value)[] run = report.Run is not { } done ? [] :
        [
            ("Run", Lines(Code(done.RunId), Small($"by {done.Operator} with EtcdHa {done.ModuleVersion}"))),
            ("Began, ended", Text($"{ReportText.Moment(done.StartedAt)}, {(done.EndedAt is { } end ? ReportText.Moment(end) : "not ended")}"
                + (done.DurationSeconds is { } seconds ? $" ({ReportText.Duration(seconds)})" : ""))),
            ("Outcome", Lines(
                done.Outcome is "Completed" or "Unchanged" ? State(Tone.Good, Word(done.Outcome)) : State(Tone.Bad, Word(done.Outcome)), Small(done.Reason))),
        ];
        return Section(
            "plan",
            report.Run is null ? "Changes needed" : "Plan and run",
            Pairs([
                ("Plan", Lines(Text(plan.Summary), Small($"made {ReportText.Moment(plan.CreatedAt)}"), plan.KeepsQuorum ? Markup.Empty : State(Tone.Bad, "loses the quorum while it runs"))),
                .. plan.Warnings.Select(w => ("Warning", Text(w))),
                .. run]),
            steps);
    }

    private static Markup Step(ReportStep step) => Row(
        Text(step.Number.ToString(CultureInfo.InvariantCulture)),
        Lines(Text(step.Member ?? "all"), Small(step.SshTarget is null ? "workstation" : "")),
        Lines(Text(step.Action), Code(step.Target), Small(step.RestartsEtcd ? "restarts etcd" : ""), Small(step.QuorumEffect)),
        Text(step.Reason),
        Lines(step.Before is null ? Small("not there") : Small(Found(step.Before)), Small("→ " + Found(step.After))),
        Outcome(step));

    private static string Found(ReportState state)
    {
        string?[] parts = [state.Unit, state.Owner, state.Mode, state.Sha256 is { } hash ? hash[..Math.Min(ShortHash, hash.Length)] + "…" : null];
        return string.Join(' ', parts.OfType<string>());
    }

    private static Markup Outcome(ReportStep step)
    {
        if (step.Outcome is not { } outcome)
        {
            return State(Tone.Doubtful, "to do");
        }

        string time = step.StartedAt is { } start
            ? ReportText.Moment(start)[11..] + (step.DurationSeconds is { } seconds ? ", " + ReportText.Duration(seconds) : "")
            : "";
        Tone tone = outcome switch
        {
            "Done" or "AlreadyDone" => Tone.Good,
            "Failed" => Tone.Bad,
            _ => Tone.Doubtful,
        };
        return Lines(State(tone, Word(outcome)), Small(time), Small(step.Error));
    }

    // AlreadyDone: already done.
    private static string Word(string name) => string.Concat(
        name.Select((c, i) => char.IsUpper(c) ? (i == 0 ? "" : " ") + char.ToLowerInvariant(c) : c.ToString(CultureInfo.InvariantCulture)));
}
