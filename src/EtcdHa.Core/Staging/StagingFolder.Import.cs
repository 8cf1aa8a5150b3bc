using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Staging;

/// <content>Certificates that were signed elsewhere.</content>
public sealed partial class StagingFolder
{
    /// <summary>
    /// Takes certificates that were signed for the folder's requests, from one PEM file of any name. Each belongs to the request with its
    /// key, whoever's it is; certificates of CAs in the file, as signers often add them, are passed over. All of the file is checked first.
    /// </summary>
    /// <param name="topology">Says what the certificates must say.</param>
    /// <param name="members">The members to take them for; those of others are passed over.</param>
    /// <param name="path">The file, absolute.</param>
    /// <param name="now">The current time.</param>
    /// <param name="force">Replace a right certificate by another right one; one that is wrong is always replaced.</param>
    /// <returns>What was taken: Created, Updated or Unchanged.</returns>
    /// <exception cref="EtcdCertificateException"><c>CertificateFileUnreadable</c>, <c>CertificateFileEmpty</c>; <c>CertificateNotRequested</c>: no
    /// request has its key; <c>CertificateRefused</c>: signed by another CA, other SANs or key usages, expired; <c>CertificateExists</c>;
    /// <c>CertificateAuthorityMissing</c>, or what is there cannot be the CA.</exception>
    public IReadOnlyList<EtcdMemberCertificate> ImportCertificates(
        EtcdTopology topology, IReadOnlyCollection<EtcdMember> members, string path, DateTimeOffset now, bool force)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(members);
        StagedAuthority authority = RequireAuthority(now);
        IReadOnlyList<byte[]> ders = Pem.Certificates(Utf8.GetString(ReadForeign(path)));
        if (ders.Count == 0)
        {
            throw new EtcdCertificateException("CertificateFileEmpty", path, "no certificate in PEM form") { Subject = path };
        }

        RequestedKey[] keys = [.. topology.Members.SelectMany(m => KubeadmCertificates.LeavesOf(topology, m).Select(p => new RequestedKey(m, p, ReadKey(KeyPath(m, p.Name)))))];
        List<SignedLeaf> leaves = [];
        bool anyBelongs = false;
        foreach (string pem in ders.Select(der => Pem.Write(Pem.Certificate, der)))
        {
            RequestedKey? key = Array.Find(keys, k => k.Key is not null && CertificateChecks.IsKeyOf(pem, k.Key));
            anyBelongs |= key is not null;
            if (key is null)
            {
                RefuseUnlessAuthority(pem, path);
            }
            else if (members.Contains(key.Member))
            {
                leaves.Add(Check(new SignedLeaf(key, pem), authority, topology, path, now, force));
            }
        }

