using System.Globalization;
using System.Text;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Hosts.Removal;

/// <summary>
/// Takes a member off its host, also one that is half built: the manifest goes first and etcd's end is waited for, then the rest goes. Everything is moved aside,
/// nothing is deleted; a second run finds nothing to do.
/// </summary>
public static class MemberRemover
{
    private static readonly TimeSpan MoveTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Removes what is there.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="state">What was found.</param>
    /// <param name="options">Where the kubelet's files are.</param>
    /// <param name="wait">Time etcd has to end once its manifest is gone.</param>
    /// <param name="log">Where it says what it does.</param>
    /// <param name="cancellationToken">Stops before the next step.</param>
    /// <exception cref="EtcdHostException"><c>EtcdStillRuns</c>: the manifest is gone and etcd did not end; nothing else was moved. <c>RemoteCommandFailed</c>.</exception>
    internal static async Task<EtcdMemberRemoval> RemoveAsync(
        HostSession session, EtcdTopology topology, MemberState state, KubeletOptions options, TimeSpan wait, OperationLog log, CancellationToken cancellationToken)
    {
        var paths = new RemovalPaths(topology, options);
        List<EtcdStepResult> steps = [];
        if (state.IsRunning || state.Found.Contains(paths.Manifest))
        {
            log.Verbose($"{session.HostName}: taking the manifest out and waiting for etcd's end");
            RemoteOutput answer = await session.ChangeAsync(
                "take the manifest out", AsideScript.Functions + Stop(paths, wait), wait + MoveTimeout, cancellationToken).ConfigureAwait(false);
            if (answer.ExitCode == AsideScript.StillRuns)
            {
                throw new EtcdHostException("EtcdStillRuns", session.HostName, wait.TotalSeconds, paths.Data, KubeletText(state.Kubelet)) { Subject = state.Member };
            }

            steps.AddRange(Results(answer));
        }

        if (state.IsPresent(paths))
        {
            log.Verbose($"{session.HostName}: moving the kubelet's drop-in, certificates and data aside");
            steps.AddRange(Results(await session.ChangeAsync(
                "move the member's files aside", AsideScript.Functions + Rest(paths, state.Kubelet), MoveTimeout, cancellationToken).ConfigureAwait(false)));
        }

        return new EtcdMemberRemoval
        {
            Topology = topology,
            Member = state.Member,
            HostName = session.HostName,
            WasRunning = state.IsRunning,
            Steps = steps,
            Status = Summary.Of(steps),
            Duration = session.Elapsed,
        };
    }

    private static string Stop(RemovalPaths paths, TimeSpan wait) => string.Create(CultureInfo.InvariantCulture, $$"""
        aside {{PosixShell.Quote(paths.Manifest)}} {{PosixShell.Quote(paths.ManifestAside)}}."$stamp"
        uptime() { read -r seconds rest < /proc/uptime; echo "${seconds%.*}"; }
        deadline=$(($(uptime) + {{(int)Math.Ceiling(wait.TotalSeconds)}}))
        while in_use {{PosixShell.Quote(paths.Data)}}; do
            [ "$(uptime)" -lt "$deadline" ] || exit {{AsideScript.StillRuns}}
            sleep 0.25
        done

        """).ReplaceLineEndings("\n");

    // Once it has begun nothing stops it: a kubelet without its drop-in is to be restarted.
    private static string Rest(RemovalPaths paths, UnitState kubelet)
    {
        var script = new StringBuilder("trap '' HUP INT PIPE TERM\n" + HostLook.Identity);
        script.Append("restart=").Append(kubelet.Arguments.Contains(paths.KubeletArgument) ? "1\n" : "\n");
        script.Append(CultureInfo.InvariantCulture, $"data={PosixShell.Quote(paths.Data)} pki={PosixShell.Quote(paths.Certificates)}\n");
        script.Append(CultureInfo.InvariantCulture, $"if in_use \"$data\"; then echo \"etcd uses $data\" >&2; exit {AsideScript.InUse}; fi\n");
        foreach (string path in (string[])[paths.DropIn, paths.KubeletConfig])
        {
            script.Append(CultureInfo.InvariantCulture, $"if [ -e {PosixShell.Quote(path)} ]; then aside {PosixShell.Quote(path)} {PosixShell.Quote(path)}.\"$stamp\"; restart=1; fi\n");
        }

        if (kubelet.LoadState == "loaded")
        {
            script.Append(CultureInfo.InvariantCulture, $"if [ -n \"$restart\" ]; then systemctl daemon-reload; systemctl restart --no-block -- {MemberSteps.KubeletUnit} || :; echo 'restarted|{MemberSteps.KubeletUnit}'; fi\n");
        }

        script.Append("for file in ").Append(PosixShell.Join(RemovalPaths.CertificateFiles)).Append("""
            ; do
                [ -e "$pki/$file" ] || continue
                mkdir -p -- "$pki.$stamp/etcd"
                aside "$pki/$file" "$pki.$stamp/$file"
            done
            rmdir -- "$pki/etcd" "$pki" 2>/dev/null || :
            aside "$home/kubeadmcfg.yaml" "$home/kubeadmcfg.yaml.$stamp"

            """.ReplaceLineEndings("\n"));
        return script.Append(CultureInfo.InvariantCulture, $"data_aside \"$data\" {PosixShell.Quote(paths.Log)}\n").ToString();
    }

    private static IEnumerable<EtcdStepResult> Results(RemoteOutput answer)
    {
        string text = answer.ThrowIfFailed().Text;
        foreach (string[] moved in HostLook.Values(text, "moved").Select(m => m.Split('|')).Where(m => m.Length == 2))
        {
            yield return new EtcdStepResult { Action = "Move aside", Target = moved[0], Change = EtcdChange.MovedAside, Reason = "now " + moved[1] };
        }

        foreach (string unit in HostLook.Values(text, "restarted"))
        {
            yield return new EtcdStepResult { Action = "Restart unit", Target = unit, Change = EtcdChange.Restarted, Reason = "its drop-in is gone" };
        }
    }

    private static string KubeletText(UnitState kubelet) => kubelet.IsRunning ? "the kubelet runs" : $"the kubelet is {kubelet.ActiveState} ({kubelet.SubState}), and only it ends a static pod";
}
