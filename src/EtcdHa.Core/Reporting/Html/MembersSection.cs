using System.Globalization;
using static EtcdHa.Core.Reporting.Html.Elements;

namespace EtcdHa.Core.Reporting.Html;

/// <summary>Health, identities and hosts of the members.</summary>
internal static class MembersSection
{
    public static Markup Write(ClusterReport report) => Markup.Join(
    [
        Section(
            "health",
            "Health",
            Note("Each endpoint was asked over mutual TLS for a linearizable read, its alarms and its status."),
            Table(
                "health", ["Member", "Health", "Role", "etcd", "Raft term", "Raft index", "Database", "Answered in"], Body(report.Members.Select(Health)))),
        Section(
            "identities",
            "Identities",
            Note("A founding member's ID follows from its peer URL and the token; a member that was added later has another one."),
            Table("identities", ["Member", "URLs", "Member ID", "At founding", "Cluster ID"], Body(report.Members.Select(Identity)))),
        Section(
            "hosts",
            "Hosts",
            Table("hosts", ["Member", "Host", "kubelet", "Container runtime", "Image of the manifest, and its digest on the host"], Body(report.Members.Select(Host)))),
    ]);

    private static Markup Health(ReportMember member)
    {
        if (member.Health is not { } health)
        {
            return Row(Text(member.Name), State(Tone.Doubtful, "not asked"), Unknown, Unknown, Unknown, Unknown, Unknown, Unknown);
        }

        Markup state = health.Healthy ? State(Tone.Good, "healthy")
            : Lines(State(Tone.Bad, "not healthy"), Small(health.Error));
        return Row(
            Lines(Text(member.Name), Small(health.Endpoint), Small(health.From is null ? "" : "through " + health.From)),
            Lines([state, .. health.Alarms.Select(a => State(Tone.Bad, "alarm " + a))]),
            Text(health.IsLearner == true ? "learner" : health.IsLeader == true ? "leader" : health.IsLeader == false ? "follower" : null),
            Lines(Text(health.Version), Small(health.StorageVersion is null ? "" : "storage " + health.StorageVersion)),
            Number(health.RaftTerm),
            Lines(Number(health.RaftIndex), Small(health.RaftAppliedIndex is { } applied ? $"applied {applied.ToString(CultureInfo.InvariantCulture)}" : "")),
            Database(health),
            Text(ReportText.Duration(health.TookSeconds)));
    }

    private static Markup Database(ReportHealth health) => Lines(
        health.DbSize is { } size ? Text(ReportText.Bytes(size)) : Unknown,
        Small(health.DbSizeInUse is { } used ? ReportText.Bytes(used) + " in use" : ""),
        Small(health.DbSizeQuota is { } quota ? ReportText.Bytes(quota) + " quota" : ""));

    private static Markup Identity(ReportMember member)
    {
        Markup founding = member.FoundingMemberId is not { } id ? Unknown
            : member.Health?.MemberId is not { } running ? Code(id)
            : running == id ? State(Tone.Good, "the same")
            : Lines(State(Tone.Plain, "another"), Code(id));
        return Row(
            Lines(Text(member.Name), Small(member.Address)),
            Lines(Code(member.ClientUrl), Code(member.PeerUrl), Code(member.MetricsUrl)),
            Code(member.Health?.MemberId),
            founding,
            Code(member.Health?.ClusterId));
    }

    private static Markup Host(ReportMember member)
    {
        ReportHost host = member.Host;
        return host.Problem is { } problem
            ? Row(Text(member.Name), Lines(Code(host.SshTarget), State(Tone.Bad, "not seen"), Small(problem)), Unknown, Unknown, Unknown)
            : Row(
                Text(member.Name),
                Lines(Code(host.SshTarget), Small(host.HostName), Small(host.OperatingSystem), Small(host.Kernel)),
                Lines(Text(host.KubeletVersion), Small(host.KubeletState)),
                host.ContainerRuntimes.Count == 0 ? Unknown : Lines([.. host.ContainerRuntimes.Select(Text)]),
                Lines(Code(host.Image), Hash(host.ImageDigest), Small(host.ImageTool is null ? "" : "told by " + host.ImageTool)));
    }

    private static Markup Number(ulong? value) => value is { } number ? Text(number.ToString(CultureInfo.InvariantCulture)) : Unknown;
}
