using System.Globalization;
using System.Net;
using System.Text.RegularExpressions;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.StaticPods;

/// <summary>
/// What kubeadm makes the etcd pod from, with nothing of our own in it: the golden files exercise it with configurations that no
/// topology yields.
/// </summary>
internal sealed partial record EtcdPodSpec
{
    private static readonly TimeSpan DefaultHealthCheckTimeout = TimeSpan.FromMinutes(4);

    public required EtcdManifestShape Shape { get; init; }

    public required string NodeName { get; init; }

    public required string AdvertiseAddress { get; init; }

    public required string Image { get; init; }

    /// <summary>True: flags that etcd 3.6 renamed have their new names.</summary>
    public required bool UsesCurrentFlagNames { get; init; }

    public required string DataDirectory { get; init; }

    public required string CertificatesDirectory { get; init; }

    public required IReadOnlyList<EtcdNameValue> ExtraArgs { get; init; }

    public required IReadOnlyList<EtcdEnvironmentVariable> ExtraEnvs { get; init; }

    /// <summary>From the advertise address and kubeadm's port, whatever the extra arguments say: so does kubeadm.</summary>
    public string AdvertiseClientUrl => "https://" + EtcdUrls.HostAndPort(AdvertiseAddress, 2379);

    /// <summary>kubeadm's <c>timeouts.controlPlaneComponentHealthCheck</c>: how long the startup probe may fail.</summary>
    public TimeSpan HealthCheckTimeout { get; init; } = DefaultHealthCheckTimeout;

    /// <summary>What kubeadm makes of a configuration.</summary>
    /// <param name="config">The configuration; it says node name, address and Kubernetes version.</param>
    /// <param name="kubeadm">kubeadm's own version; null: the configuration's Kubernetes version.</param>
    /// <exception cref="EtcdTopologyException">A version is invalid or unknown.</exception>
    public static EtcdPodSpec Of(KubeadmEtcdConfig config, KubernetesVersion? kubeadm = null)
    {
        var kubernetes = KubernetesVersion.Parse(Said(config.KubernetesVersion, nameof(config.KubernetesVersion)));
        KubernetesVersion version = kubeadm ?? kubernetes;
        KubernetesRelease release = KubernetesReleases.Find(version);
        string repository = config.ImageRepository ?? config.ClusterImageRepository ?? release.ImageRepository(version.Patch);
        string tag = config.ImageTag ?? KubernetesReleases.EtcdTag(kubernetes, version);
        return new()
        {
            Shape = release.Shapes.At(version.Patch),

            // K: util/config SetNodeRegistrationDynamicDefaults.
            NodeName = Said(config.NodeName, nameof(config.NodeName)).Trim().ToLowerInvariant(),
            AdvertiseAddress = Canonical(Said(config.AdvertiseAddress, nameof(config.AdvertiseAddress))),
            Image = $"{repository}/etcd:{tag}",
            UsesCurrentFlagNames = EtcdImage.UsesCurrentFlagNames(release, tag),
            DataDirectory = config.DataDirectory ?? EtcdTopology.DefaultDataDirectory,
            CertificatesDirectory = config.CertificatesDirectory ?? EtcdTopology.DefaultCertificatesDirectory,
            ExtraArgs = config.ConvertedExtraArgs,
            ExtraEnvs = config.ExtraEnvs,
            HealthCheckTimeout = config.HealthCheckTimeout ?? DefaultHealthCheckTimeout,
        };
    }

    /// <summary>Where the kubelet's probes connect: the first URL of the last listen-metrics-urls (K: util/staticpod GetEtcdProbeEndpoint).</summary>
    public (string Host, int Port, string Scheme) ProbeEndpoint
    {
        get
        {
            string? given = ExtraArgs.LastOrDefault(a => a.Name == MemberArguments.ListenMetricsUrls)?.Value.Split(',')[0];
            Match url = ListenUrl().Match(given ?? "");
            string host = url.Groups["host"].Value;
            return (
                host.Length > 0 ? host.Trim('[', ']') : Loopback,
                ushort.TryParse(url.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out ushort port) && port > 0
                    ? port
                    : MemberArguments.KubeadmMetricsPort,
                url.Groups["scheme"].Value.Equals("https", StringComparison.OrdinalIgnoreCase) ? "HTTPS" : "HTTP");
        }
    }

