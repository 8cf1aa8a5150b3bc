using System.Text;
using EtcdHa.Core.Topology;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Topology;

/// <summary>Valid topologies of a Kubernetes version and API version, as odd as the rules permit, and how properties of them are checked.</summary>
internal static class AnyTopology
{
    private static readonly string[] Fragments =
    [
        "word", new string('x', 45), " ", "  ", ":", ": ", "#", " #", "\n", "\r", "\t", "'", "\"", "\\", "-", "- ", "--- ", "?", "? ", "1", "0x1f", ".", "e3",
        "true", "null", "~", "yes", "2026-11-23", "1:30", "é", "漢字", "\U0001F600", "\u00A0", "\u2028", "\uFEFF", "\u0001", "\u001B", "%", "{", "}",
        "[", "]", ",", "&a", "*a", "!", "|", ">", "@", "`", "<<", "=", "$(A)", "{{ .A }}",
    ];

    private static readonly string[] Names =
    [
        "infra0", "a.b-c", "0x10", "1e3", "123", "null", "true", "yes", "off", "y", "0", "0b1", "1.5", "2026-11-23", "etcd.example.com", new('n', 63), "n" + new string('a', 252),
    ];

    private static readonly string[] Sans =
    [
        "a.example.com", "*.b.example.com", "192.0.2.7", "2001:DB8::7", "fd00:0:0:0::1", "::1", "127.0.0.1", "localhost", "1", "true", "0x10", "infra0", "::ffff:192.0.2.9",
    ];

    private static readonly string[] FieldPaths = ["status.podIP", "spec.nodeName", "metadata.annotations['a.b/c: #\"d']"];

    /// <summary>One row for every Kubernetes minor, its newest patch and its first, and every API version its kubeadm reads.</summary>
    public static TheoryData<string, string> Versions
    {
        get
        {
            TheoryData<string, string> data = [];
            foreach (KubernetesRelease release in KubernetesReleases.All)
            {
                foreach (string api in release.ApiVersions)
                {
                    data.Add($"v1.{release.Minor}.{(api == release.ApiVersions[0] ? release.CheckedPatch : 0)}", api);
                }
            }

            return data;
        }
    }

    /// <summary>Any text an argument may have: nothing that UTF-8, a command line or kubeadm's serializer cannot hold.</summary>
    public static Gen<string> Texts { get; } = Gen.OneOf(
        Gen.Elements(Fragments).ListOf().Select(string.Concat),
        Gen.Elements(Fragments),
        Gen.Choose(1, 0x2FFFF).Where(c => Rune.IsValid(c) && c is not ((>= 0x7F and <= 0x9F) or (>= 0xFFFD and <= 0xFFFF))).Select(c => new Rune(c).ToString()).ListOf().Select(string.Concat));

