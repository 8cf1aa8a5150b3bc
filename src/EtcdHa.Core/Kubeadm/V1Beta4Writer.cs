using EtcdHa.Core.Topology.Yaml;

namespace EtcdHa.Core.Kubeadm;

/// <summary>
/// <c>kubeadm.k8s.io/v1beta4</c> (kubeadm 1.31 and newer): extra arguments are a list that keeps order and duplicates; extraEnvs,
/// encryptionAlgorithm, validity periods and timeouts exist.
/// </summary>
internal static class V1Beta4Writer
{
    public static string Write(KubeadmEtcdConfig config)
    {
        var yaml = new KubeadmYaml();
        yaml.Init(config);
        if (config.HealthCheckTimeout is not null)
        {
            yaml.Line(0, "timeouts:");
            yaml.Duration(1, "controlPlaneComponentHealthCheck", config.HealthCheckTimeout);
        }

        yaml.Line(0, "---");
        yaml.Cluster(config);
        yaml.Optional(0, "encryptionAlgorithm", config.EncryptionAlgorithm);
        yaml.Duration(0, "certificateValidityPeriod", config.CertificateValidityPeriod);
        yaml.Duration(0, "caCertificateValidityPeriod", config.CaCertificateValidityPeriod);
        yaml.LocalEtcd(config);
        if (config.ExtraArgs.Count > 0)
        {
            yaml.Line(2, "extraArgs:");
        }

        foreach (EtcdNameValue argument in config.ExtraArgs)
        {
            yaml.Line(2, "- name: " + YamlText.Scalar(argument.Name));
            yaml.Line(2, "  value: " + YamlText.Scalar(argument.Value));
        }

        if (config.ExtraEnvs.Count > 0)
        {
            yaml.Line(2, "extraEnvs:");
        }

        foreach (EtcdEnvironmentVariable variable in config.ExtraEnvs)
        {
            yaml.Line(2, "- name: " + YamlText.Scalar(variable.Name));
            if (variable.FieldPath is null)
            {
                yaml.Line(2, "  value: " + YamlText.Scalar(variable.Value));
                continue;
            }

            yaml.Line(2, "  valueFrom:");
            yaml.Line(3, "fieldRef:");
            yaml.Line(3, "  fieldPath: " + YamlText.Scalar(variable.FieldPath));
        }

        return yaml.ToString();
    }
}
