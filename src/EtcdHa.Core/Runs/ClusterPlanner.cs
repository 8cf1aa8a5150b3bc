using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;
using EtcdHa.Core.StaticPods;

namespace EtcdHa.Core.Runs;

/// <summary>Makes plans: looks at the staging folder and at every host, writes nothing anywhere, and compares with the steps of the single cmdlets.</summary>
/// <param name="hosts">The connections.</param>
/// <param name="throttleLimit">How many hosts are looked at at a time, from 1.</param>
/// <param name="clock">Tells the time certificates must be valid at.</param>
public sealed class ClusterPlanner(ClusterHosts hosts, int throttleLimit, TimeProvider clock)
{
    /// <summary>Makes a plan.</summary>
    /// <param name="request">What for.</param>
    /// <param name="events">Told what happens; hosts that fail are told to <see cref="RunEvents.HostFailed"/>, all of them.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The plan; null when a host could not be looked at or is not fit, as a plan that leaves out a host would be none.</returns>
    /// <exception cref="EtcdCertificateException">What the staging folder holds is wrong or has expired; no host was connected to.</exception>
    /// <exception cref="EtcdStagingException">The staging folder cannot be read.</exception>
    public async Task<EtcdPlan?> PlanAsync(PlanRequest request, RunEvents events, CancellationToken cancellationToken)
        => (await LookAndPlanAsync(request, events, cancellationToken).ConfigureAwait(false)).Plan;

    /// <summary>The same, with what was seen of the hosts.</summary>
    /// <inheritdoc cref="PlanAsync"/>
    internal async Task<(EtcdPlan? Plan, IReadOnlyList<MemberLook> Looks)> LookAndPlanAsync(PlanRequest request, RunEvents events, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(request);
        ArgumentNullException.ThrowIfNull(events);
        DateTimeOffset now = clock.GetUtcNow();
        StagedPlan staged = StagedPlan.Look(request.Topology, request.Members, request.StagingPath, request.Settings.ExcludeCaKey, now);
        IReadOnlyList<MemberLook> looks = await ClusterLook.AtAllAsync(request, hosts, throttleLimit, events, cancellationToken).ConfigureAwait(false);
        var warnings = new List<string>(staged.Warnings);
        var changes = new List<MemberChanges>();
        foreach (MemberLook look in looks)
        {
            try
            {
                changes.Add(Compare(request, staged, look, warnings));
            }
            catch (EtcdHaException e)
            {
                events.HostFailed(look.Member, e);
            }
        }

        return (changes.Count == request.Members.Count ? Plan(request, staged, changes, warnings, now) : null, looks);
    }

    private static EtcdPlan Plan(PlanRequest request, StagedPlan staged, IReadOnlyList<MemberChanges> changes, IReadOnlyList<string> warnings, DateTimeOffset now)
    {
        var builder = new PlanBuilder(request.Topology, changes);
        IReadOnlyList<EtcdPlanStep> steps = builder.Steps(staged.Steps.Select(Step));
        return new EtcdPlan
        {
            Topology = request.Topology,
            StagingPath = request.StagingPath,
            CreatedAt = now,
            Settings = request.Settings,
            Host = [.. changes.Select(c => c.Host)],
            Step = steps,
            Warning = warnings,
            KeepsQuorum = builder.KeepsQuorum(steps),
        };
    }

    private static MemberChanges Compare(PlanRequest request, StagedPlan staged, MemberLook look, List<string> warnings)
    {
        StagedMemberPlan wanted = staged.Members[look.Member.Name];
        KubeletDecision kubelet = KubeletInstaller.Decide(look.HostName, request.Topology, look.Member, request.KubeletOptions, look.State, look.Output);
        IReadOnlyList<StepChange> files = MemberFilesCopier.Decide(
            look.HostName, request.Topology, look.Member, request.StagingPath, MemberSteps.MemberFiles(request.Topology, wanted.Pki, wanted.KubeadmConfig), look.State);
        string? manifest = wanted.KubeadmConfig is null ? null : EtcdManifest.Write(request.Topology, look.Member);
        IReadOnlyList<StepChange> pod = StaleData.Decide(
            look.HostName, request.Topology, look.Member, StepComparer.Compare(MemberSteps.PlannedStaticPod(request.Topology, manifest), look.State), look.Output, request.Settings.StaleData);
        warnings.AddRange(kubelet.Settings.Warnings.Select(w => $"{look.HostName}: {w}"));
        warnings.AddRange(StaticPodInstaller.Warnings(look.HostName, look.State, look.Output, kubeletIsConfigured: true));
        return new MemberChanges(
            new EtcdPlanHost
            {
                Member = look.Member,
                HostName = look.HostName,
                StateSha256 = PlanBuilder.StateSha256(look.State),
                KubeletVersion = kubelet.Version.Length == 0 ? null : kubelet.Version,
                Generation = kubelet.Settings.Generation,
                ContainerRuntime = kubelet.Settings.Runtime,
                CgroupDriver = kubelet.Settings.CgroupDriver,
                IsEtcdRunning = look.RunningEtcd(request.Topology) is not null,
            },
            look.State,
            look.Texts,
            [
                .. DistinctDirectories(
                    kubelet.Changes.Select(c => (EtcdPlanPhase.Kubelet, c))
                        .Concat(files.Select(c => (EtcdPlanPhase.Files, c)))
                        .Concat(pod.Select(c => (EtcdPlanPhase.StaticPod, c)))),
            ]);
    }

    // /etc/kubernetes and the manifest folder are wanted by several parts; the first one makes them.
    private static IEnumerable<(EtcdPlanPhase, StepChange)> DistinctDirectories(IEnumerable<(EtcdPlanPhase Phase, StepChange Change)> changes)
        => changes.DistinctBy(c => c.Change.Path);

    private static EtcdPlanStep Step(WorkstationStep step) => new()
    {
        Number = 0,
        Phase = EtcdPlanPhase.Workstation,
        Member = step.Member,
        Action = step.Action,
        Target = step.Target,
        Change = step.Change,
        Before = step.Before is null ? null : new EtcdPlanState { Sha256 = Sha256(step.Before) },
        After = new EtcdPlanState { Sha256 = step.After is null ? null : Sha256(step.After) },
        Diff = step is { Before: { } before, After: { } after } ? TextDiff.Unified(before, after) : "",
        Reason = step.Reason,
    };

    private static string Sha256(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
}