    /// <summary>
    /// The shell command that was the liveness probe up to 1.15 (K: util/staticpod EtcdProbe). It asks the first URL of
    /// listen-client-urls, but always at kubeadm's port; a host name, which kubeadm looks up, is taken for loopback.
    /// </summary>
    public string ProbeCommand
    {
        get
        {
            string? given = ExtraArgs.LastOrDefault(a => a.Name == "listen-client-urls")?.Value.Split(',')[0];
            string host = ListenUrl().Match(given ?? "").Groups["host"].Value.Trim('[', ']');
            string address = !IpLiteral.TryParse(host, out IPAddress ip) || ip.Equals(IPAddress.Any) ? "127.0.0.1"
                : ip.Equals(IPAddress.IPv6Any) ? "::1"
                : IpLiteral.Format(ip);
            string certificates = CertificatesDirectory + "/etcd";
            return $"ETCDCTL_API=3 etcdctl --endpoints=https://[{address}]:2379 --cacert={certificates}/ca.crt"
                + $" --cert={certificates}/healthcheck-client.crt --key={certificates}/healthcheck-client.key get foo";
        }
    }

    /// <summary>The container's command.</summary>
    public IReadOnlyList<string> Command
    {
        get
        {
            IEnumerable<EtcdNameValue> kept = DefaultArguments().Where(d => ExtraArgs.All(e => e.Name != d.Name));
            IEnumerable<EtcdNameValue> arguments = Shape.SortsExtraArgs
                ? kept.Concat(ExtraArgs).OrderBy(a => a.Name, StringComparer.Ordinal).ThenBy(a => a.Value, StringComparer.Ordinal)
                : kept.OrderBy(a => a.Name, StringComparer.Ordinal).Concat(ExtraArgs);
            return ["etcd", .. arguments.Select(a => $"--{a.Name}={a.Value}")];
        }
    }

    /// <summary>Sorted by name; of variables with the same name the last one holds.</summary>
    public IReadOnlyList<EtcdEnvironmentVariable> Environment =>
        [.. ExtraEnvs.GroupBy(e => e.Name, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(e => e.Name, StringComparer.Ordinal)];

    // K: util/config SetAPIEndpointDynamicDefaults prints the address it read.
    private static string Canonical(string address) => IpLiteral.ParseSloppy(address) is IPAddress parsed ? IpLiteral.Format(parsed) : address;

    private static string Said(string? value, string name) =>
        value ?? throw new ArgumentException($"The configuration does not say {name}, and the machine's own is not known here.", nameof(value));

    // Before 1.16 it is IPv4's on every host (K: phases/etcd/local.go).
    private string Loopback => Shape.ListensForMetrics && IpLiteral.IsIPv6(AdvertiseAddress) ? "::1" : "127.0.0.1";

    private EtcdNameValue[] MetricsArgument() =>
        [new(MemberArguments.ListenMetricsUrls, "http://" + EtcdUrls.HostAndPort(Loopback, MemberArguments.KubeadmMetricsPort))];

    private IEnumerable<EtcdNameValue> DefaultArguments()
    {
        string clientUrl = AdvertiseClientUrl;
        string peerUrl = "https://" + EtcdUrls.HostAndPort(AdvertiseAddress, 2380);

        // Joined, where volumes and probe are concatenated: a slash at its end shows only in those.
        string certificates = CertificatesDirectory.TrimEnd('/') + "/etcd";
        return
        [
            new("name", NodeName),
            new("listen-client-urls", $"https://{EtcdUrls.HostAndPort(Loopback, 2379)},{clientUrl}"),
            new("advertise-client-urls", clientUrl),
            new("listen-peer-urls", peerUrl),
            new("initial-advertise-peer-urls", peerUrl),
            new("data-dir", DataDirectory),
            new("cert-file", certificates + "/server.crt"),
            new("key-file", certificates + "/server.key"),
            new("trusted-ca-file", certificates + "/ca.crt"),
            new("client-cert-auth", "true"),
            new("peer-cert-file", certificates + "/peer.crt"),
            new("peer-key-file", certificates + "/peer.key"),
            new("peer-trusted-ca-file", certificates + "/ca.crt"),
            new("peer-client-cert-auth", "true"),
            new("snapshot-count", "10000"),
            .. Shape.ListensForMetrics ? MetricsArgument() : [],
            .. Shape.RenamedArguments(UsesCurrentFlagNames),
            new("initial-cluster", $"{NodeName}={peerUrl}"),
        ];
    }

    // As much of Go's net/url as an etcd URL needs. What it refuses is as good as not given.
    [GeneratedRegex(
        @"\A(?<scheme>[A-Za-z][A-Za-z0-9+.-]*)://([^/?#@\s]*@)?(?<host>\[[^\]%\s]*\]|[^:/?#@%\[\]\s]*)(:(?<port>[0-9]*))?([/?#]\P{Cc}*)?\z",
        RegexOptions.CultureInvariant)]
    private static partial Regex ListenUrl();
}
