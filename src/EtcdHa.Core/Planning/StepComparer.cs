namespace EtcdHa.Core.Planning;

/// <summary>Finds what applying steps to a host would change. Pure: the same answer serves a plan, a run and a drift check.</summary>
public static class StepComparer
{
    /// <summary>The reason of a file whose bytes are other ones.</summary>
    internal const string ContentDiffers = "content differs";

    /// <summary>Compares every step, in order, with what was found.</summary>
    /// <param name="steps">The wanted states.</param>
    /// <param name="state">What was found; holds every path and unit of the steps.</param>
    /// <returns>One change a step, unchanged ones too.</returns>
    /// <exception cref="EtcdHostException"><c>HostPathBlocked</c>: something of another kind lies at a path.</exception>
    public static IReadOnlyList<StepChange> Compare(IReadOnlyList<HostStep> steps, HostState state)
    {
        var changes = new List<StepChange>(steps.Count);
        foreach (HostStep step in steps)
        {
            changes.Add(step switch
            {
                DirectoryStep directory => Compare(directory, state),
                FileStep file => Compare(file, file.Path, file.Owner, state, found => Differences(found, state.ResolveOwner(file.Owner), file.Mode, file.Sha256)),
                PendingFileStep file => Compare(file, file.Path, file.Owner, state, _ => (EtcdChange.Updated, "made anew in this run")),
                MoveAsideStep => new StepChange(step, step.Target, null, EtcdChange.Unchanged, ""),
                UnitStep unit => Compare(unit, state, changes),
                _ => throw new ArgumentException($"Unknown step {step.GetType().Name}.", nameof(steps)),
            });
        }

        return changes;
    }

    private static StepChange Compare(DirectoryStep step, HostState state)
    {
        PathState found = state.Paths[step.Path];
        if (found.Kind is not (PathKind.Absent or PathKind.Directory))
        {
            throw Blocked(state, step.Path, "directory");
        }

        (EtcdChange change, string reason) = found.Kind == PathKind.Absent ? (EtcdChange.Created, "absent")
            : step.Enforce ? Differences(found, HostStep.RootOwner, step.Mode, null)
            : (EtcdChange.Unchanged, "");
        return new StepChange(step, step.Path, HostStep.RootOwner, change, reason);
    }

    private static StepChange Compare(
        HostStep step, string wantedPath, string wantedOwner, HostState state, Func<PathState, (EtcdChange, string)> compareFile)
    {
        PathState found = state.Paths[wantedPath];
        string path = state.Resolve(wantedPath);
        (EtcdChange change, string reason) = found.Kind switch
        {
            PathKind.Directory => throw Blocked(state, path, "file"),
            PathKind.Absent => (EtcdChange.Created, "absent"),
            PathKind.Other => (EtcdChange.Updated, "not a regular file"),
            _ => compareFile(found),
        };
        return new StepChange(step, path, state.ResolveOwner(wantedOwner), change, reason);
    }

    private static StepChange Compare(UnitStep step, HostState state, List<StepChange> before)
    {
        UnitState found = state.Units[step.Unit];
        bool fileChanged = before.Any(c => c.Change != EtcdChange.Unchanged && step.ConfiguredBy.Contains(c.Path));
        bool configuredAfterStart = step.ConfiguredBy.Any(path =>
            state.Paths.TryGetValue(path, out PathState? file) && file.ModifiedAt > found.StartedAt);
        string reason = fileChanged ? "configuration changed"
            : !found.IsRunning ? $"unit is {found.ActiveState} ({found.SubState})"
            : !found.Arguments.Contains(step.Argument) ? $"running without {step.Argument}"
            : configuredAfterStart ? "configuration is newer than the running process"
            : found.UnitFileState == "disabled" ? "unit is disabled"
            : "";
        return new StepChange(step, step.Unit, null, reason.Length == 0 ? EtcdChange.Unchanged : EtcdChange.Restarted, reason);
    }

    private static (EtcdChange Change, string Reason) Differences(PathState found, string owner, int mode, string? sha256)
    {
        var reasons = new List<string>();
        if (sha256 is not null && found.Sha256 != sha256)
        {
            reasons.Add(ContentDiffers);
        }

        if (found.Owner != owner)
        {
            reasons.Add($"owner {found.Owner}, wanted {owner}");
        }

        if (found.Mode != mode)
        {
            reasons.Add($"mode {StepChange.Octal(found.Mode)}, wanted {StepChange.Octal(mode)}");
        }

        return reasons.Count == 0 ? (EtcdChange.Unchanged, "") : (EtcdChange.Updated, string.Join("; ", reasons));
    }

    private static EtcdHostException Blocked(HostState state, string path, string wanted)
        => new("HostPathBlocked", state.Host, path, wanted) { Subject = path };
}
