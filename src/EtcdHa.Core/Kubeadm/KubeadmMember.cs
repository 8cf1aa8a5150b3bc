using System.Text.RegularExpressions;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Kubeadm;

/// <summary>The member that one configuration file is for, and the arguments by which a topology knows it.</summary>
internal sealed partial class KubeadmMember
{
    /// <summary>Arguments a topology makes by itself.</summary>
    private static readonly string[] Made =
    [
        "initial-cluster", "initial-cluster-state", MemberArguments.InitialClusterToken, "name", "listen-peer-urls", "listen-client-urls",
        "advertise-client-urls", "initial-advertise-peer-urls",
    ];

    private readonly KubeadmConfigFile _file;

    public KubeadmMember(KubeadmConfigFile file)
    {
        _file = file;
        string? repeated = Made.FirstOrDefault(m => file.Config.ExtraArgs.Count(a => a.Name == m) > 1);
        if (repeated is not null)
        {
            throw NotTopology(repeated, string.Join(" and ", file.Config.ExtraArgs.Where(a => a.Name == repeated).Select(a => a.Value)), "the argument once");
        }

        Name = file.Config.NodeName ?? Argument("name") ?? throw new EtcdTopologyException("KubeadmConfigMemberUnnamed", Source) { Subject = Source };
        Cluster = Argument("initial-cluster") is string cluster ? ReadCluster(cluster) : [(Name, AloneAt())];
        if (Cluster.All(m => m.Name != Name))
        {
            throw new EtcdTopologyException("KubeadmConfigMemberNotInCluster", Source, Name, string.Join(", ", Cluster.Select(m => m.Name))) { Subject = Source };
        }

        Url = Cluster.First(m => m.Name == Name).Url;
        string? advertised = file.Config.AdvertiseAddress is string text ? IpLiteral.Canonical(text) : null;
        if (Url.IsAddress && advertised is not null && advertised != Url.Host)
        {
            throw NotTopology("advertiseAddress", advertised, Url.Host + ", the host of its peer URL in initial-cluster");
        }

        Address = Url.IsAddress ? Url.Host
            : advertised ?? throw NotTopology("initial-cluster", Url.ToString(), "an IP address, or advertiseAddress beside the name: etcd listens on addresses only");

        Metrics = MetricsPort();
    }

    public string Source => _file.Source;

    /// <summary>The node's name, else etcd's.</summary>
    public string Name { get; }

    /// <summary>The members of <c>initial-cluster</c> in its order; the file's own alone when it has none.</summary>
    public IReadOnlyList<(string Name, MemberUrl Url)> Cluster { get; }

    /// <summary>The member's own peer URL, of its address or of its DNS name.</summary>
    public MemberUrl Url { get; }

    /// <summary>Where the member listens.</summary>
    public string Address { get; }

    public int ClientPort => Argument("advertise-client-urls") is not string urls ? 2379
        : MemberUrl.Parse(urls) is { Scheme: "https" } url && url.Host == Url.Host ? url.Port
        : throw NotTopology("advertise-client-urls", urls, $"one https URL of {Url.Host}");

    /// <summary>The port of a metrics listener on loopback; null when the file has another kind of listener.</summary>
    public int? Metrics { get; }

    public string? Token => Argument(MemberArguments.InitialClusterToken);

    /// <summary>The arguments that no field of a topology stands for.</summary>
    public IReadOnlyList<EtcdNameValue> OwnArguments =>
        [.. _file.Config.ExtraArgs.Where(a => !Made.Contains(a.Name) && !(a.Name == MemberArguments.ListenMetricsUrls && Metrics is not null))];

    public IReadOnlyList<string> ServerSans => OtherSans(_file.Config.ServerCertSans);

    public IReadOnlyList<string> PeerSans => OtherSans(_file.Config.PeerCertSans);

    /// <summary>
    /// Refuses a file whose arguments are not those the topology gives the member. Only a loopback URL that
    /// <c>listen-client-urls</c> has besides, kubeadm's default, is let go with a warning.
    /// </summary>
    public void CheckSame(EtcdTopology topology, List<string> warnings)
    {
        EtcdMember member = topology.Members.First(m => m.Name == Name);
        IReadOnlyList<EtcdNameValue> wanted = MemberArguments.Of(topology, member);
        foreach (string name in Made.Where(m => m is not ("initial-cluster" or MemberArguments.InitialClusterToken)))
        {
            string expected = wanted.First(a => a.Name == name).Value;
            string found = Argument(name) ?? KubeadmDefault(name, member);
            string[] others = [.. found.Split(',').Select(MemberUrl.Canonical).Where(u => u != expected)];
            bool hasExpected = found.Split(',').Select(MemberUrl.Canonical).Contains(expected);
            if (hasExpected && name == "listen-client-urls" && others is [string loopback] && loopback == LoopbackUrl(member.EffectiveClientPort(topology)))
            {
                warnings.Add($"{Source}: {name} has {loopback} besides; etcd will listen on {expected} only, as on the documented page.");
            }
            else if (!hasExpected || others.Length > 0)
            {
                throw NotTopology(name, found, expected);
            }
        }
    }

