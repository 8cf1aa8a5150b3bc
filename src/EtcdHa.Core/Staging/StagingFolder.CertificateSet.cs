using System.Security.Cryptography;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Staging;

/// <content>The leaf certificates of the members.</content>
public sealed partial class StagingFolder
{
    /// <summary>
    /// Makes the four certificates of a member that are not there, and copies the CA's certificate beside them. Everything
    /// that is there is checked first, and nothing is written when it is refused. Keys are made in parallel on the thread
    /// pool, never on the caller's thread; several members may be worked on at once.
    /// </summary>
    /// <remarks>
    /// A key is written before its certificate. When a run was interrupted between the two, the next one makes the
    /// certificate for the key that is there (kubeadm stops with an error), so that no key is ever lost or replaced unasked. An
    /// interrupted replacement leaves an old certificate beside a new key; the next run says so and asks to be told to replace it.
    /// </remarks>
    /// <param name="topology">Says SANs, key algorithm and validity.</param>
    /// <param name="member">The member.</param>
    /// <param name="now">The current time.</param>
    /// <param name="replacement">What becomes of certificates that are there.</param>
    /// <param name="cancellationToken">Stops the wait for the keys; nothing is written then.</param>
    /// <returns>Created when none of the four was there, Unchanged when all were right, else Updated; and the same for each.</returns>
    /// <exception cref="EtcdCertificateException"><c>CertificateSetWrong</c>: files that are there are not what the topology asks
    /// for, among them the three things kubeadm overlooks: no key, another's key, other SANs. <c>CertificateAuthorityKeyMissing</c>:
    /// a certificate must be made and the CA's key is not here. <c>CertificateAuthorityMissing</c>, or what is there cannot be the
    /// CA: see <see cref="EnsureAuthorityAsync(EtcdTopology, DateTimeOffset, CancellationToken)"/>.</exception>
    /// <exception cref="EtcdTopologyException"><c>CertificateSanInvalid</c>.</exception>
    public Task<EtcdCertificateSet> EnsureCertificateSetAsync(
        EtcdTopology topology, EtcdMember member, DateTimeOffset now, CertificateReplacement replacement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        return Task.Run(() => EnsureSetAsync(topology, member, now, replacement, cancellationToken), cancellationToken);
    }

    /// <summary>
    /// Says which certificates of a member <see cref="EnsureCertificateSetAsync"/> would make, and refuses what it would refuse. Writes
    /// nothing.
    /// </summary>
    /// <param name="topology">Says SANs, key algorithm and validity.</param>
    /// <param name="member">The member.</param>
    /// <param name="now">The current time.</param>
    /// <returns>kubeadm's base names of the certificates that are to be made, in its order; with <see cref="KubeadmCertificates.AuthorityName"/>
    /// first when the member has no copy of the CA's.</returns>
    /// <exception cref="EtcdCertificateException">As <see cref="EnsureCertificateSetAsync"/> without replacement.</exception>
    public IReadOnlyList<string> MissingCertificates(EtcdTopology topology, EtcdMember member, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        if (FindAuthorityOrNone(now) is null)
        {
            return [KubeadmCertificates.AuthorityName, .. KubeadmCertificates.LeafNames];
        }

        StagedAuthority authority = RequireAuthority(now);
        StagedLeaf[] leaves = InspectAll(authority, topology, member, now);
        ThrowIfWrong(member, authority, leaves);
        string[] missing = [.. leaves.Where(leaf => !leaf.IsRight).Select(leaf => leaf.Profile.Name)];
        return missing.Length > 0 && !authority.HasKey ? throw NoAuthorityKey(member, missing)
            : _files.Exists(CertificatePath(member, KubeadmCertificates.AuthorityName)) ? missing
            : [KubeadmCertificates.AuthorityName, .. missing];
    }

