namespace EtcdHa.Core.Planning;

/// <summary>Compares a plan with one that was made just now, of the same topology and settings. Pure.</summary>
internal static class PlanDrift
{
    private const int MostNamed = 5;

    /// <summary>Refuses a plan that no longer fits: something is neither as it was when the plan was made, nor as the plan leaves it.</summary>
    /// <param name="plan">The plan.</param>
    /// <param name="now">What a plan made now says.</param>
    /// <exception cref="EtcdPlanException"><c>EtcdPlanDrifted</c>, with host, target, before and now.</exception>
    public static void Refuse(EtcdPlan plan, EtcdPlan now)
    {
        string[] all = [.. Find(plan, now)];
        if (all.Length > 0)
        {
            string more = all.Length > MostNamed ? $"; and {all.Length - MostNamed} more" : "";
            throw new EtcdPlanException("EtcdPlanDrifted", string.Join("; ", all.Take(MostNamed)) + more + "; nothing was touched") { Subject = plan };
        }
    }

    /// <summary>The step of <paramref name="steps"/> that is the same change as <paramref name="step"/>; null when there is none.</summary>
    /// <param name="step">A step of another plan.</param>
    /// <param name="steps">The steps looked through.</param>
    public static EtcdPlanStep? Same(EtcdPlanStep step, IEnumerable<EtcdPlanStep> steps)
        => steps.FirstOrDefault(s => s.Member?.Name == step.Member?.Name && s.HostName is null == step.HostName is null && s.Target == step.Target);

    // What a plan's step left is no drift: the same plan may be run again after it was interrupted.
    private static IEnumerable<string> Find(EtcdPlan plan, EtcdPlan now)
    {
        foreach (EtcdPlanStep step in now.Step)
        {
            if (Same(step, plan.Step) is not { } planned)
            {
                yield return Text(step, $"was right, is {Shown(step.Before)}: {step.Reason}");
            }
            else if (step.Before != planned.Before && step.RestartsUnit is null)
            {
                yield return Text(step, $"was {Shown(planned.Before)}, is {Shown(step.Before)}");
            }
            else if (step.After != planned.After && !(planned.After.Sha256 is null && step.After with { Sha256 = null } == planned.After))
            {
                yield return Text(step, $"was to be {Shown(planned.After)}, is to be {Shown(step.After)} by topology and staging folder");
            }
            else if (step.RestartsEtcd && !planned.RestartsEtcd)
            {
                yield return Text(step, "etcd did not run, runs");
            }
        }

        if (plan.KeepsQuorum && !now.KeepsQuorum)
        {
            yield return $"{now.Host.Count(h => h.IsEtcdRunning)} members run, {plan.Host.Count(h => h.IsEtcdRunning)} ran: the quorum would be lost";
        }
    }

    private static string Text(EtcdPlanStep step, string what) => $"{(step.HostName is null ? "workstation" : $"{step.Member} ({step.HostName})")}: {step.Target} {what}";

    private static string Shown(EtcdPlanState? state) => state is null ? "not there" : state.ToString() is { Length: > 0 } text ? text : "not known yet";
}
