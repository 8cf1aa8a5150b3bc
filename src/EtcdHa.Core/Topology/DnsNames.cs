using System.Text.RegularExpressions;

namespace EtcdHa.Core.Topology;

/// <summary>The name rules of Kubernetes' API machinery (<c>IsDNS1123Subdomain</c>, <c>IsWildcardDNS1123Subdomain</c>).</summary>
internal static partial class DnsNames
{
    /// <summary>Longest name Kubernetes takes, in characters.</summary>
    public const int MaxLength = 253;

    /// <summary>RFC 1123 subdomain in lower case, at most 253 characters. Labels are not limited to 63: Kubernetes does not.</summary>
    public static bool IsSubdomain(string name) => name.Length is > 0 and <= MaxLength && Subdomain().IsMatch(name);

    /// <summary><c>*.</c> and an RFC 1123 subdomain.</summary>
    public static bool IsWildcard(string name) =>
        name.Length <= MaxLength && name.StartsWith("*.", StringComparison.Ordinal) && IsSubdomain(name[2..]);

    /// <summary>The nearest valid name, or null when nothing usable is left.</summary>
    public static string? Suggest(string name)
    {
        string lower = NotAllowed().Replace(name.Trim().ToLowerInvariant(), "-");
        string joined = string.Join('.', lower.Split('.').Select(label => label.Trim('-')).Where(label => label.Length > 0));
        return IsSubdomain(joined) ? joined : null;
    }

    [GeneratedRegex(@"\A[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*\z", RegexOptions.CultureInvariant)]
    private static partial Regex Subdomain();

    [GeneratedRegex("[^a-z0-9.]+", RegexOptions.CultureInvariant)]
    private static partial Regex NotAllowed();
}
