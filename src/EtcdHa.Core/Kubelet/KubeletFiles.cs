using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubelet;

/// <summary>
/// The files of the documented page's first step: a kubelet that runs static pods and nothing else, before any control plane
/// exists. Up to Kubernetes 1.26 the page has a drop-in with flags only, since 1.27 a drop-in and a KubeletConfiguration.
/// </summary>
public static class KubeletFiles
{
    /// <summary>
    /// The systemd drop-in. The empty <c>ExecStart=</c> discards the command line of kubeadm's own drop-in, which sorts before
    /// this one by file name.
    /// </summary>
    /// <param name="options">Paths.</param>
    /// <param name="settings">What the kubelet is told.</param>
    public static string DropIn(KubeletOptions options, KubeletSettings settings)
        => $"[Service]\nExecStart=\nExecStart=/usr/bin/kubelet {string.Join(' ', Arguments(options, settings).Select(SystemdWord))}\nRestart=always\n";

    /// <summary>The kubelet's arguments in the page's order.</summary>
    /// <param name="options">Paths.</param>
    /// <param name="settings">What the kubelet is told.</param>
    public static IReadOnlyList<string> Arguments(KubeletOptions options, KubeletSettings settings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        return settings.HasConfigFile ? ["--config=" + options.ConfigPath] : [.. Flags(options, settings)];
    }

    /// <summary>The argument that proves the drop-in is in force.</summary>
    /// <param name="options">Paths.</param>
    /// <param name="settings">What the kubelet is told.</param>
    public static string ProvingArgument(KubeletOptions options, KubeletSettings settings)
        => Arguments(options, settings).First(a => !a.StartsWith("--address", StringComparison.Ordinal));

    /// <summary>
    /// The KubeletConfiguration, fields and order as on the page. Authentication and authorization are off because their defaults
    /// ask an API server, which is not there: <c>no client provided, cannot use webhook authentication</c>
    /// (kubernetes/kubernetes#68939). That is safe only as the kubelet listens on 127.0.0.1.
    /// </summary>
    /// <param name="options">Paths.</param>
    /// <param name="settings">What the kubelet is told.</param>
    public static string Configuration(KubeletOptions options, KubeletSettings settings)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(settings);
        string[] lines =
        [
            "apiVersion: kubelet.config.k8s.io/v1beta1",
            "kind: KubeletConfiguration",
            "authentication:",
            "  anonymous:",
            "    enabled: false",
            "  webhook:",
            "    enabled: false",
            "authorization:",
            "  mode: AlwaysAllow",
            "cgroupDriver: " + YamlText.Scalar(settings.CgroupDriver),
            "address: 127.0.0.1",
            "containerRuntimeEndpoint: " + YamlText.Scalar(settings.ContainerRuntimeEndpoint ?? KubeletSettings.PageEndpoint),
            "staticPodPath: " + YamlText.Scalar(options.ManifestDirectory),
        ];
        return string.Join('\n', lines) + "\n";
    }

    private static IEnumerable<string> Flags(KubeletOptions options, KubeletSettings settings)
    {
        yield return "--address=127.0.0.1";
        yield return "--pod-manifest-path=" + options.ManifestDirectory;
        bool isFirst = settings.Generation == EtcdKubeletGeneration.Flags113;
        if (isFirst)
        {
            yield return "--allow-privileged=true";
        }

        // The first page says nothing of the driver: the kubelet's default is cgroupfs.
        if (!isFirst || settings.CgroupDriver != "cgroupfs")
        {
            yield return "--cgroup-driver=" + settings.CgroupDriver;
        }

        if (settings.ContainerRuntimeEndpoint is { } endpoint)
        {
            if (!(settings.Release >= KubeletRelease.WithoutContainerRuntime))
            {
                yield return "--container-runtime=remote";
            }

            yield return "--container-runtime-endpoint=" + endpoint;
        }
    }

    // systemd.service(5): % starts a specifier, $ a variable; a space ends the word unless it is quoted.
    private static string SystemdWord(string word)
    {
        string escaped = word.Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal);
        bool needsQuotes = escaped.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'' or '\\' or ';');
        return needsQuotes
            ? "\"" + escaped.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\""
            : escaped;
    }
}
