using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubelet;

/// <summary>
/// The two files of the documented page's first step: a kubelet that runs static pods and nothing else, before any control plane
/// exists.
/// </summary>
public static class KubeletFiles
{
    /// <summary>
    /// The systemd drop-in. The empty <c>ExecStart=</c> discards the command line of kubeadm's own drop-in, which sorts before
    /// this one by file name.
    /// </summary>
    /// <param name="options">Paths and settings.</param>
    public static string DropIn(KubeletOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return $"[Service]\nExecStart=\nExecStart=/usr/bin/kubelet --config={SystemdWord(options.ConfigPath)}\nRestart=always\n";
    }

    /// <summary>
    /// The KubeletConfiguration, fields and order as on the page. Authentication and authorization are off because their defaults
    /// ask an API server, which is not there: <c>no client provided, cannot use webhook authentication</c>
    /// (kubernetes/kubernetes#68939). That is safe only as the kubelet listens on 127.0.0.1.
    /// </summary>
    /// <param name="options">Paths and settings.</param>
    public static string Configuration(KubeletOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
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
            "cgroupDriver: " + YamlText.Scalar(options.CgroupDriver),
            "address: 127.0.0.1",
            "containerRuntimeEndpoint: " + YamlText.Scalar(options.ContainerRuntimeEndpoint),
            "staticPodPath: " + YamlText.Scalar(options.ManifestDirectory),
        ];
        return string.Join('\n', lines) + "\n";
    }

    // systemd.service(5): % starts a specifier, $ a variable; a space ends the word unless it is quoted.
    private static string SystemdWord(string path)
    {
        string escaped = path.Replace("%", "%%", StringComparison.Ordinal).Replace("$", "$$", StringComparison.Ordinal);
        bool needsQuotes = escaped.Any(c => char.IsWhiteSpace(c) || c is '"' or '\'' or '\\' or ';');
        return needsQuotes
            ? "\"" + escaped.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal) + "\""
            : escaped;
    }
}

/// <summary>Where the kubelet's files go and what they say; the defaults are the page's but for the configuration's path.</summary>
/// <param name="ManifestDirectory">The folder of static pod manifests the kubelet watches. It runs every file it finds there.</param>
/// <param name="ConfigPath">
/// The KubeletConfiguration file. The page puts it into kubelet.service.d as kubelet.conf, where systemd reads it as one more
/// drop-in and complains about each line; so the default lies elsewhere. <see cref="PageConfigPath"/> is the page's.
/// </param>
/// <param name="DropInPath">The systemd drop-in; its name must sort after kubeadm's <c>10-kubeadm.conf</c>.</param>
/// <param name="CgroupDriver">cgroup driver, <c>systemd</c> or <c>cgroupfs</c>; it must be the container runtime's (the kubelet's own default is cgroupfs).</param>
/// <param name="ContainerRuntimeEndpoint">The container runtime's socket, <c>unix://…</c>.</param>
public sealed record KubeletOptions(
    string ManifestDirectory = EtcdTopology.DefaultManifestDirectory,
    string ConfigPath = KubeletOptions.DefaultConfigPath,
    string DropInPath = KubeletOptions.DefaultDropInPath,
    string CgroupDriver = "systemd",
    string ContainerRuntimeEndpoint = "unix:///var/run/containerd/containerd.sock")
{
    /// <summary>The configuration's path outside of systemd's drop-in folders.</summary>
    public const string DefaultConfigPath = "/etc/kubernetes/kubelet-etcd.yaml";

    /// <summary>The configuration's path on the documented page.</summary>
    public const string PageConfigPath = "/etc/systemd/system/kubelet.service.d/kubelet.conf";

    /// <summary>The drop-in's path on the documented page.</summary>
    public const string DefaultDropInPath = "/etc/systemd/system/kubelet.service.d/20-etcd-service-manager.conf";
}
