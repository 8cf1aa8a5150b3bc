using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Pki;

/// <summary>
/// What kubeadm of one Kubernetes version writes into etcd's certificates, as far as versions differ. Used to make
/// certificates; one that was made by another version's rules is as good. Sources: client-go util/cert/cert.go at each
/// release's tag, kubeadm util/pkiutil, and the golden files and public samples of 1.16.2, 1.18.2, 1.20.2, 1.21.0, 1.23.4,
/// 1.30.14, 1.31.14, 1.32.13 and 1.36.3.
/// </summary>
public sealed record KubeadmCertificateRules
{
    private const string Masters = "system:masters";
    private static readonly TimeSpan ClockSkew = TimeSpan.FromMinutes(5);

    private KubeadmCertificateRules()
    {
    }

    /// <summary>The rules of the newest kubeadm known.</summary>
    public static KubeadmCertificateRules Newest { get; } = Of(KubernetesVersion.Parse(KubernetesReleases.NewestVersion));

    /// <summary>Organization of the two client certificates: <c>system:masters</c> up to 1.28, none since (kubernetes/kubernetes#119859, #120521).</summary>
    public required string? ClientOrganization { get; init; }

    /// <summary>Whether the CA has its own name as a DNS SAN: since 1.22 (kubernetes/kubernetes#100324).</summary>
    public required bool AuthorityNamesItself { get; init; }

    /// <summary>
    /// Whether the CA's serial number is random: since 1.28 and the patches of July 2023, 1.25.12, 1.26.7 and 1.27.4
    /// (kubernetes/kubernetes#117791, #118972, #118970, #118969). Before, it is 0.
    /// </summary>
    public required bool AuthoritySerialIsRandom { get; init; }

    /// <summary>
    /// How long before it is made the CA begins to be valid: 5 minutes since 1.28 and the patches of August 2023, 1.25.13,
    /// 1.26.8 and 1.27.5 (kubernetes/kubernetes#118922, #119115, #119114, #119113). Before, zero.
    /// </summary>
    public required TimeSpan AuthorityBackdating { get; init; }

    /// <summary>
    /// How long before it is made a leaf begins to be valid: 5 minutes since 1.31 (kubernetes/kubernetes#124652). Null before:
    /// a leaf begins with its CA, however long ago that is.
    /// </summary>
    public required TimeSpan? LeafBackdating { get; init; }

    /// <summary>Whether a leaf has basic constraints, empty: since 1.21 (kubernetes/kubernetes#97266; 1.20.2 has none, 1.21.0 has).</summary>
    public required bool LeafHasBasicConstraints { get; init; }

    /// <summary>
    /// Whether duplicates are taken from the SANs and DNS names sorted: since 1.19 (kubernetes/kubernetes#92753; 1.16.2 has them
    /// as given). Before, the page's serverCertSANs repeat the member's address.
    /// </summary>
    public required bool SansAreCanonical { get; init; }

    /// <summary>
    /// How the CA's subject key identifier is made; null: it has none. Go adds it to a CA since 1.15, which built Kubernetes 1.19
    /// (1.18.2 has none, 1.20.2 has), and makes it of SHA-256 since 1.25 (golang/go#71746), which built 1.35. A leaf repeats
    /// whatever its CA has.
    /// </summary>
    public required SubjectKeyIdentifierHash? SubjectKeyIdentifier { get; init; }

    /// <summary>The rules of a Kubernetes version.</summary>
    /// <param name="version">Any version; before 1.13 nothing was compared.</param>
    public static KubeadmCertificateRules Of(KubernetesVersion version) => new()
    {
        ClientOrganization = version < Minor(29) ? Masters : null,
        AuthorityNamesItself = version >= Minor(22),
        AuthoritySerialIsRandom = IsSince(version, Minor(28), (25, 12), (26, 7), (27, 4)),
        AuthorityBackdating = IsSince(version, Minor(28), (25, 13), (26, 8), (27, 5)) ? ClockSkew : TimeSpan.Zero,
        LeafBackdating = version >= Minor(31) ? ClockSkew : null,
        LeafHasBasicConstraints = version >= Minor(21),
        SansAreCanonical = version >= Minor(19),
        SubjectKeyIdentifier = version < Minor(19) ? null
            : version < Minor(35) ? SubjectKeyIdentifierHash.Sha1
            : SubjectKeyIdentifierHash.TruncatedSha256,
    };

    /// <summary>The rules of a topology's Kubernetes version.</summary>
    /// <param name="topology">The topology.</param>
    /// <exception cref="EtcdTopologyException"><c>KubernetesVersionInvalid</c>.</exception>
    public static KubeadmCertificateRules Of(EtcdTopology topology)
    {
        ArgumentNullException.ThrowIfNull(topology);
        return Of(KubernetesVersion.Parse(topology.KubernetesVersion));
    }

    private static KubernetesVersion Minor(int minor) => new(1, minor, 0);

    // A change of a minor that older minors got in a patch.
    private static bool IsSince(KubernetesVersion version, KubernetesVersion first, params (int Minor, int Patch)[] backports)
        => version >= first || backports.Any(b => version.Major == 1 && version.Minor == b.Minor && version.Patch >= b.Patch);
}
