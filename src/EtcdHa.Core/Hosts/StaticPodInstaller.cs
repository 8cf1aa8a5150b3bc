using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Planning;
using EtcdHa.Core.StaticPods;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts;

/// <summary>Puts a member's static pod manifest into the kubelet's folder.</summary>
public static class StaticPodInstaller
{
    private static readonly TimeSpan KubeadmTimeout = TimeSpan.FromMinutes(2);

    // The kubelet follows links, so what is a link counts as a file.
    private const string SurroundingsFunction = """
        surroundings() {
            [ ! -d "$1" ] || find "$1/" -maxdepth 1 ! -type d ! -name etcd.yaml -exec printf 'other|%s\n' {} +
            [ -e "$1/etcd.yaml" ] || [ ! -d "$2/member" ] || echo 'stale|'
        }

        """;

    /// <summary>
    /// Checks the files etcd reads, then places the manifest, or has kubeadm write it. The kubelet starts etcd by itself.
    /// </summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="expected">What is expected of the member's files; null: they are not checked.</param>
    /// <param name="generator">What writes the manifest.</param>
    /// <param name="now">The time certificates must be valid at.</param>
    /// <param name="log">Where it says what it does.</param>
    /// <param name="cancellationToken">Stops before the next step.</param>
    /// <param name="watch">Told before and after the placement; null: nobody.</param>
    /// <param name="staleData">What is done about data of an earlier member.</param>
    /// <exception cref="EtcdHostException">
    /// <c>MemberFilesWrong</c>: the files on the host are not what etcd needs; nothing was changed.
    /// <c>DataDirectoryStale</c>, <c>DataDirectoryForeign</c>, <c>DataDirectoryInUse</c>: etcd would go on with data that is not the member's; nothing was changed.
    /// <c>KubeadmMissing</c>, <c>KubeadmConfigMissing</c>, <c>KubeadmFailed</c>: with <see cref="EtcdManifestGenerator.Kubeadm"/>.
    /// </exception>
    public static async Task<EtcdStaticPod> InstallAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, ExpectedFiles? expected, EtcdManifestGenerator generator,
        DateTimeOffset now, OperationLog log, CancellationToken cancellationToken, IStepWatch? watch = null,
        EtcdStaleData staleData = EtcdStaleData.Refuse)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(log);
        if (expected is not null)
        {
            await RefuseWrongFilesAsync(session, topology, member, expected, now, cancellationToken).ConfigureAwait(false);
        }

        string? manifest = generator == EtcdManifestGenerator.Native ? EtcdManifest.Write(topology, member) : null;
        HostStep[] steps =
        [
            .. MemberSteps.StaticPod(topology, manifest),
            new UnitStep(MemberSteps.KubeletUnit, [], ""),
        ];
        (HostState state, string output) = await session.ObserveAsync(steps, Surroundings(topology), cancellationToken).ConfigureAwait(false);
        foreach (string warning in Warnings(session.HostName, state, output))
        {
            log.Warning(warning);
        }

        IReadOnlyList<StepChange> changes = StaleData.Decide(session.HostName, topology, member, StepComparer.Compare(steps[..^1], state), output, staleData);
        await StaleData.MoveAsync(session, changes, watch ?? NoStepWatch.Instance, cancellationToken).ConfigureAwait(false);
        StepChange[] placed = [.. changes.Where(c => c.Step is not MoveAsideStep)];
        await FilePlacement.PlaceAsync(session, placed, state, watch ?? NoStepWatch.Instance, cancellationToken).ConfigureAwait(false);
        EtcdStepResult[] results = [.. changes.Where(c => c.Step is not MoveAsideStep || c.Change == EtcdChange.MovedAside).Select(c => c.ToResult())];
        if (generator == EtcdManifestGenerator.Kubeadm)
        {
            results = [.. results, await RunKubeadmAsync(session, topology, member, cancellationToken).ConfigureAwait(false)];
        }

        return new EtcdStaticPod
        {
            Topology = topology,
            Member = member,
            StagingPath = expected?.StagingPath,
            HostName = session.HostName,
            Path = MemberSteps.ManifestPath,
            Image = EtcdImage.For(topology),
            Generator = generator,
            Steps = results,
            Status = Summary.Of(results),
            Duration = session.Elapsed,
        };
    }

    private static async Task RefuseWrongFilesAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, ExpectedFiles expected, DateTimeOffset now, CancellationToken cancellationToken)
    {
        IReadOnlyList<EtcdFileCheck> rows = await MemberFilesChecker.CheckAsync(session, topology, member, expected, now, cancellationToken)
            .ConfigureAwait(false);
        string[] findings =
        [
            .. rows.Where(r => r is { IsExpected: true, Passed: false })
                .SelectMany(r => r.Finding, (row, finding) => (row.Path, Finding: finding))
                .GroupBy(f => f.Finding, f => f.Path, (finding, paths) => $"{finding}: {string.Join(", ", paths)}"),
        ];
        if (findings.Length > 0)
        {
            throw new EtcdHostException("MemberFilesWrong", session.HostName, string.Join("; ", findings)) { Subject = member };
        }
    }

    /// <summary>The script that tells what else lies in the manifest folder, and data of an earlier member.</summary>
    /// <param name="topology">The topology.</param>
    internal static string Surroundings(EtcdTopology topology)
        => SurroundingsFunction + "surroundings " + PosixShell.Join(EtcdTopology.DefaultManifestDirectory, topology.DataDirectory) + "\n" + DataDirectoryLook.Script(topology);

    /// <summary>What else the kubelet runs, as <see cref="Surroundings"/> told it.</summary>
    /// <param name="output">What it printed.</param>
    internal static string[] ForeignManifests(string output) => HostLook.Values(output, "other");

    /// <summary>What may surprise about a host that was looked at, in words.</summary>
    /// <param name="hostName">The SSH target.</param>
    /// <param name="state">What was found; holds the kubelet's unit.</param>
    /// <param name="output">What <see cref="Surroundings"/> printed.</param>
    /// <param name="kubeletIsConfigured">True when the kubelet is configured before, so that its state now does not matter.</param>
    internal static IEnumerable<string> Warnings(
        string hostName, HostState state, string output, bool kubeletIsConfigured = false)
    {
        if (!kubeletIsConfigured && !state.Units[MemberSteps.KubeletUnit].IsRunning)
        {
            yield return $"{hostName}: the kubelet is not running; etcd starts once it is (Install-EtcdKubeletService).";
        }

        string[] others = ForeignManifests(output);
        if (others.Length > 0)
        {
            yield return $"{hostName}: the kubelet runs every file in the manifest folder, also {string.Join(", ", others)}.";
        }
    }

    private static async Task<EtcdStepResult> RunKubeadmAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, CancellationToken cancellationToken)
    {
        RemoteOutput answer = await session.ChangeAsync("run kubeadm", KubeadmScript.Text, KubeadmTimeout, cancellationToken).ConfigureAwait(false);
        if (answer.ExitCode == KubeadmScript.NotFound)
        {
            throw new EtcdHostException("KubeadmMissing", session.HostName) { Subject = member };
        }

        string version = HostLook.Values(answer.Text, "version").FirstOrDefault() ?? "";
        if (answer.ExitCode == KubeadmScript.ConfigNotFound)
        {
            throw new EtcdHostException("KubeadmConfigMissing", session.HostName, MemberSteps.KubeadmConfigPath) { Subject = member };
        }

        if (answer.ExitCode != 0)
        {
            throw new EtcdHostException("KubeadmFailed", session.HostName, version, topology.KubernetesVersion, RemoteText.LastLines(answer.ErrorOutput.Span)) { Subject = member };
        }

        string[] hashes = HostLook.Values(answer.Text, "manifest");
        return new EtcdStepResult
        {
            Action = "Run kubeadm",
            Target = MemberSteps.ManifestPath,
            Change = hashes is not [var before, var after] || before == after ? EtcdChange.Unchanged
                : before.Length == 0 ? EtcdChange.Created : EtcdChange.Updated,
            Reason = $"kubeadm {version} init phase etcd local",
            Sha256 = hashes.LastOrDefault(),
        };
    }
}
