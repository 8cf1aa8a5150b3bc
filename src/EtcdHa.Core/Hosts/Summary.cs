namespace EtcdHa.Core.Hosts;

/// <summary>One word for what several steps did together.</summary>
internal static class Summary
{
    /// <summary>Unchanged when none changed; Created when something new was made and nothing replaced; Restarted when only a unit was; else Updated.</summary>
    public static EtcdChange Of(IEnumerable<EtcdStepResult> steps)
    {
        EtcdChange[] done = [.. steps.Select(s => s.Change).Where(c => c != EtcdChange.Unchanged).Distinct()];
        return done.Length == 0 ? EtcdChange.Unchanged
            : done.Contains(EtcdChange.Updated) ? EtcdChange.Updated
            : done.Contains(EtcdChange.Created) ? EtcdChange.Created
            : done[0];
    }
}
