using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Topology;
using YamlDotNet.RepresentationModel;

namespace EtcdHa.Core.Tests.Pki;

/// <summary>Certificates that a real kubeadm made, and the topology it made them for.</summary>
/// <param name="Topology">What EtcdHa is asked for; its Kubernetes version is that of the kubeadm.</param>
/// <param name="Certificates">The certificates' text by base name.</param>
internal sealed partial record GoldenCase(EtcdTopology Topology, IReadOnlyDictionary<string, string> Certificates)
{
    private static readonly string[] Names = [KubeadmCertificates.AuthorityName, .. KubeadmCertificates.LeafNames];

    /// <summary>Every case with certificates: folders <c>kubeadm-version/case</c> and dumps <c>public/NN-certs-k8sversion.txt</c>.</summary>
    public static IEnumerable<string> All() =>
        Directory.EnumerateFiles(Golden.PathOf("."), "ca.crt", SearchOption.AllDirectories)
            .Where(f => Folder().IsMatch(f.Replace('\\', '/')))
            .Select(f => Path.GetDirectoryName(Path.GetDirectoryName(Path.GetDirectoryName(f)!)!)!)
            .Concat(Directory.EnumerateFiles(Golden.PathOf("public"), "*-certs-k8s*.txt"))
            .Select(path => Path.GetRelativePath(Golden.PathOf("."), path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal);

    public static KubernetesVersion VersionOf(string name) => KubernetesVersion.Parse(Version().Match(name).Groups[1].Value);

    public static GoldenCase Read(string name)
    {
        bool isDump = name.EndsWith(".txt", StringComparison.Ordinal);
        Dictionary<string, string> certificates = Names.ToDictionary(n => n, n => isDump ? FromDump(name, n) : Golden.Text($"{name}/pki/{n}.crt"));
        EtcdTopology topology = isDump ? Machine(certificates) : FromConfig(Golden.Text($"{name}/config.yaml"), certificates);
        return new GoldenCase(topology with { KubernetesVersion = VersionOf(name).ToString() }, certificates);
    }

    private static string FromDump(string dump, string name)
    {
        string section = Golden.Text(dump).Split("### ").Single(s => s.Split('\n')[0].TrimEnd().EndsWith($"pki/{name}.crt", StringComparison.Ordinal));
        return section[section.IndexOf("-----BEGIN", StringComparison.Ordinal)..].TrimEnd() + "\n";
    }

    // Without a configuration, the machine kubeadm ran on named member and address; only the certificates still tell them.
    private static EtcdTopology Machine(Dictionary<string, string> certificates)
    {
        using X509Certificate2 server = X509CertificateLoader.LoadCertificate(Pem.Certificates(certificates[KubeadmCertificates.ServerName]).Single());
        IPAddress address = server.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses().First();
        return new EtcdTopology
        {
            KubernetesVersion = "",
            Members = [new EtcdMember(server.GetNameInfo(X509NameType.SimpleName, forIssuer: false), address.ToString())],
        };
    }

    /// <summary>
    /// The leaves' profiles. EtcdHa gives every member its own address as a SAN in the configuration, as the page does; where this
    /// case's configuration did not, a kubeadm that keeps duplicates has it once only.
    /// </summary>
    public IEnumerable<CertificateProfile> Leaves()
    {
        EtcdMember member = Topology.Members[0];
        bool hasPageSan = member.ServerCertSan.Contains(member.Address, StringComparer.Ordinal);
        return KubeadmCertificates.LeavesOf(Topology, member).Select(p => hasPageSan || p.IPAddresses.Count == 0 || KubeadmCertificateRules.Of(Topology).SansAreCanonical
            ? p
            : p with { IPAddresses = [.. p.IPAddresses.Take(3), .. p.IPAddresses.Skip(4)] });
    }

    // The one place that reads kubeadm's configuration for these tests; as kubeadm, it passes over fields it does not know.
    private static EtcdTopology FromConfig(string yaml, Dictionary<string, string> certificates)
    {
        YamlStream stream = [];
        stream.Load(new StringReader(yaml));
        YamlNode[] documents = [.. stream.Documents.Select(d => d.RootNode)];
        string? Text(params string[] path) => documents.Select(d => Find(d, path)).OfType<YamlScalarNode>().FirstOrDefault()?.Value;
        string[] Texts(params string[] path) => [.. documents.Select(d => Find(d, path)).OfType<YamlSequenceNode>().SelectMany(s => s).Select(n => ((YamlScalarNode)n).Value!)];
        TimeSpan? Duration(string field) => Text(field) is { } text && GoDuration.TryParse(text, out TimeSpan span) ? span : null;

        EtcdTopology machine = Machine(certificates);
        EtcdMember member = new(
            Text("nodeRegistration", "name")?.ToLowerInvariant() ?? machine.Members[0].Name,
            Text("localAPIEndpoint", "advertiseAddress") ?? machine.Members[0].Address);
        return machine with
        {
            Members = [member with { ServerCertSan = Texts("etcd", "local", "serverCertSANs"), PeerCertSan = Texts("etcd", "local", "peerCertSANs") }],
            KeyAlgorithm = Text("encryptionAlgorithm") is { } name ? Enum.Parse<EtcdKeyAlgorithm>(name.Replace("-", "", StringComparison.Ordinal), ignoreCase: true) : machine.KeyAlgorithm,
            CertificateValidity = Duration("certificateValidityPeriod") ?? machine.CertificateValidity,
            CaCertificateValidity = Duration("caCertificateValidityPeriod") ?? machine.CaCertificateValidity,
        };
    }

    private static YamlNode? Find(YamlNode? node, string[] path)
        => path.Aggregate(node, (n, key) => n is YamlMappingNode map && map.Children.TryGetValue(key, out YamlNode? child) ? child : null);

    [GeneratedRegex(@"/kubeadm-[0-9.]+/[^/]+/pki/etcd/ca\.crt\z")]
    private static partial Regex Folder();

    [GeneratedRegex(@"(?:kubeadm-|k8s)([0-9]+\.[0-9]+\.[0-9]+)")]
    private static partial Regex Version();
}
