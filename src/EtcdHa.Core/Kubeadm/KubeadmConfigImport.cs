using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Kubeadm;

/// <summary>A kubeadm configuration file: its name, for messages, and its text.</summary>
/// <param name="Source">Its name.</param>
/// <param name="Text">YAML or JSON.</param>
public sealed record KubeadmConfigText(string Source, string Text);

/// <summary>
/// Makes a topology of the configuration files of a cluster's members. Members come from <c>initial-cluster</c>; a member whose file
/// is not given is taken to have the others' ports. What a topology cannot say is refused, never dropped.
/// </summary>
public static class KubeadmConfigImport
{
    /// <summary>Reads the files of one cluster, one a member, all of them or some.</summary>
    /// <param name="files">The files.</param>
    /// <param name="kubernetesVersion">In place of the files' own version, or null.</param>
    /// <exception cref="EtcdTopologyException">
    /// <c>TopologyFile…</c>: a file's structure, with line and column; <c>KubeadmConfig…</c>: files that contradict each other or say what a
    /// topology cannot; and what <see cref="TopologyRules.Validate"/> refuses.
    /// </exception>
    public static ValidatedTopology Read(IReadOnlyList<KubeadmConfigText> files, string? kubernetesVersion)
    {
        ArgumentNullException.ThrowIfNull(files);
        KubeadmConfigFile[] read = [.. files.Select(f => KubeadmConfigReader.Read(f.Text, f.Source))];
        KubeadmMember[] members = [.. read.Select(f => new KubeadmMember(f))];
        List<string> warnings = [.. read.SelectMany(f => f.Warnings)];
        RefuseSameMember(members);
        KubeadmAgreement.Check(read, members);
        EtcdTopology topology = Members(members, Settings(read[0], kubernetesVersion, warnings));
        ValidatedTopology validated = TopologyRules.Validate(topology);
        foreach (KubeadmMember member in members)
        {
            member.CheckSame(validated.Topology, warnings);
        }

        WarnOfGuesses(read, members, validated.Topology, warnings);
        return validated with { Warnings = [.. warnings, .. validated.Warnings] };
    }

    private static EtcdTopology Settings(KubeadmConfigFile file, string? kubernetesVersion, List<string> warnings)
    {
        KubeadmEtcdConfig config = file.Config;
        string version = kubernetesVersion ?? config.KubernetesVersion
            ?? throw new EtcdTopologyException("KubeadmConfigVersionMissing", file.Source) { Subject = file.Source };
        var defaults = new EtcdTopology { Members = [], KubernetesVersion = version };
        return defaults with
        {
            KubeadmApiVersion = ApiVersion(file, version, isGiven: kubernetesVersion is not null, warnings),
            ImageRepository = config.ImageRepository ?? config.ClusterImageRepository,
            ImageTag = config.ImageTag,
            DataDirectory = config.DataDirectory ?? defaults.DataDirectory,
            CertificatesDirectory = config.CertificatesDirectory ?? defaults.CertificatesDirectory,
            KeyAlgorithm = config.EncryptionAlgorithm is null ? defaults.KeyAlgorithm : Algorithm(file.Source, config.EncryptionAlgorithm),
            CertificateValidity = config.CertificateValidityPeriod ?? defaults.CertificateValidity,
            CaCertificateValidity = config.CaCertificateValidityPeriod ?? defaults.CaCertificateValidity,
            HealthCheckTimeout = config.HealthCheckTimeout ?? defaults.HealthCheckTimeout,
            ExtraEnv = config.ExtraEnvs,
        };
    }

    // The files' API version stays, unless another Kubernetes version was asked for whose kubeadm does not read it.
    private static string? ApiVersion(KubeadmConfigFile file, string version, bool isGiven, List<string> warnings)
    {
        string api = file.Config.ApiVersion;
        KubernetesRelease release = KubernetesReleases.Find(KubernetesVersion.Parse(version));
        if (!isGiven || release.ApiVersions.Contains(api))
        {
            return api;
        }

        warnings.Add($"{file.Source}: kubeadm of Kubernetes {release} does not read {api}; the topology takes {release.ApiVersions[^1]}.");
        return null;
    }

