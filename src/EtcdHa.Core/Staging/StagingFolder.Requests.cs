using System.Security.Cryptography.X509Certificates;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Staging;

/// <content>Certificate requests, for a CA whose key is elsewhere.</content>
public sealed partial class StagingFolder
{
    /// <summary>
    /// Makes the private keys of a member's four leaves that are not there, and a certificate request for each beside the place of
    /// its certificate. The CA need not be there yet. Everything that is there is checked first, and nothing is written when it is
    /// refused. Keys are made in parallel on the thread pool; several members may be worked on at once.
    /// </summary>
    /// <remarks>
    /// A right key without a request, left by an interrupted run or belonging to a certificate to be renewed, is kept and gets one. A
    /// key that is replaced takes the certificate beside it along, which would fit no key any more.
    /// </remarks>
    /// <param name="topology">Says SANs, key algorithm and the version's subjects.</param>
    /// <param name="member">The member.</param>
    /// <param name="replacement">What becomes of keys and requests that are there.</param>
    /// <param name="cancellationToken">Stops the wait for the keys; nothing is written then.</param>
    /// <returns>One a leaf: Created, Unchanged, or Updated when it replaced another one.</returns>
    /// <exception cref="EtcdCertificateException"><c>CertificateRequestsWrong</c>: files that are there are not what the topology asks for.</exception>
    /// <exception cref="EtcdTopologyException"><c>CertificateSanInvalid</c>.</exception>
    public Task<IReadOnlyList<EtcdCertificateRequest>> EnsureCertificateRequestsAsync(
        EtcdTopology topology, EtcdMember member, CertificateReplacement replacement, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        return Task.Run(() => EnsureRequestsAsync(topology, member, replacement, cancellationToken), cancellationToken);
    }

    /// <summary>The request for a certificate of a member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="name">kubeadm's base name, such as <see cref="KubeadmCertificates.ServerName"/>.</param>
    public string RequestPath(EtcdMember member, string name) => CertificatePath(CertificatesFolder(member), name, RequestExtension);

    /// <summary>
    /// Whether a member's certificates are signed by a CA whose key was never here: there is the CA's certificate without its key, and a
    /// request of the member. A key that is missing for another reason, such as <c>Remove-EtcdStaging</c>, is not taken for that.
    /// </summary>
    /// <param name="member">The member.</param>
    public bool HasExternalAuthority(EtcdMember member)
        => _files.Exists(AuthorityCertificatePath)
            && !_files.Exists(AuthorityKeyPath)
            && KubeadmCertificates.LeafNames.Any(name => _files.Exists(RequestPath(member, name)));

    private async Task<IReadOnlyList<EtcdCertificateRequest>> EnsureRequestsAsync(
        EtcdTopology topology, EtcdMember member, CertificateReplacement replacement, CancellationToken cancellationToken)
    {
        StagedRequest[] requests = [.. KubeadmCertificates.LeavesOf(topology, member).Select(profile => InspectRequest(profile, topology, member))];
        string[] wrong = [.. requests.SelectMany(r => r.Findings)];
        if (replacement == CertificateReplacement.None && wrong.Length > 0)
        {
            throw new EtcdCertificateException("CertificateRequestsWrong", member.Name, CertificatesFolder(member), string.Concat(wrong.Select(w => "\n  " + w))) { Subject = member };
        }

        StagedRequest[] wanted = [.. requests.Where(r => replacement == CertificateReplacement.All || !r.IsRight)];
        Task<IssuedRequest[]> making = AllOrNone(
            wanted.Select(r => Task.Run(() => Request(r, topology, member, keepKey: r.KeepsKey && replacement != CertificateReplacement.All), cancellationToken)));
        IssuedRequest[] made = await OrDispose(making, DisposeAll, cancellationToken).ConfigureAwait(false);
        try
        {
            return [.. requests.Select(r => made.FirstOrDefault(m => m.Profile == r.Profile) is { } issued
                ? Describe(topology, member, r.Profile, Write(member, issued, replacement))
                : Keep(topology, member, r.Profile))];
        }
        finally
        {
            DisposeAll(made);
        }
    }

