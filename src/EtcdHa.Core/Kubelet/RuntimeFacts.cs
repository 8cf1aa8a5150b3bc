using System.Text.RegularExpressions;

namespace EtcdHa.Core.Kubelet;

/// <summary>Reads what a host told of its container runtimes. Whatever it told, there is an answer: what cannot be read is not known.</summary>
public static partial class RuntimeFacts
{
    private const string Systemd = "systemd";
    private const string Cgroupfs = "cgroupfs";

    /// <summary>The runtimes whose sockets are there, in the order they were told.</summary>
    /// <param name="facts">Lines of a name, <c>|</c> and a value; others are passed over.</param>
    public static IReadOnlyList<FoundRuntime> Read(string facts)
    {
        ArgumentNullException.ThrowIfNull(facts);
        ILookup<string, string> values = facts.Split('\n')
            .Select(line => line.Split('|', 2))
            .Where(line => line.Length == 2)
            .ToLookup(line => line[0], line => line[1].TrimEnd('\r'), StringComparer.Ordinal);
        return [.. values["socket"].Select(v => v.Split('|')).Where(v => v is [_, ['/', ..]]).Select(v => Runtime(v[0], v[1], values)).OfType<FoundRuntime>()];
    }

    /// <summary>The cgroup driver that containerd's configuration gives the default runtime of its CRI plugin.</summary>
    /// <param name="lines">config.toml, or what <c>containerd config dump</c> prints: both forms of the section names, of containerd 1 and 2.</param>
    public static string ContainerdDriver(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        (string[] Section, string Text)[] settings = [.. InSections(lines)];
        string name = settings.Select(s => DefaultRuntime().Match(s.Text)).FirstOrDefault(m => m.Success)?.Groups[1].Value ?? "runc";
        bool IsDefault(string[] section) => section.Zip(section.Skip(1)).Any(pair => pair == ("runtimes", name));

        // The flag of the whole plugin is of containerd 1.0 to 1.2.
        bool isSystemd = settings.Any(s => IsDefault(s.Section) && SystemdCgroup().IsMatch(s.Text))
            || settings.Any(s => s.Section is ["plugins", "cri" or "io.containerd.grpc.v1.cri"] && OldSystemdCgroup().IsMatch(s.Text));
        return isSystemd ? Systemd : Cgroupfs;
    }

    /// <summary>Whether containerd's configuration leaves its CRI plugin on.</summary>
    /// <param name="lines">As for <see cref="ContainerdDriver"/>.</param>
    public static bool ServesCri(IEnumerable<string> lines)
    {
        ArgumentNullException.ThrowIfNull(lines);
        string text = string.Join('\n', lines.Select(WithoutComment));
        return !DisabledPlugins().Matches(text)
            .SelectMany(list => Quoted().Matches(list.Groups[1].Value))
            .Any(name => name.Groups[1].Value is "cri" or "io.containerd.grpc.v1.cri" or "io.containerd.cri.v1.runtime");
    }

    private static FoundRuntime? Runtime(string name, string socket, ILookup<string, string> values) => name switch
    {
        "containerd" => Containerd(socket, values),
        "crio" => new(EtcdContainerRuntime.CriO, socket, CrioDriver(values["crio-config"])),
        "cri-dockerd" => new(EtcdContainerRuntime.CriDockerd, socket, DockerDriver(values)),
        "docker" => new(EtcdContainerRuntime.Docker, socket, DockerDriver(values)),
        _ => null,
    };

    // Without the program and its configuration there is no telling whose socket it is.
    private static FoundRuntime Containerd(string socket, ILookup<string, string> values)
    {
        string? version = values["containerd-version"].Select(v => NumberedVersion().Match(v)).FirstOrDefault(m => m.Success)?.Value;
        bool isKnown = values.Contains("containerd-config") || values.Contains("containerd-version");
        return new(
            EtcdContainerRuntime.Containerd,
            socket,
            isKnown ? ContainerdDriver(values["containerd-config"]) : null,
            version is null ? null : Version.Parse(version),
            ServesCri(values["containerd-config"]));
    }

    // The last one counts: crio.conf first, then crio.conf.d in the order of names; systemd is CRI-O's own default.
    private static string? CrioDriver(IEnumerable<string> lines)
    {
        string? last = lines.Select(l => CgroupManager().Match(l)).LastOrDefault(m => m.Success)?.Groups[1].Value;
        return Known(last ?? Systemd);
    }

    // The default depends on Docker's version and on the cgroups of the host, so without an answer it is not known.
    private static string? DockerDriver(ILookup<string, string> values) => Known(values["docker-driver"].LastOrDefault(v => v.Length > 0)?.Trim());

    private static string? Known(string? driver) => driver is Systemd or Cgroupfs ? driver : null;

    private static IEnumerable<(string[] Section, string Text)> InSections(IEnumerable<string> lines)
    {
        string[] section = [];
        foreach (string line in lines.Select(WithoutComment))
        {
            Match header = Section().Match(line);
            if (header.Success)
            {
                section = [.. SectionPart().Matches(header.Groups[1].Value).Select(m => m.Value.Trim().Trim('"', '\''))];
            }
            else
            {
                yield return (section, line);
            }
        }
    }

    // A # in quotes is no comment; none of the settings looked at has one.
    private static string WithoutComment(string line) => line.Split('#')[0];

    [GeneratedRegex("""^\s*\[\s*([^\[\]]+?)\s*\]\s*$""", RegexOptions.CultureInvariant)]
    private static partial Regex Section();

    [GeneratedRegex("""\s*("[^"]*"|'[^']*'|[^."']+)""", RegexOptions.CultureInvariant)]
    private static partial Regex SectionPart();

    [GeneratedRegex("""\bSystemdCgroup["']?\s*=\s*true\b""", RegexOptions.CultureInvariant)]
    private static partial Regex SystemdCgroup();

    [GeneratedRegex(@"^\s*systemd_cgroup\s*=\s*true\b", RegexOptions.CultureInvariant)]
    private static partial Regex OldSystemdCgroup();

    [GeneratedRegex("""^\s*default_runtime_name\s*=\s*["']([^"']+)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex DefaultRuntime();

    [GeneratedRegex(@"^\s*disabled_plugins\s*=\s*\[([^\]]*)\]", RegexOptions.CultureInvariant | RegexOptions.Multiline)]
    private static partial Regex DisabledPlugins();

    [GeneratedRegex("""["']([^"']*)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex Quoted();

    [GeneratedRegex("""^\s*cgroup_manager\s*=\s*["']([^"']*)["']""", RegexOptions.CultureInvariant)]
    private static partial Regex CgroupManager();

    [GeneratedRegex(@"(?<![0-9.])[0-9]{1,5}\.[0-9]{1,5}\.[0-9]{1,5}(?![0-9.])", RegexOptions.CultureInvariant)]
    private static partial Regex NumberedVersion();
}
