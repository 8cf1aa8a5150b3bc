using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Kubelet;

/// <summary>The minor version of a kubelet, and what the documented page and the kubelet's flags were then.</summary>
/// <param name="Major">Major version, 1.</param>
/// <param name="Minor">Minor version.</param>
public readonly partial record struct KubeletRelease(int Major, int Minor) : IComparable<KubeletRelease>
{
    /// <summary><c>--allow-privileged</c> is gone.</summary>
    public static KubeletRelease WithoutAllowPrivileged { get; } = new(1, 15);

    /// <summary>The page names the runtime's endpoint.</summary>
    public static KubeletRelease PageWithEndpoint { get; } = new(1, 23);

    /// <summary>dockershim is gone: Docker needs cri-dockerd.</summary>
    public static KubeletRelease WithoutDockershim { get; } = new(1, 24);

    /// <summary><c>--container-runtime</c> is gone, and the configuration file has <c>containerRuntimeEndpoint</c>.</summary>
    public static KubeletRelease WithoutContainerRuntime { get; } = new(1, 27);

    /// <summary>The cgroup driver comes from the runtime, where that tells it (KubeletCgroupDriverFromCRI is GA).</summary>
    public static KubeletRelease WithDriverFromRuntime { get; } = new(1, 34);

    /// <summary>Reads <c>v1.33.13</c>; what a distribution adds behind it, as in <c>v1.27.3-gke.100</c> or <c>v1.30.2+k3s1</c>, is passed over.</summary>
    /// <param name="text">The version; null for none.</param>
    /// <returns>The minor version; null when the text does not start with one.</returns>
    public static KubeletRelease? Read(string? text)
    {
        Match match = Form().Match(text ?? "");
        int Number(int group) => int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);
        return match.Success ? new KubeletRelease(Number(1), Number(2)) : null;
    }

    /// <summary>The page's generation for this kubelet.</summary>
    public EtcdKubeletGeneration Generation =>
        this < WithoutAllowPrivileged ? EtcdKubeletGeneration.Flags113
        : this < PageWithEndpoint ? EtcdKubeletGeneration.Flags115
        : this < WithoutContainerRuntime ? EtcdKubeletGeneration.Flags123
        : EtcdKubeletGeneration.ConfigFile;

    /// <inheritdoc/>
    public int CompareTo(KubeletRelease other) => (Major, Minor).CompareTo((other.Major, other.Minor));

    /// <summary>True when <paramref name="left"/> is older.</summary>
    /// <param name="left">One release.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(KubeletRelease left, KubeletRelease right) => left.CompareTo(right) < 0;

    /// <summary>True when <paramref name="left"/> is newer.</summary>
    /// <param name="left">One release.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(KubeletRelease left, KubeletRelease right) => left.CompareTo(right) > 0;

    /// <summary>True when <paramref name="left"/> is not newer.</summary>
    /// <param name="left">One release.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(KubeletRelease left, KubeletRelease right) => left.CompareTo(right) <= 0;

    /// <summary>True when <paramref name="left"/> is not older.</summary>
    /// <param name="left">One release.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(KubeletRelease left, KubeletRelease right) => left.CompareTo(right) >= 0;

    /// <summary><c>1.33</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Major}.{Minor}");

    [GeneratedRegex(@"\Av?([0-9]{1,5})\.([0-9]{1,5})(?![0-9])", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
