using System.Text.RegularExpressions;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>
/// Whether the host's container runtime has the image, and the same one on all hosts; where it has none, whether the registry takes a connection. Nothing is pulled: that is what
/// <c>Install-EtcdImage</c> is for.
/// </summary>
internal static partial class ImageCheck
{
    /// <summary>The script for a host that was looked at; empty where no program can be asked.</summary>
    /// <param name="subject">What it is about.</param>
    /// <param name="facts">What the host told.</param>
    public static string Script(PreflightSubject subject, HostFacts facts) => ToolOf(subject, facts).Tool is { } tool
        ? $$"""
            image={{PosixShell.Quote(EtcdImage.For(subject.Topology))}}
            found=$({{tool.Look}} 2>/dev/null) || found=
            printf 'image|%s\n' "$(printf '%s' "$found" | tr '\n' ' ')"
            [ -n "$found" ] || printf 'registry|%s\n' "$(connect {{PosixShell.Join(Registry(subject).Host, Registry(subject).Port)}})"

            """
        : "";

    /// <summary>Judges a host.</summary>
    /// <param name="subject">What it is about.</param>
    /// <param name="facts">What the look told.</param>
    /// <param name="output">What <see cref="Script"/> printed.</param>
    public static CheckResult Evaluate(PreflightSubject subject, HostFacts facts, string output)
    {
        (ImageTool? tool, EtcdHostException? failure) = ToolOf(subject, facts);
        string image = EtcdImage.For(subject.Topology);
        string? found = HostLook.Values(output, "image").FirstOrDefault()?.Trim();
        CheckResult result = failure is { ErrorId: "ImageToolMissing" } ? CheckResult.Of(EtcdHostCheckKind.Image, failure, subject.HostName)
            with
        { Severity = EtcdCheckSeverity.Warning }
            : tool is null ? new(EtcdHostCheckKind.Image, EtcdCheckSeverity.Information, "not looked for, as it is not clear which container runtime is to have it")
            : found is null ? CheckResult.Untold(EtcdHostCheckKind.Image, "whether it has the image")
            : found.Length > 0 ? CheckResult.Pass(EtcdHostCheckKind.Image, $"{image} is there", Digest().Match(found) is { Success: true } id ? id.Value : null)
            : Absent(subject, image, HostLook.Values(output, "registry").FirstOrDefault()?.Split('|', 2));
        return result with { Target = image };
    }

    private static CheckResult Absent(PreflightSubject subject, string image, string[]? connection)
    {
        (string host, string port) = Registry(subject);
        return connection switch
        {
            ["0", _] => new(
                EtcdHostCheckKind.Image, EtcdCheckSeverity.Information, $"{image} is not there yet: the kubelet pulls it before etcd starts; {host}:{port} takes connections",
                "Install-EtcdImage pulls it beforehand."),
            [not "no-tool" and var code, var said] => new(
                EtcdHostCheckKind.Image, EtcdCheckSeverity.Warning, $"{image} is not there yet, and the host has no way of its own to {host}:{port} ({ReachabilityCheck.Why(code, said)})",
                "Install-EtcdImage shows whether the container runtime gets it all the same, by a mirror or a proxy. Else bring the image to the host, such as with ctr -n k8s.io images import."),
            _ => new(
                EtcdHostCheckKind.Image, EtcdCheckSeverity.Warning, $"{image} is not there yet: the kubelet has to pull it before etcd starts",
                "Install-EtcdImage pulls it beforehand, and shows whether the host reaches the registry."),
        };
    }

    // The first part of an image's name is its registry when it looks like a host; else it is Docker Hub's.
    private static (string Host, string Port) Registry(PreflightSubject subject)
    {
        string first = EtcdImage.RepositoryOf(subject.Topology).Split('/')[0];
        string registry = first.Contains('.', StringComparison.Ordinal) || first.Contains(':', StringComparison.Ordinal) || first == "localhost" ? first : "registry-1.docker.io";
        int colon = registry.LastIndexOf(':');
        return colon < 0 || registry.EndsWith(']') ? (registry.Trim('[', ']'), "443") : (registry[..colon].Trim('[', ']'), registry[(colon + 1)..]);
    }

    /// <summary>Turns the images that are not the one most hosts have into warnings.</summary>
    /// <param name="results">One result a host, of <see cref="Evaluate"/>; null for a host that was not looked at.</param>
    public static IReadOnlyList<CheckResult?> Compared(IReadOnlyList<CheckResult?> results)
    {
        string? common = results.Select(r => r?.Value as string).OfType<string>().GroupBy(id => id).OrderByDescending(g => g.Count()).FirstOrDefault()?.Key;
        return [.. results.Select(r => r?.Value is string id && id != common
            ? r with { Severity = EtcdCheckSeverity.Warning, Finding = $"{r.Finding}, but it is {id}; other hosts have {common}", Remedy = "Remove the image on this host and run Install-EtcdImage: the tag was pushed anew, or the registries differ." }
            : r)];
    }

    private static (ImageTool? Tool, EtcdHostException? Failure) ToolOf(PreflightSubject subject, HostFacts facts)
    {
        try
        {
            return (ImagePuller.Choose(subject.HostName, subject.Topology, subject.Member, subject.Options.ContainerRuntimeEndpoint, facts.Output, []), null);
        }
        catch (EtcdHostException e)
        {
            return (null, e);
        }
    }

    [GeneratedRegex("sha256:[0-9a-f]{64}", RegexOptions.CultureInvariant)]
    private static partial Regex Digest();
}
