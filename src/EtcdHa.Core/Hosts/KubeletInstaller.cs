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
    /// <exception cref="EtcdHostException">
    /// <c>KubeletMissing</c>, <c>KubeletMasked</c>, <c>KubeletProgramMissing</c>: the host has no kubelet to configure; nothing was changed.
    /// Nor by those of <see cref="KubeletChoice.Decide"/>.
    /// <c>KubeletNotRunning</c>: it did not come up; the message ends with its journal. <c>KubeletIgnoresDropIn</c>: it runs without the configuration.
    /// </exception>
    public static async Task<EtcdKubeletService> InstallAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, KubeletOptions options, TimeSpan wait, OperationLog log,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(log);
        (HostState state, string output) = await session.ObserveAsync(
            MemberSteps.KubeletService(options, EveryFile), KubeletLook.Script, cancellationToken).ConfigureAwait(false);
        UnitState unit = state.Units[MemberSteps.KubeletUnit];
        string version = RefuseUnfitHost(session, member, unit, output);
        KubeletSettings settings = KubeletChoice.Decide(session.HostName, options, version, topology.KubernetesVersion, RuntimeFacts.Read(output));
        foreach (string warning in settings.Warnings)
        {
            log.Warning($"{session.HostName}: {warning}");
        }

        IReadOnlyList<StepChange> changes = StepComparer.Compare(MemberSteps.KubeletService(options, settings), state);
        await session.PlaceAsync(changes, state, cancellationToken).ConfigureAwait(false);
        if (changes.FirstOrDefault(c => c.Step is UnitStep && c.Change != EtcdChange.Unchanged) is { } restart)
        {
            log.Verbose($"{session.HostName}: restarting {restart.Path}: {restart.Reason}");
            unit = await RestartAsync(session, member, options, settings, wait, cancellationToken).ConfigureAwait(false);
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

    // Returns the kubelet's version; empty when it does not tell.
    private static string RefuseUnfitHost(HostSession session, EtcdMember member, UnitState unit, string output)
    {
        string? version = HostLook.Values(output, "kubelet").FirstOrDefault();
        string? id = unit.LoadState == "not-found" ? "KubeletMissing"
            : unit.LoadState == "masked" ? "KubeletMasked"
            : version is null ? "KubeletProgramMissing"
            : null;
        return id is null ? version! : throw new EtcdHostException(id, session.HostName) { Subject = member };
    }

    private static async Task<UnitState> RestartAsync(
        HostSession session, EtcdMember member, KubeletOptions options, KubeletSettings settings, TimeSpan wait, CancellationToken cancellationToken)
    {
        string script = UnitRestart.Script(MemberSteps.KubeletUnit, wait);
        RemoteOutput answer = await session.TryRunAsync(
            "restart the kubelet", script, [], wait + TimeSpan.FromSeconds(30), cancellationToken).ConfigureAwait(false);
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
