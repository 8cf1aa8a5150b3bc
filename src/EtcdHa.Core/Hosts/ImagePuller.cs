using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts;

/// <summary>Has a host pull the etcd image before the kubelet needs it.</summary>
public static class ImagePuller
{
    private const int PullFailed = 77;

    /// <summary>Tells which of the programs the host has.</summary>
    internal static readonly string ToolsScript =
        $"for tool in {PosixShell.Join(ImageTool.Names)}; do if command -v \"$tool\" >/dev/null 2>&1; then printf 'tool|%s\\n' \"$tool\"; fi; done\n";

    private static readonly TimeSpan LookTimeout = TimeSpan.FromSeconds(60);

    /// <summary>Pulls the topology's image with the program that fits the host's container runtime, unless it is there.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="endpoint">The container runtime's endpoint, <c>unix://…</c>; null: the one that is found.</param>
    /// <param name="wait">Time the pull may take.</param>
    /// <param name="log">Where it says what it does.</param>
    /// <param name="cancellationToken">Stops the pull.</param>
    /// <exception cref="EtcdHostException">
    /// <c>ImageToolMissing</c>: the host has none of the programs. <c>ImagePullFailed</c>: the message ends with the program's own words.
    /// <c>ContainerRuntimeAmbiguous</c> and the others of <see cref="KubeletChoice.RuntimeFor"/>.
    /// </exception>
    /// <exception cref="EtcdTimeoutException"><c>RemoteCommandTimeout</c>.</exception>
    public static async Task<EtcdHostImage> PullAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, string? endpoint, TimeSpan wait, OperationLog log, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(log);
        string image = EtcdImage.For(topology);
        ImageTool tool = await ChooseAsync(session, topology, member, endpoint, log, cancellationToken).ConfigureAwait(false);
        log.Verbose($"{session.HostName}: {tool.Name} pull {image}");
        RemoteOutput answer = await session.TryRunAsync("pull " + image, Script(tool, image), [], wait, cancellationToken).ConfigureAwait(false);
        if (answer.ExitCode == PullFailed)
        {
            throw new EtcdHostException("ImagePullFailed", session.HostName, tool.Name, image, RemoteText.LastLines(answer.ErrorOutput.Span)) { Subject = member };
        }

        string text = answer.ThrowIfFailed().Text;
        bool wasThere = HostLook.Values(text, "present").Length > 0;
        EtcdStepResult step = new()
        {
            Action = "Pull image",
            Target = image,
            Change = wasThere ? EtcdChange.Unchanged : EtcdChange.Created,
            Reason = wasThere ? "" : "absent",
        };
        return new EtcdHostImage
        {
            Topology = topology,
            Member = member,
            HostName = session.HostName,
            Image = image,
            Tool = tool.Name,
            Digest = ImageTool.DigestIn(text),
            Steps = [step],
            Status = step.Change,
            Duration = session.Elapsed,
        };
    }

    private static async Task<ImageTool> ChooseAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, string? endpoint, OperationLog log, CancellationToken cancellationToken)
    {
        RemoteOutput answer = await session.RunAsync("look at the container runtime", ToolsScript + KubeletLook.Script, [], LookTimeout, cancellationToken, repeatable: true)
            .ConfigureAwait(false);
        var warnings = new List<string>();
        ImageTool tool = Choose(session.HostName, topology, member, endpoint, answer.Text, warnings);
        warnings.ForEach(w => log.Warning($"{session.HostName}: {w}"));
        return tool;
    }

    /// <summary>The program that fits, from what <see cref="ToolsScript"/> and <see cref="KubeletLook"/> told.</summary>
    /// <exception cref="EtcdHostException"><c>ImageToolMissing</c> and those of <see cref="KubeletChoice.RuntimeFor"/>.</exception>
    internal static ImageTool Choose(string host, EtcdTopology topology, EtcdMember member, string? endpoint, string output, List<string> warnings)
    {
        KubeletRelease? release = KubeletRelease.Read(HostLook.Values(output, "kubelet").FirstOrDefault()) ?? KubeletRelease.Read(topology.KubernetesVersion);
        FoundRuntime? runtime = KubeletChoice.RuntimeFor(host, endpoint, release, RuntimeFacts.Read(output), warnings);
        string? at = endpoint ?? (runtime?.Runtime == EtcdContainerRuntime.Docker ? null : runtime?.Endpoint);
        ImageTool tool = ImageTool.Choose(runtime?.Runtime, at, HostLook.Values(output, "tool"))
            ?? throw new EtcdHostException("ImageToolMissing", host, string.Join(", ", ImageTool.Names)) { Subject = member };
        if (runtime is not null && !tool.Serves(runtime.Runtime))
        {
            warnings.Add($"{tool.Name} keeps its images apart from {runtime}, so the kubelet may pull the image again.");
        }

        return tool;
    }

    private static string Script(ImageTool tool, string image) => $$"""
        {{tool.LookScript(image)}}if [ -n "$found" ]; then printf 'present|%s\n' "$found"; exit 0; fi
        {{tool.Pull}} >&2 || exit {{PullFailed}}
        found=$(look 2>/dev/null) || found=
        printf 'pulled|%s\n' "$found"

        """.ReplaceLineEndings("\n");
}
