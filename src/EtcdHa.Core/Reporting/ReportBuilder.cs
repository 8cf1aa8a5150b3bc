using System.Globalization;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Reporting;

/// <summary>Makes a report of what was found. Pure: the time and the workstation come with the origin.</summary>
public static class ReportBuilder
{
    /// <summary>The report of a cluster.</summary>
    /// <param name="material">What it is made of.</param>
    public static ClusterReport Build(ReportMaterial material)
    {
        ArgumentNullException.ThrowIfNull(material);
        var report = new ClusterReport
        {
            Origin = material.Origin,
            Cluster = Cluster(material.Topology),
            Members = [.. material.Topology.Members.Zip(material.Hosts, (member, host) => Member(material, member, host))],
            Plan = material.Run is { } run ? ReportPlans.Of(run.Plan, run.Step) : material.Pending is { } plan ? ReportPlans.Of(plan, []) : null,
            Run = material.Run is null ? null : ReportPlans.Of(material.Run),
            Certificates = [.. material.Hosts.SelectMany(h => h.Certificates)],
            Files = [.. material.Hosts.SelectMany(h => h.Files)],
            Summary = ReportSummary.None,
        };
        return report with { Summary = ReportSummarizer.Of(report, material) };
    }

    private static ReportMember Member(ReportMaterial material, EtcdMember member, ReportedHost host) => new()
    {
        Name = member.Name,
        Address = member.Address,
        ClientUrl = member.ClientUrl(material.Topology),
        PeerUrl = member.PeerUrl(material.Topology),
        MetricsUrl = member.MetricsUrl(material.Topology),
        FoundingMemberId = EtcdIds.AreKnown(material.Topology) ? Hex(EtcdIds.MemberId(material.Topology, member)) : null,
        Host = host.Host,
        Health = material.Health.FirstOrDefault(row => row.Member?.Name == member.Name) is { } row ? Health(row) : null,
    };

    private static ReportCluster Cluster(EtcdTopology topology) => new()
    {
        KubernetesVersion = topology.KubernetesVersion,
        KubeadmApiVersion = topology.KubeadmApiVersion,
        Image = EtcdImage.For(topology),
        InitialCluster = topology.InitialCluster(),
        InitialClusterToken = topology.InitialClusterToken,
        FoundingClusterId = EtcdIds.AreKnown(topology) ? Hex(EtcdIds.ClusterId(topology)) : null,
        Quorum = (topology.Members.Count / 2) + 1,
        DataDirectory = topology.DataDirectory,
        CertificatesDirectory = topology.CertificatesDirectory,
        KeyAlgorithm = topology.KeyAlgorithm.KubeadmName(),
        CertificateValidityHours = topology.CertificateValidity.TotalHours,
        CaCertificateValidityHours = topology.CaCertificateValidity.TotalHours,
        HealthCheckTimeoutSeconds = topology.HealthCheckTimeout.TotalSeconds,
        ExtraArguments = [.. topology.ExtraArg.Select(ReportSecrets.Argument)],
        ExtraEnvironment = [.. topology.ExtraEnv.Select(e => e.Name)],
    };

    private static ReportHealth Health(EtcdEndpointHealth row) => new()
    {
        Endpoint = row.Endpoint,
        From = row.From,
        Healthy = row.Healthy,
        TookSeconds = Math.Round(row.Took.TotalSeconds, 4),
        Error = NullIfEmpty(row.Error),
        Warning = NullIfEmpty(row.Warning),
        Version = row.Version,
        MemberId = row.MemberId,
        ClusterId = row.ClusterId,
        LeaderId = row.LeaderId,
        IsLeader = row.IsLeader,
        IsLearner = row.IsLearner,
        RaftTerm = row.RaftTerm,
        RaftIndex = row.RaftIndex,
        RaftAppliedIndex = row.RaftAppliedIndex,
        DbSize = row.DbSize,
        DbSizeInUse = row.DbSizeInUse,
        DbSizeQuota = row.DbSizeQuota,
        StorageVersion = row.StorageVersion,
        Alarms = row.Alarm,
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;

    private static string Hex(ulong id) => id.ToString("x", CultureInfo.InvariantCulture);
}
