using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// <c>kubeadm.k8s.io/v1beta1</c>, <c>v1beta2</c> and <c>v1beta3</c> (kubeadm 1.13 to 1.36), which differ in nothing that concerns
/// etcd: extra arguments are a map, so none can be given twice, and the startup probe's time is the API server's.
/// </summary>
internal static class V1Beta3Writer
{
    /// <summary>The file's text. What the API version has no field for was refused when the topology was validated.</summary>
    public static string Write(KubeadmEtcdConfig config, bool clusterConfigurationOnly)
    {
        var yaml = new KubeadmYaml();
        if (!clusterConfigurationOnly)
        {
            yaml.Init(config);
            yaml.Line(0, "---");
        }

        yaml.Cluster(config);
        if (config.HealthCheckTimeout is not null)
        {
            yaml.Line(0, "apiServer:");
            yaml.Duration(1, "timeoutForControlPlane", config.HealthCheckTimeout);
        }

        yaml.LocalEtcd(config);
        if (config.ExtraArgs.Count > 0)
        {
            yaml.Line(2, "extraArgs:");
        }

        foreach (EtcdNameValue argument in config.ExtraArgs)
        {
            yaml.Line(3, $"{YamlText.Scalar(argument.Name)}: {YamlText.Scalar(argument.Value)}");
        }

        return yaml.ToString();
    }
}
