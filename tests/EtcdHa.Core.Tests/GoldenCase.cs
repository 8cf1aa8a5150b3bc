using System.Net;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;
using EtcdHa.Core.Kubeadm;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Tests;

/// <summary>
/// What a real kubeadm was given and what came out: a folder <c>kubeadm-version/case</c>, or certificates alone, a dump
/// <c>public/NN-certs-k8sversion.txt</c>. A new folder is a new case.
/// </summary>
internal sealed partial record GoldenCase(string Name)
{
    private const int MostUnknownFields = 20;

    /// <summary>Every folder with a configuration.</summary>
    public static IEnumerable<string> Folders => Directory
        .EnumerateFiles(Golden.PathOf(""), "config.yaml", SearchOption.AllDirectories)
        .Select(f => Path.GetRelativePath(Golden.PathOf(""), Path.GetDirectoryName(f)!).Replace('\\', '/'))
        .Order(StringComparer.Ordinal);

    /// <summary>The folders but those with a field kubeadm does not know.</summary>
    public static TheoryData<string> Readable => [.. Folders.Where(n => !n.EndsWith("/unknown-field", StringComparison.Ordinal))];

    /// <summary>The folders with a manifest.</summary>
    public static IEnumerable<string> WithManifest => Folders.Where(n => File.Exists(Golden.PathOf(n + "/etcd.yaml")));

    /// <summary>The dumps of certificates.</summary>
    public static IEnumerable<string> Dumps =>
        Directory.EnumerateFiles(Golden.PathOf("public"), "*-certs-k8s*.txt").Select(f => "public/" + Path.GetFileName(f)).Order(StringComparer.Ordinal);

    /// <summary>The folders and dumps with certificates.</summary>
    public static IEnumerable<string> WithCertificates => [.. Folders.Where(n => File.Exists(Golden.PathOf(n + "/pki/etcd/ca.crt"))), .. Dumps];

    /// <summary>The version of the kubeadm that was run.</summary>
    public KubernetesVersion Kubeadm => KubernetesVersion.Parse(VersionInName().Match(Name).Groups[1].Value);

    /// <summary>The configuration's text.</summary>
    public string ConfigText => Golden.Text($"{Name}/config.yaml");

    /// <summary>The manifest.</summary>
    public string Manifest => Golden.Text($"{Name}/etcd.yaml");

    /// <summary>The images that <c>kubeadm config images list</c> printed.</summary>
    public IReadOnlyList<string> Images => Golden.Text($"{Name}/images-list.txt").Split('\n', StringSplitOptions.RemoveEmptyEntries);

    public bool HasImages => File.Exists(Golden.PathOf($"{Name}/images-list.txt"));

    /// <summary>What the configuration says; what it does not is the machine's, where kubeadm was run, or kubeadm's own.</summary>
    public KubeadmEtcdConfig Config()
    {
        KubeadmEtcdConfig config = Said();
        return config with
        {
            NodeName = config.NodeName ?? Written("- --name=(.*)"),
            AdvertiseAddress = config.AdvertiseAddress ?? Written(@"etcd\.advertise-client-urls: https://(.*):2379"),
            KubernetesVersion = config.KubernetesVersion ?? Kubeadm.ToString(),
        };
    }

    /// <summary>What the configuration says, and nothing else.</summary>
    public KubeadmEtcdConfig Said()
    {
        // kubeadm drops unknown fields with a warning; the reader refuses them, which its own tests show.
        string text = ConfigText;
        for (int i = 0; i < MostUnknownFields; i++)
        {
            try
            {
                return KubeadmConfigReader.Read(text, Name).Config;
            }
            catch (EtcdTopologyException e) when (e.ErrorId == "TopologyFileFieldUnknown")
            {
                List<string> lines = [.. text.Split('\n')];
                lines.RemoveAt(e.Line!.Value - 1);
                text = string.Join('\n', lines);
            }
        }

        throw new InvalidOperationException($"{Name} has too many unknown fields.");
    }

    /// <summary>A certificate's text by its base name.</summary>
    public string Certificate(string baseName) => IsDump ? FromDump(baseName) : Golden.Text($"{Name}/pki/{baseName}.crt");

    /// <summary>The topology the certificates were made for, of one member; its Kubernetes version is that of the kubeadm.</summary>
    public EtcdTopology CertificateTopology()
    {
        EtcdTopology machine = Machine();
        if (IsDump)
        {
            return machine;
        }

        KubeadmEtcdConfig config = Said();
        return machine with
        {
            Members =
            [
                new(config.NodeName ?? machine.Members[0].Name, config.AdvertiseAddress ?? machine.Members[0].Address)
                {
                    ServerCertSan = config.ServerCertSans,
                    PeerCertSan = config.PeerCertSans,
                },
            ],
            KeyAlgorithm = config.EncryptionAlgorithm is null ? machine.KeyAlgorithm : KeyAlgorithmNames.Find(config.EncryptionAlgorithm)!.Value,
            CertificateValidity = config.CertificateValidityPeriod ?? machine.CertificateValidity,
            CaCertificateValidity = config.CaCertificateValidityPeriod ?? machine.CaCertificateValidity,
        };
    }

    /// <summary>
    /// The leaves' profiles. EtcdHa gives every member its own address as a SAN in the configuration, as the page does; where this
    /// case's configuration did not, a kubeadm that keeps duplicates has it once only.
    /// </summary>
    public IEnumerable<CertificateProfile> Leaves()
    {
        EtcdTopology topology = CertificateTopology();
        EtcdMember member = topology.Members[0];
        bool hasPageSan = member.ServerCertSan.Contains(member.Address, StringComparer.Ordinal);
        return KubeadmCertificates.LeavesOf(topology, member).Select(p => hasPageSan || p.IPAddresses.Count == 0 || KubeadmCertificateRules.Of(topology).SansAreCanonical
            ? p
            : p with { IPAddresses = [.. p.IPAddresses.Take(3), .. p.IPAddresses.Skip(4)] });
    }

    public override string ToString() => Name;

    private bool IsDump => Name.EndsWith(".txt", StringComparison.Ordinal);

    private string FromDump(string baseName)
    {
        string section = Golden.Text(Name).Split("### ").Single(s => s.Split('\n')[0].TrimEnd().EndsWith($"pki/{baseName}.crt", StringComparison.Ordinal));
        return section[section.IndexOf("-----BEGIN", StringComparison.Ordinal)..].TrimEnd() + "\n";
    }

    // Without a configuration, the machine kubeadm ran on named member and address; only the certificates still tell them.
    private EtcdTopology Machine()
    {
        using X509Certificate2 server = X509CertificateLoader.LoadCertificate(Pem.Certificates(Certificate(KubeadmCertificates.ServerName)).Single());
        IPAddress address = server.Extensions.OfType<X509SubjectAlternativeNameExtension>().Single().EnumerateIPAddresses().First();
        return new EtcdTopology
        {
            KubernetesVersion = Kubeadm.ToString(),
            Members = [new EtcdMember(server.GetNameInfo(X509NameType.SimpleName, forIssuer: false), address.ToString())],
        };
    }

    private string Written(string pattern) => Regex.Match(Manifest, pattern).Groups[1].Value;

    [GeneratedRegex(@"(?:kubeadm-|k8s)([0-9]+\.[0-9]+\.[0-9]+)")]
    private static partial Regex VersionInName();
}
