using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology;

/// <summary>The etcd image of a topology: <c>&lt;repository&gt;/etcd:&lt;tag&gt;</c>.</summary>
public static partial class EtcdImage
{
    /// <summary>The image kubeadm writes into the manifest.</summary>
    /// <param name="topology">The topology.</param>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is invalid or unknown.</exception>
    public static string For(EtcdTopology topology) =>
        $"{RepositoryOf(topology)}/etcd:{TagOf(topology)}";

    /// <summary>The image repository: the topology's, else the one kubeadm has for the Kubernetes version.</summary>
    /// <param name="topology">The topology.</param>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is invalid or unknown.</exception>
    public static string RepositoryOf(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.ImageRepository
            ?? KubernetesReleases.Of(topology).ImageRepository(KubernetesVersion.Parse(topology.KubernetesVersion).Patch);
    }

    /// <summary>The image tag: the topology's, taken literally, else the one kubeadm has for the Kubernetes version.</summary>
    /// <param name="topology">The topology.</param>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is invalid or unknown.</exception>
    public static string TagOf(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return topology.ImageTag
            ?? KubernetesReleases.Of(topology).EtcdTag(KubernetesVersion.Parse(topology.KubernetesVersion).Patch);
    }

    /// <summary>
    /// The etcd version in a tag, such as 3.6.8 of <c>3.6.8-0</c>; null when the tag does not start with one, as
    /// <c>latest</c>.
    /// </summary>
    internal static Version? VersionOf(string tag)
    {
        Match match = LeadingVersion().Match(tag);
        int Part(int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        return match.Success ? new Version(Part(1), Part(2), Part(3)) : null;
    }

    /// <summary>
    /// Whether kubeadm writes etcd 3.6's flag names. 1.34 and 1.35 decide by the tag as a semantic version
    /// (K: phases/etcd/local.go getEtcdCommand), so that <c>3.6.0-0</c>, a pre-release of 3.6.0, still gets the old names.
    /// </summary>
    internal static bool UsesCurrentFlagNames(KubernetesRelease release, string tag) => release.FlagNames switch
    {
        EtcdFlagNames.Current => true,
        EtcdFlagNames.Experimental => false,
        _ => SemanticVersion().IsMatch(tag) && VersionOf(tag) is Version version
            && (version > FirstWithFeatureGates || (version == FirstWithFeatureGates && !tag.Contains('-', StringComparison.Ordinal))),
    };

    private static readonly Version FirstWithFeatureGates = new(3, 6, 0);

    [GeneratedRegex(@"\Av?([0-9]{1,5})\.([0-9]{1,5})\.([0-9]{1,5})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex LeadingVersion();

    [GeneratedRegex(@"\Av?(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)\.(0|[1-9][0-9]*)(-[0-9A-Za-z.-]+)?\z", RegexOptions.CultureInvariant)]
    private static partial Regex SemanticVersion();
}