    private async Task<EtcdCertificateSet> EnsureSetAsync(
        EtcdTopology topology, EtcdMember member, DateTimeOffset now, CertificateReplacement replacement, CancellationToken cancellationToken)
    {
        StagedAuthority authority = RequireAuthority(now);
        StagedLeaf[] leaves = InspectAll(authority, topology, member, now);
        if (replacement == CertificateReplacement.None)
        {
            ThrowIfWrong(member, authority, leaves);
        }

        StagedLeaf[] wanted = [.. leaves.Where(leaf => replacement == CertificateReplacement.All || !leaf.IsRight)];
        Task<IssuedCertificate[]> making = IssueAsync(wanted, authority, topology, member, now, replacement, cancellationToken);
        IssuedCertificate[] made = await OrDispose(making, DisposeAll, cancellationToken).ConfigureAwait(false);
        try
        {
            EtcdChange change = _files.Write(CertificatePath(member, KubeadmCertificates.AuthorityName), Utf8.GetBytes(authority.CertificatePem), secret: false, replace: replacement != CertificateReplacement.None);
            List<EtcdCertificate> certificates = [];
            foreach (StagedLeaf leaf in leaves)
            {
                string name = leaf.Profile.Name;
                if (made.FirstOrDefault(m => m.Profile == leaf.Profile) is { } issued)
                {
                    bool replace = replacement != CertificateReplacement.None;
                    _files.Write(KeyPath(member, name), issued.KeyPem.Span, secret: true, replace || leaf.AwaitsCertificate);
                    EtcdChange written = _files.Write(CertificatePath(member, name), Utf8.GetBytes(issued.CertificatePem), secret: false, replace);
                    certificates.Add(Describe(member, leaf.Profile, issued.CertificatePem, written));
                }
                else
                {
                    certificates.Add(Describe(member, leaf.Profile, leaf.CertificatePem!, EtcdChange.Unchanged));
                }

                _files.Protect(KeyPath(member, name));
            }

            return Describe(topology, member, certificates, change);
        }
        finally
        {
            DisposeAll(made);
        }
    }

    private async Task<IssuedCertificate[]> IssueAsync(
        StagedLeaf[] leaves, StagedAuthority authority, EtcdTopology topology, EtcdMember member, DateTimeOffset now, CertificateReplacement replacement, CancellationToken cancellationToken)
    {
        if (leaves.Length == 0)
        {
            return [];
        }

        byte[]? keyPem = authority.HasKey ? _files.Read(AuthorityKeyPath) : null;
        if (keyPem is null)
        {
            throw NoAuthorityKey(member, leaves.Select(leaf => leaf.Profile.Name));
        }

        KubeadmCertificateRules rules = KubeadmCertificateRules.Of(topology);
        using IssuingAuthority issuer = ReadAndZero(authority, keyPem);
        return await AllOrNone(leaves.Select(leaf => Task.Run(
            () =>
            {
                using PrivateKey key = (leaf.AwaitsCertificate && replacement != CertificateReplacement.All ? ReadKeyAlone(member, leaf) : null)
                    ?? PrivateKey.Generate(topology.KeyAlgorithm);
                return CertificateFactory.CreateLeaf(leaf.Profile, issuer, key, now, topology.CertificateValidity, rules);
            },
            cancellationToken))).ConfigureAwait(false);
    }

    // What was made before one of them failed holds a key.
    private static async Task<T[]> AllOrNone<T>(IEnumerable<Task<T>> making)
        where T : IDisposable
    {
        Task<T>[] tasks = [.. making];
        try
        {
            return await Task.WhenAll(tasks).ConfigureAwait(false);
        }
        catch
        {
            foreach (Task<T> task in tasks.Where(t => t.IsCompletedSuccessfully))
            {
                (await task.ConfigureAwait(false)).Dispose();
            }

            throw;
        }
    }

    private static void DisposeAll<T>(T[] made)
        where T : IDisposable => Array.ForEach(made, m => m.Dispose());

    private static IssuingAuthority ReadAndZero(StagedAuthority authority, byte[] keyPem)
    {
        try
        {
            return IssuingAuthority.Read(authority.CertificatePem, keyPem);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(keyPem);
        }
    }

    private PrivateKey? ReadKeyAlone(EtcdMember member, StagedLeaf leaf) => ReadAndZero(_files.Read(KeyPath(member, leaf.Profile.Name)), out _);

    private EtcdCertificateException NoAuthorityKey(EtcdMember member, IEnumerable<string> wanted)
        => new("CertificateAuthorityKeyMissing", AuthorityKeyPath, member.Name, string.Join(", ", wanted)) { Subject = AuthorityKeyPath };

