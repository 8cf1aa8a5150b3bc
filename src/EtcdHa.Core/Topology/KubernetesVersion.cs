using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology;

/// <summary>
/// A released Kubernetes version. Major, minor and patch are all needed: kubeadm takes <c>v1.36</c> or <c>stable-1</c> for a
/// label and asks the network what it means today (K: util/version.go), which would make two runs differ.
/// </summary>
/// <param name="Major">Major version, 1.</param>
/// <param name="Minor">Minor version.</param>
/// <param name="Patch">Patch level.</param>
public readonly partial record struct KubernetesVersion(int Major, int Minor, int Patch) : IComparable<KubernetesVersion>
{
    /// <summary>Reads <c>1.36.3</c> or <c>v1.36.3</c>.</summary>
    /// <param name="text">The version.</param>
    /// <exception cref="EtcdTopologyException"><c>KubernetesVersionInvalid</c>: not three numbers, or a pre-release.</exception>
    public static KubernetesVersion Parse(string text) =>
        TryParse(text, out KubernetesVersion version)
            ? version
            : throw new EtcdTopologyException("KubernetesVersionInvalid", text) { Subject = text };

    /// <summary>Reads <c>1.36.3</c> or <c>v1.36.3</c>.</summary>
    /// <param name="text">The version.</param>
    /// <param name="version">What was read.</param>
    public static bool TryParse([NotNullWhen(true)] string? text, out KubernetesVersion version)
    {
        Match match = Form().Match(text ?? "");
        version = match.Success ? new(Number(match, 1), Number(match, 2), Number(match, 3)) : default;
        return match.Success;
    }

    /// <inheritdoc/>
    public int CompareTo(KubernetesVersion other) =>
        (Major, Minor, Patch).CompareTo((other.Major, other.Minor, other.Patch));

    /// <summary>True when <paramref name="left"/> is older.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator <(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) < 0;

    /// <summary>True when <paramref name="left"/> is newer.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator >(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) > 0;

    /// <summary>True when <paramref name="left"/> is not newer.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator <=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) <= 0;

    /// <summary>True when <paramref name="left"/> is not older.</summary>
    /// <param name="left">One version.</param>
    /// <param name="right">The other.</param>
    public static bool operator >=(KubernetesVersion left, KubernetesVersion right) => left.CompareTo(right) >= 0;

    /// <summary><c>vX.Y.Z</c>, as kubeadm writes it.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"v{Major}.{Minor}.{Patch}");

    private static int Number(Match match, int group) =>
        int.Parse(match.Groups[group].ValueSpan, NumberStyles.None, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"\Av?(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\.(0|[1-9][0-9]{0,5})\z", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
