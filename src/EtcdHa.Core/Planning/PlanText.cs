using System.Globalization;
using System.Text;

namespace EtcdHa.Core.Planning;

/// <summary>
/// A plan as text to read before it is run: one block for the workstation and one a host, <c>+</c> what is created, <c>~</c> what is updated,
/// <c>&gt;</c> what is moved aside, <c>!</c> what is restarted, each with its reason, its difference, and what it means for the cluster; the summary last.
/// </summary>
public static class PlanText
{
    private const string Indent = "      ";

    /// <summary>The text, lines ended by LF but the last.</summary>
    /// <param name="plan">The plan.</param>
    public static string Of(EtcdPlan plan)
    {
        ArgumentNullException.ThrowIfNull(plan);
        var text = new StringBuilder();
        Block(text, $"workstation ({plan.StagingPath})", plan.Step.Where(s => s.HostName is null));
        foreach (EtcdPlanHost host in plan.Host)
        {
            string runs = host.IsEtcdRunning ? ", etcd runs" : "";
            Block(text, $"{host}{(host.KubeletVersion is { } version ? $", kubelet {version}" : "")}{runs}", plan.Step.Where(s => s.HostName is not null && s.Member == host.Member));
        }

        foreach (string warning in plan.Warning)
        {
            text.Append("warning: ").Append(warning).Append("\n\n");
        }

        return text.Append(plan.Summary).ToString();
    }

    /// <summary>One step in one line, <c>+ /etc/kubernetes/manifests (root:root 0700): absent</c>.</summary>
    /// <param name="step">The step.</param>
    public static string Line(EtcdPlanStep step)
    {
        ArgumentNullException.ThrowIfNull(step);
        string sign = step.Change switch
        {
            EtcdChange.Created => "+",
            EtcdChange.Updated => "~",
            EtcdChange.MovedAside => ">",
            _ => "!",
        };
        string after = step.After switch
        {
            { Owner: { } owner, Mode: { } mode } => $" ({owner} {mode})",
            _ => "",
        };
        string what = step.Phase == EtcdPlanPhase.Workstation ? $"{step.Action}: {step.Target}" : step.Target;
        return $"{sign} {what}{after}: {step.Reason}";
    }

    private static void Block(StringBuilder text, string heading, IEnumerable<EtcdPlanStep> steps)
    {
        EtcdPlanStep[] all = [.. steps];
        if (all.Length == 0)
        {
            return;
        }

        text.Append(heading).Append('\n');
        foreach (EtcdPlanStep step in all)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {Line(step)}\n");
            if (step.QuorumEffect.Length > 0)
            {
                text.Append(Indent).Append(step.QuorumEffect).Append('\n');
            }

            foreach (string line in step.Diff.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                text.Append(Indent).Append(line).Append('\n');
            }
        }

        text.Append('\n');
    }
}
