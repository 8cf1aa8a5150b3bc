namespace EtcdHa.Core.Topology;

/// <summary>kubeadm's API versions: which one a topology uses, and what it can say in it.</summary>
public static class KubeadmApiVersions
{
    /// <summary>The API group, before the slash of <c>apiVersion</c>.</summary>
    public const string Group = "kubeadm.k8s.io";

    /// <summary>The first one with a list of extra arguments, extraEnvs, encryptionAlgorithm, validity periods and timeouts.</summary>
    internal const string WithLists = "v1beta4";

    /// <summary>API versions written and read here, oldest first.</summary>
    public static IReadOnlyList<string> All { get; } = ["v1beta1", "v1beta2", "v1beta3", WithLists];

    /// <summary>The API version of a topology: its own, else the newest that kubeadm of its Kubernetes version reads.</summary>
    /// <param name="topology">The topology.</param>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is invalid or unknown.</exception>
    public static string Of(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.KubeadmApiVersion ?? KubernetesReleases.Of(topology).ApiVersions[^1];
    }

    /// <summary>Refuses an API version that this kubeadm does not read.</summary>
    /// <param name="api">Such as <c>v1beta3</c>.</param>
    /// <param name="release">kubeadm's release.</param>
    /// <exception cref="EtcdTopologyException"><c>KubeadmApiVersionUnknown</c>, <c>KubeadmApiVersionTooOld</c>, <c>KubeadmApiVersionTooNew</c>.</exception>
    public static void RequireReadable(string api, KubernetesRelease release)
    {
        ArgumentNullException.ThrowIfNull(release);
        string readable = string.Join(" or ", release.ApiVersions.Reverse());
        if (!All.Contains(api))
        {
            throw new EtcdTopologyException("KubeadmApiVersionUnknown", api, string.Join(", ", All), readable, release) { Subject = api };
        }

        if (!release.ApiVersions.Contains(api))
        {
            KubernetesRelease[] readers = [.. KubernetesReleases.All.Where(r => r.ApiVersions.Contains(api))];
            bool isOld = readers[^1].Minor < release.Minor;
            throw isOld
                ? new EtcdTopologyException("KubeadmApiVersionTooOld", api, release, readers[^1], readable) { Subject = api }
                : new EtcdTopologyException("KubeadmApiVersionTooNew", api, release, readers[0], readable) { Subject = api };
        }
    }

    /// <summary>The API version when it is not the one that would be chosen, else null: what a topology file says.</summary>
    internal static string? Differing(EtcdTopology topology)
    {
        bool isChosen = KubernetesVersion.TryParse(topology.KubernetesVersion, out KubernetesVersion version)
            && KubernetesReleases.All.FirstOrDefault(r => version.Major == 1 && r.Minor == version.Minor)?.ApiVersions[^1] == topology.KubeadmApiVersion;
        return isChosen ? null : topology.KubeadmApiVersion;
    }

    /// <summary>Checks a topology in canonical form: kubeadm reads its API version, and nothing of it would be left out.</summary>
    internal static void Check(EtcdTopology topology, KubernetesRelease release)
    {
        string api = Of(topology);
        RequireReadable(api, release);
        if (api == WithLists)
        {
            return;
        }

        var defaults = new EtcdTopology { Members = [], KubernetesVersion = topology.KubernetesVersion };
        string? repeated = topology.ExtraArg.GroupBy(a => a.Name, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1)?.Key;
        (bool IsWanted, string What, string Instead)[] wanted =
        [
            (topology.KeyAlgorithm != defaults.KeyAlgorithm, "key algorithm " + topology.KeyAlgorithm.KubeadmName(), "take RSA-2048"),
            (topology.CertificateValidity != defaults.CertificateValidity, "a certificate validity of " + GoDuration.Format(topology.CertificateValidity), "leave it at 8760h"),
            (topology.CaCertificateValidity != defaults.CaCertificateValidity, "a CA validity of " + GoDuration.Format(topology.CaCertificateValidity), "leave it at 87600h"),
            (topology.ExtraEnv.Count > 0, "environment variable " + string.Join(" and ", topology.ExtraEnv.Select(e => e.Name)), "give etcd the flag of the same meaning as an extra argument"),
            (repeated is not null, $"extra argument {repeated} twice", "give it once; etcd takes the last one"),
        ];
        if (wanted.FirstOrDefault(w => w.IsWanted) is { IsWanted: true } first)
        {
            throw new EtcdTopologyException("KubeadmApiVersionCannotSay", api, first.What, WithLists, first.Instead) { Subject = api };
        }
    }
}
