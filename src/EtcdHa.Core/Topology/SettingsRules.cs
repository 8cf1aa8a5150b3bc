using System.Net;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology;

/// <summary>Rules of what the members have in common: versions, image, paths, certificates, SSH.</summary>
internal static partial class SettingsRules
{

    /// <summary>Version with a leading v, paths without a trailing slash. Fails where these cannot be read.</summary>
    public static EtcdTopology Canonical(EtcdTopology topology) => topology with
    {
        KubernetesVersion = KubernetesVersion.Parse(topology.KubernetesVersion).ToString(),
        KubeadmApiVersion = KubeadmApiVersions.Of(topology),
        DataDirectory = CanonicalPath("data directory", topology.DataDirectory),
        CertificatesDirectory = CanonicalPath("certificates directory", topology.CertificatesDirectory),
    };

    /// <summary>Checks a topology in canonical form.</summary>
    public static void CheckSettings(EtcdTopology topology, List<string> warnings)
    {
        KubernetesRelease release = KubernetesReleases.Of(topology);
        CheckVersions(topology, release, warnings);
        CheckImage(topology);
        VersionGate.Check(topology, warnings);
        CheckPaths(topology);
        CheckCertificates(topology, release, warnings);
        MemberRules.CheckPort("the topology", "client", topology.ClientPort);
        MemberRules.CheckPort("the topology", "peer", topology.PeerPort);
        MemberRules.CheckPort("the topology", "metrics", topology.MetricsPort);
        MemberRules.CheckPort("the topology", "SSH", topology.Ssh.Port);
        MemberRules.CheckTimeout(topology.Ssh.ConnectTimeout, "the topology");
        CheckHealthCheckTimeout(topology.HealthCheckTimeout);
    }

    /// <summary>
    /// kubeadm's rule (K: apis/kubeadm/validation ValidateCertSANs): an IP, an RFC 1123 subdomain or such a wildcard. IPv6 comes
    /// back canonical. Octets with leading zeros, which kubeadm reads as decimal and others as octal, are refused.
    /// </summary>
    public static string CanonicalSan(string san)
    {
        if (IpLiteral.TryParse(san ?? "", out IPAddress address))
        {
            return IpLiteral.Format(address);
        }

        bool looksLikeIPv4 = IPv4Lookalike().IsMatch(san ?? "");
        return san is not null && !looksLikeIPv4 && (DnsNames.IsSubdomain(san) || DnsNames.IsWildcard(san))
            ? san
            : throw new EtcdTopologyException("SanInvalid", san) { Subject = san };
    }

    private static void CheckVersions(EtcdTopology topology, KubernetesRelease release, List<string> warnings)
    {
        KubeadmApiVersions.Check(topology, release);
        var version = KubernetesVersion.Parse(topology.KubernetesVersion);
        if (version.Patch > release.CheckedPatch)
        {
            warnings.Add(
                $"Kubernetes {version} is newer than {release}.{release.CheckedPatch}, the newest patch known; its etcd image is taken to be {EtcdImage.For(topology)}.");
        }
    }

    private static void CheckImage(EtcdTopology topology)
    {
        if (topology.ImageRepository is string repository && !Repository().IsMatch(repository))
        {
            throw new EtcdTopologyException("ImageRepositoryInvalid", repository) { Subject = repository };
        }

        if (topology.ImageTag is string tag && !Tag().IsMatch(tag))
        {
            throw new EtcdTopologyException("ImageTagInvalid", tag) { Subject = tag };
        }
    }

    private static void CheckPaths(EtcdTopology topology)
    {
        // The certificates' mount is <directory>/etcd; the kubelet runs every file of the manifest folder.
        (string What, string Path)[] directories =
        [
            ("data directory", topology.DataDirectory),
            ("certificates directory", topology.CertificatesDirectory),
            ("manifest directory", EtcdTopology.DefaultManifestDirectory),
        ];
        foreach ((string what, string path) in directories)
        {
            (string What, string Path) outer = directories.FirstOrDefault(d => d.What != what && IsWithin(path, d.Path));
            if (outer.Path is not null)
            {
                throw new EtcdTopologyException("PathsOverlap", what, path, outer.What, outer.Path) { Subject = path };
            }
        }
    }