    private string KubeadmDefault(string name, EtcdMember member) => name switch
    {
        "name" => Name,
        "initial-cluster-state" => "new",
        "listen-client-urls" => $"{LoopbackUrl(2379)},https://{EtcdUrls.HostAndPort(member.Address, 2379)}",
        "advertise-client-urls" => "https://" + EtcdUrls.HostAndPort(member.Address, 2379),
        _ => "https://" + EtcdUrls.HostAndPort(member.Address, 2380),
    };

    private string LoopbackUrl(int port) => "https://" + EtcdUrls.HostAndPort(IpLiteral.IsIPv6(Address) ? "::1" : "127.0.0.1", port);

    private int? MetricsPort() => Argument(MemberArguments.ListenMetricsUrls) is not string urls ? MemberArguments.KubeadmMetricsPort
        : MemberUrl.Parse(urls) is { Scheme: "http" } url && url.Host == (IpLiteral.IsIPv6(Address) ? "::1" : "127.0.0.1") ? url.Port
        : null;

    private string[] OtherSans(IReadOnlyList<string> sans) =>
        [.. sans.Where(s => IpLiteral.Canonical(s) != Address && s != Url.Host).Distinct(StringComparer.Ordinal)];

    // kubeadm's own initial-cluster: this member alone.
    private MemberUrl AloneAt() => _file.Config.AdvertiseAddress is string address
        ? new("https", IpLiteral.Canonical(address), 2380)
        : throw new EtcdTopologyException("KubeadmConfigMemberUnnamed", Source) { Subject = Source };

    private (string Name, MemberUrl Url)[] ReadCluster(string cluster)
    {
        (string Name, MemberUrl Url)[] members =
        [
            .. cluster.Split(',').Select(entry => entry.Split('=', 2)).Select(pair =>
                pair.Length == 2 && MemberUrl.Parse(pair[1]) is { Scheme: "https" } url && (url.IsAddress || DnsNames.IsSubdomain(url.Host))
                    ? (pair[0], url)
                    : throw NotTopology("initial-cluster", string.Join('=', pair), "name=https://address-or-name:port")),
        ];
        IGrouping<string, (string Name, MemberUrl Url)>? repeated = members.GroupBy(m => m.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1);
        return repeated is null ? members : throw NotTopology("initial-cluster", $"two URLs of {repeated.Key}", "one URL a member");
    }

    private string? Argument(string name) => _file.Config.ExtraArgs.LastOrDefault(a => a.Name == name)?.Value;

    private EtcdTopologyException NotTopology(string what, string found, string wanted) =>
        new("KubeadmConfigNotTopology", Source, what, found, wanted) { Subject = Source };

    /// <summary>A URL of a listener, its host without brackets and canonical.</summary>
    internal sealed partial record MemberUrl(string Scheme, string Host, int Port)
    {
        /// <summary>False: the host is a DNS name.</summary>
        public bool IsAddress => IpLiteral.TryParse(Host, out _);

        /// <summary>One URL of a host and a port, or null.</summary>
        public static MemberUrl? Parse(string text)
        {
            Match match = Form().Match(text);
            return match.Success ? new(match.Groups["scheme"].Value, IpLiteral.Canonical(match.Groups["host"].Value.Trim('[', ']')), int.Parse(match.Groups["port"].ValueSpan, provider: null)) : null;
        }

        /// <summary>The URL with its host in canonical form; any other text as it is.</summary>
        public static string Canonical(string text) => Parse(text)?.ToString() ?? text;

        public override string ToString() => $"{Scheme}://{EtcdUrls.HostAndPort(Host, Port)}";

        [GeneratedRegex(@"\A(?<scheme>https?)://(?<host>\[[0-9A-Fa-f:.]+\]|[^\[\]:/,]+):(?<port>[0-9]{1,5})/?\z", RegexOptions.CultureInvariant)]
        private static partial Regex Form();
    }
}