    /// <summary>A property of every such topology. The numbers are fixed, so that a failure comes again; FsCheck shows the topology.</summary>
    public static void Check(string version, string api, Action<EtcdTopology> property) =>
        FsCheck.Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(20).WithReplay(20261124UL, 2 * (ulong)(version.Length + api.Length) + 1),
            Prop.ForAll(Valid(version, api).ToArbitrary(), property));

    /// <summary>Topologies that keep every rule, in canonical form.</summary>
    public static Gen<EtcdTopology> Valid(string version, string api)
    {
        KubernetesRelease release = KubernetesReleases.Find(KubernetesVersion.Parse(version));
        int patch = KubernetesVersion.Parse(version).Patch;
        bool hasLists = api == KubeadmApiVersions.WithLists;
        bool hasMetrics = EtcdFlags.Find("listen-metrics-urls")!.Holds(EtcdImage.VersionOf(release.EtcdTag(patch))!);
        Gen<EtcdKeyAlgorithm> algorithms = hasLists
            ? Gen.Elements(Enum.GetValues<EtcdKeyAlgorithm>().Where(a => a != EtcdKeyAlgorithm.EcdsaP384 || release.KnowsEcdsaP384))
            : Gen.Constant(EtcdKeyAlgorithm.Rsa2048);
        Gen<EtcdEnvironmentVariable> variable =
            from name in Gen.Elements("GOMAXPROCS", "_A", "a.b-c", "TRUE", "null")
            from value in Texts
            from path in Gen.Elements(null, FieldPaths[0], FieldPaths[1], FieldPaths[2])
            select new EtcdEnvironmentVariable(name, path is null ? value : "") { FieldPath = path };
        return
            from members in Members()
            from ports in hasMetrics ? Gen.Elements((2379, 2380, 2381), (3379, 3380, 3381), (65535, 1, 2), (2379, 2380, 9)) : Gen.Elements((2379, 2380, 2381), (65535, 1, 2381))
            from server in SanLists
            from peer in SanLists
            from token in Gen.Elements(null, "etcd-cluster-1", "123", "1e3", "yes", "0x1F", "2026-11-23", "1_0")
            from data in Path
            from certificates in Path
            from repository in Gen.Elements(null, "registry.example.com:5000/k8s", "10.0.0.1:5000", "[fd00::1]:5000/a__b", "123")
            from tag in Gen.Elements(null, release.EtcdTag(patch), release.EtcdTag(patch) + ".custom_1")
            from arguments in Arguments(hasLists, hasMetrics && ports.Item3 == 2381)
            from variables in hasLists ? variable.ListOf() : Gen.Constant<List<EtcdEnvironmentVariable>>([])
            from algorithm in algorithms
            from validity in hasLists ? Validities : Gen.Constant((TimeSpan.FromHours(8760), TimeSpan.FromHours(87600)))
            from health in Gen.Elements(TimeSpan.FromMinutes(4), TimeSpan.FromTicks(1), new TimeSpan(0, 10, 30), TimeSpan.FromMilliseconds(90_061_001.5), TimeSpan.FromDays(400))
            select TopologyRules.Validate(new EtcdTopology
            {
                KubernetesVersion = version,
                KubeadmApiVersion = api,
                Members = members,
                ClientPort = ports.Item1,
                PeerPort = ports.Item2,
                MetricsPort = ports.Item3,
                ServerCertSan = server,
                PeerCertSan = peer,
                InitialClusterToken = token,
                DataDirectory = "/d" + data,
                CertificatesDirectory = "/c" + certificates,
                ImageRepository = repository,
                ImageTag = tag,
                ExtraArg = arguments,
                ExtraEnv = [.. variables.DistinctBy(v => v.Name)],
                KeyAlgorithm = algorithm,
                CertificateValidity = validity.Item1,
                CaCertificateValidity = validity.Item2,
                HealthCheckTimeout = health,
            }).Topology;
    }

    private static Gen<string[]> SanLists => Gen.Elements(Sans).ListOf().Select(l => l.Take(5).ToArray());

    // Whole seconds, the CA not shorter.
    private static Gen<(TimeSpan Leaf, TimeSpan Authority)> Validities =>
        from leaf in Gen.Choose(1, int.MaxValue)
        from more in Gen.Choose(0, int.MaxValue)
        select (TimeSpan.FromSeconds(leaf), TimeSpan.FromSeconds((long)leaf + more));

    // Of the odd texts what a path can hold: no control characters.
    private static Gen<string> Path => Texts.Select(t => "/s" + string.Concat(t.Where(c => !char.IsControl(c) && c != '/')) + "s");

    private static Gen<EtcdMember[]> Members()
    {
        Gen<(int Client, int Peer, int Metrics)?> own = Gen.Elements<(int, int, int)?>(null, null, (4379, 4380, 2381), (5379, 5380, 5381));
        return
            from count in Gen.Choose(1, 7)
            from names in Gen.Shuffle(Names)
            from network in Gen.Elements("10.0.0.{0}", "203.0.113.{0}", "FD00:10::{0}", "2001:db8:0:0:1:0:0:{0}", "2001:0DB8::A:{0}")
            from ports in own.ListOf(count)
            from server in SanLists.ListOf(count)
            from peer in SanLists.ListOf(count)
            select Enumerable.Range(0, count).Select(i => new EtcdMember(names[i], string.Format(null, network, i + 1))
            {
                ClientPort = ports[i]?.Client,
                PeerPort = ports[i]?.Peer,
                ServerCertSan = server[i],
                PeerCertSan = peer[i],
            }).ToArray();
    }

    // A map keeps neither order nor repeats, so there a topology is given what it can keep.
    private static Gen<EtcdNameValue[]> Arguments(bool hasLists, bool canMoveMetrics)
    {
        Gen<EtcdNameValue> free =
            from name in Gen.Elements("quota-backend-bytes", "snapshot-count", "x-free", "true", "0x10", "X.y_z", "1", "null")
            from value in Texts
            select new EtcdNameValue(name, value);
        Gen<EtcdNameValue> metrics = Gen.Elements("https://[::]:2399", "http://0.0.0.0:2381,http://[fd00::1]:9999", "http://10.0.0.6", "a b")
            .Select(v => new EtcdNameValue("listen-metrics-urls", v));
        Gen<EtcdNameValue>[] all = canMoveMetrics ? [free, free, metrics] : [free];
        return Gen.OneOf(all).ListOf().Select(a => hasLists
            ? a.ToArray()
            : [.. a.DistinctBy(x => x.Name).OrderBy(x => x.Name, StringComparer.Ordinal)]);
    }
}
