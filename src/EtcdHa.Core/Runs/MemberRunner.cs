using System.Globalization;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;

namespace EtcdHa.Core.Runs;

/// <summary>Takes a plan's steps on one member's host, by the code of the single steps' cmdlets.</summary>
/// <param name="request">What the plan is for, with the token.</param>
/// <param name="hosts">The connections.</param>
/// <param name="recorder">Where every step is recorded.</param>
/// <param name="events">Told what happens.</param>
/// <param name="settings">Times.</param>
/// <param name="clock">Tells the time certificates must be valid at.</param>
internal sealed class MemberRunner(
    PlanRequest request, ClusterHosts hosts, RunRecorder recorder, RunEvents events, RunSettings settings, TimeProvider clock)
{
    private static readonly Dictionary<EtcdPlanPhase, string> Doing = new()
    {
        [EtcdPlanPhase.Kubelet] = "Configuring the kubelet",
        [EtcdPlanPhase.Files] = "Copying files",
        [EtcdPlanPhase.StaticPod] = "Placing the manifest",
    };

    /// <summary>Takes the steps of one part of the procedure.</summary>
    /// <param name="member">The member.</param>
    /// <param name="steps">The plan's steps of this part for this member; nothing is done when there are none.</param>
    /// <param name="cancellationToken">Stops before the next batch.</param>
    public async Task RunAsync(EtcdMember member, IReadOnlyList<EtcdPlanStep> steps, CancellationToken cancellationToken)
    {
        if (steps.Count == 0)
        {
            return;
        }

        events.Progress(member, Doing[steps[0].Phase]);
        await RunOnceAsync(member, steps, cancellationToken).ConfigureAwait(false);

        // The answer to a batch that was applied may have been lost: then the next look found it as wanted.
        foreach (EtcdPlanStep step in steps.Where(s => !recorder.HasEnded(s)))
        {
            await recorder.DoneAsync(step, step.After.Sha256, cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Takes a step that restarts a running etcd, and waits until the kubelet has restarted it.</summary>
    /// <param name="member">The member.</param>
    /// <param name="steps">The plan's steps of the static pod for this member.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task RestartEtcdAsync(EtcdMember member, IReadOnlyList<EtcdPlanStep> steps, CancellationToken cancellationToken)
    {
        string? before = await RunningAsync(member, cancellationToken).ConfigureAwait(false);
        await RunAsync(member, steps, cancellationToken).ConfigureAwait(false);
        events.Progress(member, "Waiting for etcd's restart");
        long start = clock.GetTimestamp();
        string? now = before;
        while (now is null || now == before)
        {
            if (clock.GetElapsedTime(start) >= settings.EtcdRestartTimeout)
            {
                events.Warning(string.Create(
                    CultureInfo.InvariantCulture,
                    $"{member}: the kubelet did not restart etcd within {settings.EtcdRestartTimeout.TotalSeconds} s of its manifest's change."));
                return;
            }

            await Task.Delay(settings.Pause, cancellationToken).ConfigureAwait(false);
            now = await RunningAsync(member, cancellationToken).ConfigureAwait(false);
        }
    }

    private async Task RunOnceAsync(EtcdMember member, IReadOnlyList<EtcdPlanStep> steps, CancellationToken cancellationToken)
    {
        HostSession session = await hosts.OpenAsync(member, cancellationToken).ConfigureAwait(false);
        var watch = new PhaseWatch(steps, session.HostName, recorder);

        // What may surprise was told with the plan.
        var log = new OperationLog(events.Verbose, _ => { });
        (EtcdTopology topology, string staging) = (request.Topology, request.StagingPath);
        switch (steps[0].Phase)
        {
            case EtcdPlanPhase.Kubelet:
                await KubeletInstaller.InstallAsync(
                    session, topology, member, request.KubeletOptions, settings.KubeletTimeout, log, cancellationToken, watch).ConfigureAwait(false);
                break;
            case EtcdPlanPhase.Files:
                // Read when connected: keys are not kept in memory while other hosts are worked on.
                bool withCaKey = StagedPlan.IncludesCaKey(topology, member, staging, request.Settings.ExcludeCaKey);
                (IReadOnlyList<StagedFile> pki, string config) = StagedMember.Read(staging, member, withCaKey);
                await MemberFilesCopier.CopyAsync(session, topology, member, staging, pki, config, false, log, cancellationToken, watch).ConfigureAwait(false);
                break;
            default:
                await StaticPodInstaller.InstallAsync(
                    session, topology, member, StagedMember.Expect(staging, member, includesCaKey: false), EtcdManifestGenerator.Native,
                    clock.GetUtcNow(), log, cancellationToken, watch, request.Settings.StaleData).ConfigureAwait(false);
                break;
        }
    }

    private async Task<string?> RunningAsync(EtcdMember member, CancellationToken cancellationToken)
    {
        HostSession session = await hosts.OpenAsync(member, cancellationToken).ConfigureAwait(false);
        return (await EtcdProcess.AtAsync(session, cancellationToken).ConfigureAwait(false)).FirstOrDefault(p => p.IsOf(request.Topology, member))?.ProcessId;
    }
}
