using static EtcdHa.Core.Reporting.Html.Elements;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>The files on the hosts.</summary>
internal static class FilesSection
{
    private static readonly string[] Heads = ["Path or unit", "Owner", "Mode", "SHA-256 of the content", "State"];

    public static Markup Write(ClusterReport report) => report.Files.Count == 0
        ? Section("files", "Files", Note("None was seen."))
        : Section("files", "Files", [.. report.Files.GroupBy(f => f.Member).Select(Member)]);

    private static Markup Member(IGrouping<string, ReportFile> files) => NamedTable("files", files.Key, Heads, Body(files.Select(file => Row(
        Code(file.Path),
        Text(file.Owner),
        Text(file.Mode),
        Hash(file.Sha256),
        file.Right ? State(Tone.Good, "right") : Lines(State(Tone.Bad, "wrong"), Small(string.Join("; ", file.Findings)))))));
}
