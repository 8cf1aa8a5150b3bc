using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Kubeadm;

/// <summary>Files of one cluster's members must agree in all that a topology says once; default and absent are the same.</summary>
internal static class KubeadmAgreement
{
    /// <summary>Refuses the first difference, naming both files.</summary>
    public static void Check(IReadOnlyList<KubeadmConfigFile> files, IReadOnlyList<KubeadmMember> members)
    {
        var defaults = new EtcdTopology { Members = [], KubernetesVersion = "" };
        (string What, Func<int, string?> Value)[] common =
        [
            ("apiVersion", i => files[i].Config.ApiVersion),
            ("kubernetesVersion", i => Version(files[i].Config.KubernetesVersion)),
            ("initial-cluster", i => string.Join(',', members[i].Cluster.OrderBy(m => m.Name, StringComparer.Ordinal).Select(m => $"{m.Name}={m.Url}"))),
            (MemberArguments.InitialClusterToken, i => members[i].Token),
            ("imageRepository", i => files[i].Config.ImageRepository ?? files[i].Config.ClusterImageRepository),
            ("imageTag", i => files[i].Config.ImageTag),
            ("dataDir", i => files[i].Config.DataDirectory ?? defaults.DataDirectory),
            ("certificatesDir", i => files[i].Config.CertificatesDirectory ?? defaults.CertificatesDirectory),
            ("encryptionAlgorithm", i => files[i].Config.EncryptionAlgorithm ?? defaults.KeyAlgorithm.KubeadmName()),
            ("certificateValidityPeriod", i => GoDuration.Format(files[i].Config.CertificateValidityPeriod ?? defaults.CertificateValidity)),
            ("caCertificateValidityPeriod", i => GoDuration.Format(files[i].Config.CaCertificateValidityPeriod ?? defaults.CaCertificateValidity)),
            ("the health check timeout", i => GoDuration.Format(files[i].Config.HealthCheckTimeout ?? defaults.HealthCheckTimeout)),
            ("extraArgs", i => string.Join(' ', members[i].OwnArguments)),
            ("extraEnvs", i => string.Join(' ', files[i].Config.ExtraEnvs)),
        ];
        foreach ((string what, Func<int, string?> value) in common)
        {
            int other = Enumerable.Range(1, files.Count - 1).FirstOrDefault(i => value(i) != value(0));
            if (other > 0)
            {
                throw new EtcdTopologyException("KubeadmConfigContradiction", files[0].Source, files[other].Source, what, Shown(value(0)), Shown(value(other)))
                {
                    Subject = files[other].Source,
                };
            }
        }
    }

    private static string? Version(string? text) => KubernetesVersion.TryParse(text, out KubernetesVersion version) ? version.ToString() : text;

    private static string Shown(string? value) => string.IsNullOrEmpty(value) ? "nothing" : $"'{value}'";
}
