using static EtcdHa.Core.Reporting.Html.Elements;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>The topology.</summary>
internal static class ClusterSection
{
    public static Markup Write(ClusterReport report)
    {
        ReportCluster cluster = report.Cluster;
        return Section(
            "topology",
            "Topology",
            Pairs(
                ("Kubernetes", Text($"{cluster.KubernetesVersion}, kubeadm API {cluster.KubeadmApiVersion ?? "not chosen"}")),
                ("Image", Code(cluster.Image)),
                ("Members", Markup.Join(new Markup("<br/>"), cluster.InitialCluster.Split(',').Select(Code))),
                ("Quorum", Text($"{cluster.Quorum} of {report.Members.Count}; the cluster survives the loss of {ReportText.Counted(report.Members.Count - cluster.Quorum, "member")}")),
                ("Cluster ID at founding", Code(cluster.FoundingClusterId)),
                ("Initial cluster token", cluster.InitialClusterToken is null ? Text("none (etcd's default)") : Code(cluster.InitialClusterToken)),
                ("Directories", Lines(
                    Markup.Of($"{Code(cluster.DataDirectory)} data"),
                    Markup.Of($"{Code(cluster.CertificatesDirectory)} certificates"))),
                ("Certificates", Text(
                    $"{cluster.KeyAlgorithm}; leaves {ReportText.Hours(cluster.CertificateValidityHours)}, CA {ReportText.Hours(cluster.CaCertificateValidityHours)}")),
                ("Startup", Text($"etcd may take {ReportText.Duration(cluster.HealthCheckTimeoutSeconds)} to become healthy")),
                ("Extra arguments", Several(cluster.ExtraArguments)),
                ("Extra environment", Several(cluster.ExtraEnvironment))));
    }

    private static Markup Several(IReadOnlyList<string> values) => values.Count == 0 ? Text("none") : Lines([.. values.Select(Code)]);
}
