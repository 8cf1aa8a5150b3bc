using static EtcdHa.Core.Reporting.Html.Elements;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>What a reader has to know of the report itself.</summary>
internal static class AboutSection
{
    public static Markup Write(ClusterReport report) => Section(
        "about",
        "About this report",
        Note("It holds no secret: of private keys and of every other file the SHA-256 of the content, which tells nothing of a key; of extra environment variables the "
            + "names alone; no value of an argument that is a password. The initial-cluster-token tells clusters apart and opens nothing."),
        Note($"The same report as JSON has the form etcd-report.schema.json, version {report.SchemaVersion}."));
}
