using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>Places files with the CA they belong to: what differs, unless the host holds another CA.</summary>
internal static class FilePlacement
{
    /// <summary>Compares, or refuses. Pure.</summary>
    /// <param name="steps">The wanted directories and files.</param>
    /// <param name="state">What was found.</param>
    /// <param name="authorityPath">The CA certificate among them.</param>
    /// <param name="refusal">The error for a CA certificate on the host that is another one; null: it is replaced.</param>
    public static IReadOnlyList<StepChange> Decide(IReadOnlyList<HostStep> steps, HostState state, string authorityPath, EtcdHostException? refusal)
    {
        IReadOnlyList<StepChange> changes = StepComparer.Compare(steps, state);
        return refusal is not null && changes.Any(c => c.Path == authorityPath && c.Reason.Contains(StepComparer.ContentDiffers, StringComparison.Ordinal))
            ? throw refusal
            : changes;
    }

    /// <summary>Looks, compares, refuses or places, and says what changed.</summary>
    /// <param name="session">The host.</param>
    /// <param name="steps">The wanted directories and files.</param>
    /// <param name="authorityPath">The CA certificate among them.</param>
    /// <param name="refusal">The error for a CA certificate on the host that is another one; null: it is replaced.</param>
    /// <param name="watch">Told before and after the placement.</param>
    /// <param name="log">Where it says what it does.</param>
    /// <param name="cancellationToken">Stops before the next step.</param>
    public static async Task<EtcdStepResult[]> ApplyAsync(
        HostSession session, IReadOnlyList<HostStep> steps, string authorityPath, EtcdHostException? refusal, IStepWatch watch, OperationLog log,
        CancellationToken cancellationToken)
    {
        HostState state = await session.ObserveAsync(steps, cancellationToken).ConfigureAwait(false);
        IReadOnlyList<StepChange> changes = Decide(steps, state, authorityPath, refusal);
        await PlaceAsync(session, changes, state, watch, cancellationToken).ConfigureAwait(false);
        foreach (StepChange change in changes.Where(c => c.Change != EtcdChange.Unchanged))
        {
            log.Verbose($"{session.HostName}: {change.Change} {change.Path} ({change.Reason})");
        }

        return [.. changes.Select(c => c.ToResult())];
    }

    /// <summary>Applies the changes of directories and files, as <see cref="HostSession.PlaceAsync"/> does, watched.</summary>
    public static async Task PlaceAsync(
        HostSession session, IReadOnlyList<StepChange> changes, HostState state, IStepWatch watch, CancellationToken cancellationToken)
    {
        StepChange[] wanted = [.. changes.Where(c => c.Change != EtcdChange.Unchanged && c.Step is not UnitStep)];
        if (wanted.Length > 0)
        {
            await watch.StartingAsync(wanted, cancellationToken).ConfigureAwait(false);
            await session.PlaceAsync(changes, state, cancellationToken).ConfigureAwait(false);
            await watch.EndedAsync(wanted, cancellationToken).ConfigureAwait(false);
        }
    }
}