    private static EtcdKeyAlgorithm Algorithm(string source, string name) => KeyAlgorithmNames.Find(name)
        ?? throw new EtcdTopologyException("KubeadmConfigAlgorithmUnknown", source, name, string.Join(", ", KeyAlgorithmNames.All)) { Subject = source };

    private static EtcdTopology Members(KubeadmMember[] members, EtcdTopology settings)
    {
        KubeadmMember first = members[0];
        EtcdTopology topology = settings with
        {
            PeerPort = first.Cluster[0].Url.Port,
            ClientPort = first.ClientPort,
            MetricsPort = first.Metrics ?? MemberArguments.KubeadmMetricsPort,
            InitialClusterToken = first.Token,
            ExtraArg = first.OwnArguments,
            ServerCertSan = CommonEnd(members.Select(m => m.ServerSans)),
            PeerCertSan = CommonEnd(members.Select(m => m.PeerSans)),
        };
        return topology with { Members = [.. first.Cluster.Select(m => Member(m.Name, m.Url, members.FirstOrDefault(f => f.Name == m.Name), topology))] };
    }

    private static EtcdMember Member(string name, KubeadmMember.MemberUrl url, KubeadmMember? file, EtcdTopology topology)
    {
        int? metrics = file?.Metrics ?? topology.MetricsPort;
        if (file is null && !url.IsAddress)
        {
            throw new EtcdTopologyException("KubeadmConfigMemberAddressUnknown", name, url) { Subject = name };
        }

        return new(name, file?.Address ?? url.Host)
        {
            DnsName = url.IsAddress ? null : url.Host,
            PeerPort = url.Port == topology.PeerPort ? null : url.Port,
            ClientPort = file is null || file.ClientPort == topology.ClientPort ? null : file.ClientPort,
            MetricsPort = metrics == topology.MetricsPort ? null : metrics,
            ServerCertSan = file is null ? [] : [.. file.ServerSans.SkipLast(topology.ServerCertSan.Count)],
            PeerCertSan = file is null ? [] : [.. file.PeerSans.SkipLast(topology.PeerCertSan.Count)],
        };
    }

    // The SANs of all members stand last in each member's list.
    private static string[] CommonEnd(IEnumerable<IReadOnlyList<string>> lists)
    {
        IReadOnlyList<string>[] all = [.. lists];
        int length = all.Length < 2 ? 0 : all.Skip(1).Min(list =>
            list.Reverse().Zip(all[0].Reverse()).TakeWhile(pair => pair.First == pair.Second).Count());
        return [.. all[0].TakeLast(length)];
    }

    private static void RefuseSameMember(KubeadmMember[] members)
    {
        KubeadmMember[]? same = members.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.ToArray();
        if (same is not null)
        {
            throw new EtcdTopologyException("KubeadmConfigMemberTwice", same[0].Name, same[0].Source, same[1].Source) { Subject = same[1].Source };
        }
    }

    private static void WarnOfGuesses(KubeadmConfigFile[] files, KubeadmMember[] members, EtcdTopology topology, List<string> warnings)
    {
        foreach (KubeadmConfigFile file in files.Where(f => f.Config.NodeName is null || f.Config.AdvertiseAddress is null))
        {
            warnings.Add(
                $"{file.Source}: no node name and advertise address of InitConfiguration, so kubeadm took those of the machine it ran on, and the certificates made of it carry them (kubernetes/website#31287); they are taken from initial-cluster here.");
        }

        string[] missing = [.. topology.Members.Select(m => m.Name).Except(members.Select(m => m.Name))];
        if (missing.Length > 0)
        {
            warnings.Add($"No file of {string.Join(", ", missing)}: known from initial-cluster only; client port, metrics port and SANs are taken to be those all members have.");
        }
    }
}