    private IssuedRequest Request(StagedRequest request, EtcdTopology topology, EtcdMember member, bool keepKey)
    {
        using PrivateKey key = (keepKey ? ReadAndZero(_files.Read(KeyPath(member, request.Profile.Name)), out _) : null) ?? PrivateKey.Generate(topology.KeyAlgorithm);
        return CertificateFactory.CreateRequest(request.Profile, key);
    }

    private EtcdChange Write(EtcdMember member, IssuedRequest issued, CertificateReplacement replacement)
    {
        string name = issued.Profile.Name;
        CertificateKey key = CertificateKey.FromPem(issued.KeyPem.Span);
        if (_files.Read(CertificatePath(member, name)) is { } certificate && !CertificateChecks.IsKeyOf(Utf8.GetString(certificate), key))
        {
            _files.Delete(CertificatePath(member, name));
        }

        // A key that is kept is written in kubeadm's form.
        bool keyKept = ReadKey(KeyPath(member, name))?.PublicKeyInfo.AsSpan().SequenceEqual(key.PublicKeyInfo) == true;
        bool replace = replacement != CertificateReplacement.None;
        _files.Write(KeyPath(member, name), issued.KeyPem.Span, secret: true, replace || keyKept);
        _files.Protect(KeyPath(member, name));
        return _files.Write(RequestPath(member, name), Utf8.GetBytes(issued.RequestPem), secret: false, replace);
    }

    private EtcdCertificateRequest Keep(EtcdTopology topology, EtcdMember member, CertificateProfile profile)
    {
        _files.Protect(KeyPath(member, profile.Name));
        return Describe(topology, member, profile, EtcdChange.Unchanged);
    }

    private StagedRequest InspectRequest(CertificateProfile profile, EtcdTopology topology, EtcdMember member)
    {
        string? certificate = _files.Read(CertificatePath(member, profile.Name)) is { } crt ? Utf8.GetString(crt) : null;
        string? request = _files.Read(RequestPath(member, profile.Name)) is { } csr ? Utf8.GetString(csr) : null;
        using PrivateKey? key = ReadAndZero(_files.Read(KeyPath(member, profile.Name)), out CertificateKey? publicHalf);
        List<string> findings = [];
        if (publicHalf is null && (certificate ?? request) is not null)
        {
            findings.Add($"{(certificate is null ? profile.RequestFile : profile.CertificateFile)}: the key is missing");
        }
        else if (publicHalf?.Problem is { } problem)
        {
            findings.Add($"{profile.KeyFile}: {problem}");
        }
        else if (key is not null && key.Algorithm != topology.KeyAlgorithm)
        {
            findings.Add($"{profile.KeyFile}: its algorithm is {key.AlgorithmName}, the topology asks for {topology.KeyAlgorithm.KubeadmName()}");
        }
        else if (certificate is not null && !CertificateChecks.IsKeyOf(certificate, publicHalf!))
        {
            findings.Add($"{profile.CertificateFile}: the key belongs to another certificate");
        }

        if (request is not null && publicHalf?.PublicKeyInfo is not null && CertificateChecks.CheckRequest(request, publicHalf, profile) is [_, ..] differences)
        {
            findings.Add($"{profile.RequestFile}: {string.Join("; ", differences)}");
        }

        return new StagedRequest(profile, publicHalf is not null, request is not null, findings);
    }

    private EtcdCertificateRequest Describe(EtcdTopology topology, EtcdMember member, CertificateProfile profile, EtcdChange status) => new()
    {
        Topology = topology,
        Member = member,
        StagingPath = Path,
        Name = profile.Name,
        Path = RequestPath(member, profile.Name),
        KeyPath = KeyPath(member, profile.Name),
        Subject = new X500DistinguishedName(DistinguishedName.Of(profile)).Name,
        SubjectAlternativeName = [.. profile.DnsNames, .. profile.IPAddresses.Select(a => a.ToString())],
        ExtendedKeyUsage = profile.ExtendedKeyUsages,
        KeyAlgorithm = topology.KeyAlgorithm,
        Status = status,
    };

    private sealed record StagedRequest(CertificateProfile Profile, bool HasKey, bool HasRequest, IReadOnlyList<string> Findings)
    {
        public bool IsRight => HasKey && HasRequest && Findings.Count == 0;

        /// <summary>The key waits for its request.</summary>
        public bool KeepsKey => HasKey && Findings.Count == 0;
    }
}