        return anyBelongs
            ? [.. leaves.Select(leaf => Stage(leaf, authority, topology))]
            : throw NotRequested(Pem.Write(Pem.Certificate, ders[0]), path);
    }

    /// <summary>A member's certificates when all four are there and right; null when some are missing.</summary>
    /// <param name="topology">Says what they must say.</param>
    /// <param name="member">The member.</param>
    /// <param name="imported">Those that were just imported, for their status; others are Unchanged.</param>
    /// <param name="now">The current time.</param>
    /// <exception cref="EtcdCertificateException"><c>CertificateSetWrong</c>; <c>CertificateAuthorityMissing</c>, or what is there cannot be the CA.</exception>
    public EtcdCertificateSet? FindCertificateSet(EtcdTopology topology, EtcdMember member, IEnumerable<EtcdCertificate> imported, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        if (MissingCertificates(member).Count > 0)
        {
            return null;
        }

        StagedAuthority authority = RequireAuthority(now);
        StagedLeaf[] leaves = [.. KubeadmCertificates.LeavesOf(topology, member).Select(profile => Inspect(profile, authority, topology, member, now))];
        ThrowIfWrong(member, [AuthorityCopyFinding(authority, member), .. leaves.Select(leaf => leaf.Finding())]);
        Dictionary<string, EtcdChange> changes = imported.GroupBy(c => c.Name).ToDictionary(g => g.Key, g => g.Last().Status);
        return Describe(topology, member, [.. leaves.Select(leaf => Describe(member, leaf.Profile, leaf.CertificatePem!, changes.GetValueOrDefault(leaf.Profile.Name, EtcdChange.Unchanged)))], EtcdChange.Unchanged);
    }

    /// <summary>Base names of the certificates a member does not have, in kubeadm's order.</summary>
    /// <param name="member">The member.</param>
    public IReadOnlyList<string> MissingCertificates(EtcdMember member)
        => [.. KubeadmCertificates.LeafNames.Where(name => !_files.Exists(CertificatePath(member, name)))];

    private SignedLeaf Check(SignedLeaf leaf, StagedAuthority authority, EtcdTopology topology, string path, DateTimeOffset now, bool force)
    {
        (EtcdMember member, CertificateProfile profile, CertificateKey? key) = leaf.Key;
        IReadOnlyList<string> Findings(string pem) => CertificateChecks.CheckLeaf(pem, key, authority.CertificatePem, profile, topology.KeyAlgorithm, now);
        if (Findings(leaf.Pem) is [_, ..] findings)
        {
            throw new EtcdCertificateException(
                "CertificateRefused", path, profile.Name, member.Name, string.Join("; ", findings), RequestPath(member, profile.Name), AuthorityCertificatePath)
            {
                Subject = path,
            };
        }

        string place = CertificatePath(member, profile.Name);
        if (!force && _files.Read(place) is { } bytes && Utf8.GetString(bytes) is { } existing && existing != leaf.Pem && Findings(existing).Count == 0)
        {
            throw new EtcdCertificateException("CertificateExists", place, path) { Subject = place };
        }

        return leaf;
    }

    private EtcdMemberCertificate Stage(SignedLeaf leaf, StagedAuthority authority, EtcdTopology topology)
    {
        EtcdMember member = leaf.Key.Member;
        string name = leaf.Key.Profile.Name;
        _files.Write(CertificatePath(member, KubeadmCertificates.AuthorityName), Utf8.GetBytes(authority.CertificatePem), secret: false, replace: true);
        _files.Protect(KeyPath(member, name));
        EtcdChange status = _files.Write(CertificatePath(member, name), Utf8.GetBytes(leaf.Pem), secret: false, replace: true);
        EtcdCertificate certificate = Describe(member, leaf.Key.Profile, leaf.Pem, status);
        return new EtcdMemberCertificate
        {
            Topology = topology,
            Member = member,
            StagingPath = Path,
            Name = name,
            Path = certificate.Path,
            KeyPath = certificate.KeyPath,
            Subject = certificate.Subject,
            SubjectAlternativeName = certificate.SubjectAlternativeName,
            SerialNumber = certificate.SerialNumber,
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
            KeyAlgorithm = certificate.KeyAlgorithm,
            Sha256 = certificate.Sha256,
            Status = status,
        };
    }

    private void RefuseUnlessAuthority(string pem, string path)
    {
        if (CertificateDocument.TryRead(pem, out string? problem) is not { } certificate)
        {
            throw new EtcdCertificateException("CertificateFileEmpty", path, problem) { Subject = path };
        }

        if (!certificate.Extensions.IsAuthority)
        {
            throw NotRequested(pem, path);
        }
    }

    private EtcdCertificateException NotRequested(string pem, string path)
        => new("CertificateNotRequested", path, CertificateDocument.TryRead(pem, out _)?.Subject, Path) { Subject = path };

    private sealed record RequestedKey(EtcdMember Member, CertificateProfile Profile, CertificateKey? Key);

    private sealed record SignedLeaf(RequestedKey Key, string Pem);
}
