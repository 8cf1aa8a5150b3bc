using System.Globalization;
using System.Text.RegularExpressions;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.StaticPods;

/// <summary>
/// What kubeadm makes the etcd pod from, with nothing of our own in it: the golden files exercise it with configurations that no
/// topology yields.
/// </summary>
internal sealed partial record EtcdPodSpec
{
    public required KubernetesRelease Release { get; init; }

    public required string NodeName { get; init; }

    public required string AdvertiseAddress { get; init; }

    public required string Image { get; init; }

    public required bool UsesCurrentFlagNames { get; init; }

    public required string DataDirectory { get; init; }

    public required string CertificatesDirectory { get; init; }

    public required IReadOnlyList<EtcdNameValue> ExtraArgs { get; init; }

    public required IReadOnlyList<EtcdEnvironmentVariable> ExtraEnvs { get; init; }

    /// <summary>From the advertise address and kubeadm's port, whatever the extra arguments say: so does kubeadm.</summary>
    public string AdvertiseClientUrl => "https://" + EtcdUrls.HostAndPort(AdvertiseAddress, 2379);

    /// <summary>kubeadm's <c>timeouts.controlPlaneComponentHealthCheck</c>: how long the startup probe may fail.</summary>
    public TimeSpan HealthCheckTimeout { get; init; } = TimeSpan.FromMinutes(4);

    /// <summary>Where the kubelet's probes connect: the first URL of the last listen-metrics-urls (K: util/staticpod GetEtcdProbeEndpoint).</summary>
    public (string Host, int Port, string Scheme) ProbeEndpoint
    {
        get
        {
            string? given = ExtraArgs.LastOrDefault(a => a.Name == MemberArguments.ListenMetricsUrls)?.Value.Split(',')[0];
            Match url = MetricsUrl().Match(given ?? "");
            string host = url.Groups["host"].Value;
            return (
                host.Length > 0 ? host.Trim('[', ']') : Loopback,
                int.TryParse(url.Groups["port"].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture, out int port)
                    ? port
                    : MemberArguments.KubeadmMetricsPort,
                url.Groups["scheme"].Value == "https" ? "HTTPS" : "HTTP");
        }
    }

    /// <summary>The container's command.</summary>
    public IReadOnlyList<string> Command
    {
        get
        {
            IEnumerable<EtcdNameValue> kept = DefaultArguments().Where(d => ExtraArgs.All(e => e.Name != d.Name));
            IEnumerable<EtcdNameValue> arguments = Release.SortsExtraArgs
                ? kept.Concat(ExtraArgs).OrderBy(a => a.Name, StringComparer.Ordinal).ThenBy(a => a.Value, StringComparer.Ordinal)
                : kept.OrderBy(a => a.Name, StringComparer.Ordinal).Concat(ExtraArgs);
            return ["etcd", .. arguments.Select(a => $"--{a.Name}={a.Value}")];
        }
    }

    /// <summary>Sorted by name; of variables with the same name the last one holds.</summary>
    public IReadOnlyList<EtcdEnvironmentVariable> Environment =>
        [.. ExtraEnvs.GroupBy(e => e.Name, StringComparer.Ordinal).Select(g => g.Last()).OrderBy(e => e.Name, StringComparer.Ordinal)];

    private string Loopback => IpLiteral.IsIPv6(AdvertiseAddress) ? "::1" : "127.0.0.1";

    private IEnumerable<EtcdNameValue> DefaultArguments()
    {
        string clientUrl = AdvertiseClientUrl;
        string peerUrl = "https://" + EtcdUrls.HostAndPort(AdvertiseAddress, 2380);
        string certificates = CertificatesDirectory + "/etcd";
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
            new(MemberArguments.ListenMetricsUrls, "http://" + EtcdUrls.HostAndPort(Loopback, MemberArguments.KubeadmMetricsPort)),
            UsesCurrentFlagNames ? new("feature-gates", "InitialCorruptCheck=true") : new("experimental-initial-corrupt-check", "true"),
            new(UsesCurrentFlagNames ? "watch-progress-notify-interval" : "experimental-watch-progress-notify-interval", "5s"),
            new("initial-cluster", $"{NodeName}={peerUrl}"),
        ];
    }

    [GeneratedRegex(@"\A(?<scheme>https?)://(?<host>\[[^\]]*\]|[^:/]*)(:(?<port>[0-9]{1,5}))?(/|\z)", RegexOptions.CultureInvariant)]
    private static partial Regex MetricsUrl();
}
