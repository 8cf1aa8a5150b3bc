using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Reporting;

namespace EtcdHa.Core.Hosts;

/// <summary>
/// The script that tells a report what a host is: its name and system, the image its etcd manifest names, the container runtime's
/// version as crictl tells it, the programs for images. It changes nothing, and of the manifest only the image leaves the host.
/// </summary>
internal static class ReportLook
{
    /// <summary>The script; it goes behind <see cref="KubeletLook.Script"/>, which has <c>answer</c>.</summary>
    /// <param name="manifestPath">The manifest on the host.</param>
    public static string Script(string manifestPath) => $$"""
        printf 'about-name|%s\n' "$(uname -n)"
        printf 'about-kernel|%s\n' "$(uname -r)"
        printf 'about-system|%s\n' "$(cat /etc/os-release /usr/lib/os-release 2>/dev/null | sed -n 's/^PRETTY_NAME=//p' | sed 1q | tr -d '"')"
        printf 'about-image|%s\n' "$(sed -n 's/^[[:space:]-]*image:[[:space:]]*//p' {{PosixShell.Quote(manifestPath)}} 2>/dev/null | sed 1q)"
        printf 'about-runtime|%s\n' "$(answer crictl version | sed -n 's/^RuntimeVersion:[[:space:]]*//p' || :)"
        {{ImageTools}}
        """.ReplaceLineEndings("\n");

    /// <summary>The script that tells which programs for images a host has.</summary>
    public static string ImageTools { get; } =
        $"for tool in {PosixShell.Join(ImageTool.Names)}; do if command -v \"$tool\" >/dev/null 2>&1; then printf 'tool|%s\\n' \"$tool\"; fi; done\n";

    /// <summary>The host, without the image's digest, which takes a second look.</summary>
    /// <param name="sshTarget">The SSH target.</param>
    /// <param name="unit">The kubelet's unit.</param>
    /// <param name="output">What <see cref="KubeletLook.Script"/> and <see cref="Script"/> printed.</param>
    public static ReportHost Read(string sshTarget, Planning.UnitState unit, string output) => new()
    {
        SshTarget = sshTarget,
        HostName = Value(output, "about-name"),
        OperatingSystem = Value(output, "about-system"),
        Kernel = Value(output, "about-kernel"),
        KubeletVersion = Value(output, "kubelet"),
        KubeletState = unit.LoadState == "loaded" ? $"{unit.ActiveState} ({unit.SubState})" : unit.LoadState,
        ContainerRuntimes = Runtimes(output),
        Image = Value(output, "about-image"),
    };

    // crictl tells one runtime's version and not by which socket, so it counts only where there is one.
    private static string[] Runtimes(string output)
    {
        IReadOnlyList<FoundRuntime> found = RuntimeFacts.Read(output);
        string? told = found.Count == 1 ? Value(output, "about-runtime") : null;
        return [.. found.Select(r => $"{r.Runtime} {r.Version?.ToString() ?? told}".TrimEnd())];
    }

    private static string? Value(string output, string name) => HostLook.Values(output, name).FirstOrDefault() is { Length: > 0 } value ? value : null;
}
