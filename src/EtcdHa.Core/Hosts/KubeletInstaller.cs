using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts;

/// <summary>Makes a host's kubelet run static pods without a control plane.</summary>
public static class KubeletInstaller
{
    // The files of every generation and the unit: what may be there is seen before the generation is known.
    private static readonly KubeletSettings EveryFile = new(EtcdKubeletGeneration.ConfigFile);

    /// <summary>
    /// Finds the kubelet's version and its container runtime, places the drop-in of the fitting generation and its configuration, restarts the
    /// kubelet when something changed, and waits until it runs with them. A KubeletConfiguration of another generation stays: no drop-in names it.
    /// </summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="options">Where the files go and what was asked for.</param>
    /// <param name="wait">Time the kubelet has to come up.</param>
    /// <param name="log">Where it says what it does.</param>
    /// <param name="cancellationToken">Stops before the next step.</param>
    /// <param name="watch">Told before and after the placement and the restart; null: nobody.</param>
    /// <exception cref="EtcdHostException">
    /// <c>KubeletMissing</c>, <c>KubeletMasked</c>, <c>KubeletProgramMissing</c>: the host has no kubelet to configure; nothing was changed.
    /// Nor by those of <see cref="KubeletChoice.Decide"/>.
    /// <c>KubeletNotRunning</c>: it did not come up; the message ends with its journal. <c>KubeletIgnoresDropIn</c>: it runs without the configuration.
    /// </exception>
    public static async Task<EtcdKubeletService> InstallAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, KubeletOptions options, TimeSpan wait, OperationLog log,
        CancellationToken cancellationToken, IStepWatch? watch = null)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        watch ??= NoStepWatch.Instance;
        (HostState state, string output) = await session.ObserveAsync(Look(options), KubeletLook.Script, cancellationToken).ConfigureAwait(false);
        KubeletDecision decision = Decide(session.HostName, topology, member, options, state, output);
        (KubeletSettings settings, string version, UnitState unit, IReadOnlyList<StepChange> changes) = decision;
        foreach (string warning in settings.Warnings)
        {
            log.Warning($"{session.HostName}: {warning}");
        }

        await FilePlacement.PlaceAsync(session, changes, state, watch, cancellationToken).ConfigureAwait(false);
        if (changes.FirstOrDefault(c => c.Step is UnitStep && c.Change != EtcdChange.Unchanged) is { } restart)
        {
            log.Verbose($"{session.HostName}: restarting {restart.Path}: {restart.Reason}");
            await watch.StartingAsync([restart], cancellationToken).ConfigureAwait(false);
            unit = await RestartAsync(session, member, options, settings, wait, cancellationToken).ConfigureAwait(false);
            await watch.EndedAsync([restart], cancellationToken).ConfigureAwait(false);
        }

        if (unit.UnitFileState == "disabled")
        {
            log.Warning($"{session.HostName}: {MemberSteps.KubeletUnit} could not be enabled, so it does not start when the host does.");
        }

        EtcdStepResult[] results = [.. changes.Select(c => c.ToResult())];
        return new EtcdKubeletService
        {
            Topology = topology,
            Member = member,
            HostName = session.HostName,
            DropInPath = options.DropInPath,
            ConfigPath = settings.HasConfigFile ? options.ConfigPath : null,
            ManifestDirectory = options.ManifestDirectory,
            KubeletVersion = version.Length == 0 ? null : version,
            Generation = settings.Generation,
            ContainerRuntime = settings.Runtime,
            ContainerRuntimeEndpoint = settings.ContainerRuntimeEndpoint,
            CgroupDriver = settings.CgroupDriver,
            ActiveState = unit.ActiveState,
            Steps = results,
            Status = Summary.Of(results),
            Duration = session.Elapsed,
        };
    }

    /// <summary>What a look must include: the files of every generation and the unit.</summary>
    /// <param name="options">Where the files go.</param>
    internal static IReadOnlyList<HostStep> Look(KubeletOptions options) => MemberSteps.KubeletService(options, EveryFile);

    /// <summary>Decides what the kubelet is told and what that changes on a host that was looked at. Pure.</summary>
    /// <param name="hostName">The SSH target, for messages.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="options">Where the files go and what was asked for.</param>
    /// <param name="state">What was found; holds everything of <see cref="Look"/>.</param>
    /// <param name="output">What <see cref="KubeletLook.Script"/> printed.</param>
    /// <exception cref="EtcdHostException">As <see cref="InstallAsync"/> says, before anything was changed.</exception>
    internal static KubeletDecision Decide(
        string hostName, EtcdTopology topology, EtcdMember member, KubeletOptions options, HostState state, string output)
    {
        UnitState unit = state.Units[MemberSteps.KubeletUnit];
        string version = RefuseUnfitHost(hostName, member, unit, output);
        KubeletSettings settings = KubeletChoice.Decide(hostName, options, version, topology.KubernetesVersion, RuntimeFacts.Read(output));
        return new KubeletDecision(settings, version, unit, StepComparer.Compare(MemberSteps.KubeletService(options, settings), state));
    }

    /// <summary>The id of the error of a host that has no kubelet to configure; null when it has one.</summary>
    /// <param name="unit">The kubelet's unit.</param>
    /// <param name="version">What <see cref="KubeletLook"/> told of its version; null: there is no program.</param>
    internal static string? Unfit(UnitState unit, string? version)
        => unit.LoadState == "not-found" ? "KubeletMissing"
            : unit.LoadState == "masked" ? "KubeletMasked"
            : version is null ? "KubeletProgramMissing"
            : null;

    // Returns the kubelet's version; empty when it does not tell.
    private static string RefuseUnfitHost(string hostName, EtcdMember member, UnitState unit, string output)
    {
        string? version = HostLook.Values(output, "kubelet").FirstOrDefault();
        return Unfit(unit, version) is { } id ? throw new EtcdHostException(id, hostName) { Subject = member } : version!;
    }

    private static async Task<UnitState> RestartAsync(
        HostSession session, EtcdMember member, KubeletOptions options, KubeletSettings settings, TimeSpan wait, CancellationToken cancellationToken)
    {
        string script = UnitRestart.Script(MemberSteps.KubeletUnit, wait);
        RemoteOutput answer = await session.ChangeAsync(
            "restart the kubelet", script, wait + TimeSpan.FromSeconds(30), cancellationToken).ConfigureAwait(false);
        if (answer.ExitCode == UnitRestart.NotRunning)
        {
            string journal = KubeletJournal.Excerpt(answer.Text);
            string said = journal.Length > 0 ? journal : RemoteText.LastLines(answer.ErrorOutput.Span);
            throw new EtcdHostException("KubeletNotRunning", session.HostName, wait.TotalSeconds, said) { Subject = member };
        }

        answer.ThrowIfFailed();
        UnitState unit = HostLook.ReadUnitLine(session.HostName, answer.Text);
        if (KubeletFiles.Arguments(options, settings).FirstOrDefault(a => !unit.Arguments.Contains(a)) is { } missing)
        {
            throw new EtcdHostException("KubeletIgnoresDropIn", session.HostName, options.DropInPath, missing) { Subject = member };
        }

        return unit;
    }
}