    private static void CheckCertificates(EtcdTopology topology, KubernetesRelease release, List<string> warnings)
    {
        if (topology.KeyAlgorithm == EtcdKeyAlgorithm.EcdsaP384 && !release.KnowsEcdsaP384)
        {
            throw new EtcdTopologyException("TopologyKeyAlgorithmUnsupported", topology.KeyAlgorithm.KubeadmName(), topology.KubernetesVersion)
            {
                Subject = topology.KeyAlgorithm,
            };
        }

        CheckValidity("leaf certificates", topology.CertificateValidity);
        CheckValidity("CA", topology.CaCertificateValidity);
        if (topology.CertificateValidity > topology.CaCertificateValidity)
        {
            throw new EtcdTopologyException(
                "ValidityInvalid",
                "leaf certificates",
                GoDuration.Format(topology.CertificateValidity),
                $"longer than the CA's {GoDuration.Format(topology.CaCertificateValidity)}")
            {
                Subject = topology.CertificateValidity,
            };
        }

        var defaults = new EtcdTopology { Members = [], KubernetesVersion = topology.KubernetesVersion };
        if (topology.CertificateValidity > defaults.CertificateValidity || topology.CaCertificateValidity > defaults.CaCertificateValidity)
        {
            warnings.Add(
                $"Certificates are valid longer than kubeadm recommends: {GoDuration.Format(defaults.CertificateValidity)} for leaves, {GoDuration.Format(defaults.CaCertificateValidity)} for the CA.");
        }
    }

    // kubeadm divides it by the startup probe's period into a 32-bit number of failures, 1 at least.
    private static void CheckHealthCheckTimeout(TimeSpan timeout)
    {
        string? reason = timeout <= TimeSpan.Zero ? "not positive: the startup probe could not fail even once"
            : timeout / TimeSpan.FromSeconds(10) > int.MaxValue ? "longer than the startup probe can count"
            : null;
        if (reason is not null)
        {
            throw new EtcdTopologyException("HealthCheckTimeoutInvalid", GoDuration.Format(timeout), reason) { Subject = timeout };
        }
    }

    private static void CheckValidity(string what, TimeSpan validity)
    {
        string? reason = validity <= TimeSpan.Zero ? "not positive: they would be expired when made"
            : validity > GoDuration.Max ? "longer than kubeadm can read"
            : validity.Ticks % TimeSpan.TicksPerSecond != 0 ? "not whole seconds, which is all a certificate holds"
            : null;
        if (reason is not null)
        {
            throw new EtcdTopologyException("ValidityInvalid", what, GoDuration.Format(validity), reason) { Subject = validity };
        }
    }

    /// <summary>A path on the hosts, absolute and without a trailing slash.</summary>
    public static string CanonicalPath(string what, string path)
    {
        // kubeadm: "path is not absolute".
        if (path is null || !path.StartsWith('/'))
        {
            throw new EtcdTopologyException("PathNotAbsolute", what, path) { Subject = path };
        }

        string trimmed = path.TrimEnd('/');
        bool hasOddSegment = trimmed.Split('/').Skip(1).Any(s => s is "" or "." or "..");
        return trimmed.Length == 0 || hasOddSegment || trimmed.Any(char.IsControl)
            ? throw new EtcdTopologyException("PathInvalid", what, path) { Subject = path }
            : trimmed;
    }

    private static bool IsWithin(string path, string directory) =>
        path == directory || path.StartsWith(directory + "/", StringComparison.Ordinal);

    [GeneratedRegex(@"\A[0-9]+\.[0-9]+\.[0-9]+\.[0-9]+\z", RegexOptions.CultureInvariant)]
    private static partial Regex IPv4Lookalike();

    // The tag of an OCI reference.
    [GeneratedRegex(@"\A[A-Za-z0-9_][A-Za-z0-9._-]{0,127}\z", RegexOptions.CultureInvariant)]
    private static partial Regex Tag();

    // The host, an optional port and the path of an OCI reference.
    [GeneratedRegex(@"\A([A-Za-z0-9.-]+|\[[0-9A-Fa-f:]+\])(:[0-9]{1,5})?(/[a-z0-9]+((\.|_|__|-+)[a-z0-9]+)*)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Repository();
}