    private StagedLeaf[] InspectAll(StagedAuthority authority, EtcdTopology topology, EtcdMember member, DateTimeOffset now)
        => [.. KubeadmCertificates.LeavesOf(topology, member).Select(profile => Inspect(profile, authority, topology, member, now))];

    private void ThrowIfWrong(EtcdMember member, StagedAuthority authority, IReadOnlyCollection<StagedLeaf> leaves)
    {
        if (leaves.All(leaf => leaf.CertificatePem is not null && !leaf.HasKey))
        {
            throw new EtcdCertificateException("CertificateKeysRemoved", member.Name, CertificatesFolder(member)) { Subject = member };
        }

        ThrowIfWrong(member, [AuthorityCopyFinding(authority, member), .. leaves.Select(leaf => leaf.Finding())]);
    }

    private StagedLeaf Inspect(CertificateProfile profile, StagedAuthority authority, EtcdTopology topology, EtcdMember member, DateTimeOffset now)
    {
        byte[]? certificate = _files.Read(CertificatePath(member, profile.Name));
        using PrivateKey? key = ReadAndZero(_files.Read(KeyPath(member, profile.Name)), out CertificateKey? publicHalf);
        if (certificate is null)
        {
            IReadOnlyList<string> keyFindings = publicHalf is null ? []
                : key is null ? [publicHalf.Problem!]
                : key.Algorithm != topology.KeyAlgorithm ? [$"it has no certificate, and its algorithm is {key.AlgorithmName}, the topology asks for {topology.KeyAlgorithm.KubeadmName()}"]
                : [];
            return new StagedLeaf(profile, null, publicHalf is not null, keyFindings);
        }

        string text = Utf8.GetString(certificate);
        return new StagedLeaf(profile, text, publicHalf is not null, CertificateChecks.CheckLeaf(text, publicHalf, authority.CertificatePem, profile, topology.KeyAlgorithm, now));
    }

    private string? AuthorityCopyFinding(StagedAuthority authority, EtcdMember member)
    {
        string file = KubeadmCertificates.AuthorityCertificateFile;
        byte[]? copy = _files.Read(CertificatePath(member, KubeadmCertificates.AuthorityName));
        return copy is null || Utf8.GetBytes(authority.CertificatePem).AsSpan().SequenceEqual(copy)
            ? null
            : $"{file}: it is not the staging folder's CA";
    }

    private void ThrowIfWrong(EtcdMember member, IEnumerable<string?> findings)
    {
        string[] wrong = [.. findings.OfType<string>()];
        if (wrong.Length > 0)
        {
            throw new EtcdCertificateException("CertificateSetWrong", member.Name, CertificatesFolder(member), string.Concat(wrong.Select(w => "\n  " + w))) { Subject = member };
        }
    }

    private EtcdCertificateSet Describe(EtcdTopology topology, EtcdMember member, IReadOnlyList<EtcdCertificate> certificates, EtcdChange authorityCopy) => new()
    {
        Topology = topology,
        Member = member,
        StagingPath = Path,
        Path = CertificatesFolder(member),
        Certificates = certificates,
        Status = certificates.All(c => c.Status == EtcdChange.Created) ? EtcdChange.Created
            : authorityCopy == EtcdChange.Unchanged && certificates.All(c => c.Status == EtcdChange.Unchanged) ? EtcdChange.Unchanged
            : EtcdChange.Updated,
    };

    private EtcdCertificate Describe(EtcdMember member, CertificateProfile profile, string pem, EtcdChange status)
        => CertificateDocument.TryRead(pem, out _)!.Describe(profile.Name, CertificatePath(member, profile.Name), KeyPath(member, profile.Name), status);

    private sealed record StagedLeaf(CertificateProfile Profile, string? CertificatePem, bool HasKey, IReadOnlyList<string> Findings)
    {
        public bool IsRight => CertificatePem is not null && Findings.Count == 0;

        public bool HasKeyAlone => CertificatePem is null && HasKey;

        /// <summary>An interrupted run left a key that a certificate can be made for.</summary>
        public bool AwaitsCertificate => HasKeyAlone && Findings.Count == 0;

        public string? Finding()
            => Findings.Count > 0 ? $"{(HasKeyAlone ? Profile.KeyFile : Profile.CertificateFile)}: {string.Join("; ", Findings)}"
                : null;
    }
}
