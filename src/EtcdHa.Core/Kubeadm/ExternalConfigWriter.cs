using EtcdHa.Core.Topology;
using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// Writes the ClusterConfiguration by which a control plane uses this etcd: <c>etcd.external</c> with every member's client URL and
/// the API server's client certificate. kubeadm wants https URLs when files are named, and CA, certificate and key together.
/// </summary>
public static class ExternalConfigWriter
{
    /// <summary>The page's place of the CA certificate on a control-plane host.</summary>
    public const string DefaultCaFile = EtcdTopology.DefaultCertificatesDirectory + "/etcd/ca.crt";

    /// <summary>The page's place of the client certificate.</summary>
    public const string DefaultCertFile = EtcdTopology.DefaultCertificatesDirectory + "/apiserver-etcd-client.crt";

    /// <summary>The page's place of the client certificate's key.</summary>
    public const string DefaultKeyFile = EtcdTopology.DefaultCertificatesDirectory + "/apiserver-etcd-client.key";

    /// <summary>The document, its values checked; no file is written.</summary>
    /// <param name="topology">A validated topology.</param>
    /// <param name="kubernetesVersion">The control plane's version.</param>
    /// <param name="apiVersion">v1beta3 or v1beta4; null: the newest that the control plane's kubeadm reads.</param>
    /// <param name="caFile">On the control-plane host, absolute.</param>
    /// <param name="certFile">On the control-plane host, absolute.</param>
    /// <param name="keyFile">On the control-plane host, absolute.</param>
    /// <exception cref="EtcdTopologyException">
    /// <c>ExternalConfigApiVersion</c>: an older API version; <c>KubernetesVersion…</c>, <c>KubeadmApiVersion…</c>, <c>Path…</c>.
    /// </exception>
    public static EtcdExternalConfig Write(
        EtcdTopology topology, string kubernetesVersion, string? apiVersion, string caFile, string certFile, string keyFile)
    {
        ArgumentNullException.ThrowIfNull(topology);
        var version = KubernetesVersion.Parse(kubernetesVersion);
        KubernetesRelease release = KubernetesReleases.Find(version);
        string api = apiVersion ?? release.ApiVersions[^1];
        KubeadmApiVersions.RequireReadable(api, release);
        if (api is not ("v1beta3" or "v1beta4"))
        {
            throw new EtcdTopologyException("ExternalConfigApiVersion", api, release) { Subject = api };
        }

        var config = new EtcdExternalConfig
        {
            Topology = topology,
            ApiVersion = api,
            Endpoint = [.. topology.Members.Select(m => m.ClientUrl(topology))],
            CaFile = SettingsRules.CanonicalPath("CA file", caFile),
            CertFile = SettingsRules.CanonicalPath("certificate file", certFile),
            KeyFile = SettingsRules.CanonicalPath("key file", keyFile),
            Content = "",
        };
        return config with { Content = Text(config, version) };
    }

    private static string Text(EtcdExternalConfig config, KubernetesVersion version)
    {
        var yaml = new KubeadmYaml();
        yaml.Head(config.ApiVersion, "ClusterConfiguration");
        yaml.Line(0, $"kubernetesVersion: {version}");
        yaml.Line(0, "etcd:");
        yaml.Line(1, "external:");
        yaml.Line(2, "endpoints:");
        foreach (string endpoint in config.Endpoint)
        {
            yaml.Line(2, "- " + YamlText.Scalar(endpoint));
        }

        yaml.Optional(2, "caFile", config.CaFile);
        yaml.Optional(2, "certFile", config.CertFile);
        yaml.Optional(2, "keyFile", config.KeyFile);
        return yaml.ToString();
    }
}
