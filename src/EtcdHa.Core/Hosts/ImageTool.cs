using System.Text.RegularExpressions;

namespace EtcdHa.Core.Hosts;

/// <summary>A program that pulls images, and how it is asked.</summary>
/// <param name="Name">The program.</param>
/// <param name="Look">Shell text that prints what there is of <c>$image</c>, ID or digest among it; nothing, or failure: not there.</param>
/// <param name="Pull">Shell text that pulls <c>$image</c>.</param>
internal sealed partial record ImageTool(string Name, string Look, string Pull)
{
    /// <summary>The names of all that are known, as they are best tried on a host whose runtime is not known.</summary>
    public static IReadOnlyList<string> Names { get; } = ["crictl", "ctr", "podman", "docker"];

    /// <summary>The best program of those there are: one that puts the image where the kubelet's runtime looks.</summary>
    /// <param name="runtime">The kubelet's runtime; null when there is none.</param>
    /// <param name="endpoint">Its endpoint; null when it is not known.</param>
    /// <param name="present">The programs of the host.</param>
    /// <returns>The program; null when there is none.</returns>
    public static ImageTool? Choose(EtcdContainerRuntime? runtime, string? endpoint, IReadOnlyCollection<string> present)
    {
        string? name = Preference(runtime).Concat(Names).FirstOrDefault(present.Contains);
        return name is null ? null : Of(name, endpoint);
    }

    /// <summary>Whether what a program pulls is what the runtime runs.</summary>
    /// <param name="runtime">The kubelet's runtime.</param>
    public bool Serves(EtcdContainerRuntime runtime) => Preference(runtime).Contains(Name);

    /// <summary>Shell text that sets <c>$image</c>, and <c>$found</c> to what there is of it: empty when there is nothing.</summary>
    /// <param name="image">The image.</param>
    public string LookScript(string image) => $$"""
        image={{PosixShell.Quote(image)}}
        look() { {{Look}}; }
        found=$(look 2>/dev/null) || found=

        """.ReplaceLineEndings("\n");

    /// <summary>The ID or digest in what a look found, <c>sha256:…</c>; null when there is none.</summary>
    /// <param name="text">What the program printed.</param>
    public static string? DigestIn(string text) => Digest().Match(text) is { Success: true } digest ? digest.Value : null;

    // podman and CRI-O keep their images in the same store; Docker's is its own, whatever containerd it runs.
    private static string[] Preference(EtcdContainerRuntime? runtime) => runtime switch
    {
        EtcdContainerRuntime.Containerd => ["crictl", "ctr"],
        EtcdContainerRuntime.CriO => ["crictl", "podman"],
        EtcdContainerRuntime.CriDockerd => ["docker", "crictl"],
        EtcdContainerRuntime.Docker => ["docker"],
        _ => [],
    };

    private static ImageTool Of(string name, string? endpoint)
    {
        string crictl = endpoint is null ? "crictl" : PosixShell.Join("crictl", "--runtime-endpoint", endpoint, "--image-endpoint", endpoint);
        string ctr = endpoint is null ? "ctr -n k8s.io" : PosixShell.Join("ctr", "-a", endpoint["unix://".Length..], "-n", "k8s.io");
        return name switch
        {
            "crictl" => new(name, crictl + " images -q --no-trunc \"$image\"", crictl + " pull \"$image\""),
            "ctr" => new(name, ctr + " images ls name==\"$image\" | sed 1d", ctr + " images pull \"$image\""),
            "podman" => new(name, "podman image inspect --format '{{.Digest}}' \"$image\"", "podman pull \"$image\""),
            _ => new(name, "docker image inspect --format '{{range .RepoDigests}}{{.}} {{end}}{{.Id}}' \"$image\"", "docker pull \"$image\""),
        };
    }

    [GeneratedRegex("sha256:[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();
}
