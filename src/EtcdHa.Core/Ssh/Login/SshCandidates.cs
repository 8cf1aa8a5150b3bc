namespace EtcdHa.Core.Ssh.Login;

/// <summary>
/// Which keys a login offers, and in which order. As in OpenSSH: certificates, then keys that files name and the agent holds, then keys that
/// only files hold, then what else the agent holds, unless IdentitiesOnly. Pure: files and agent were read before.
/// </summary>
internal sealed class SshCandidates
{
    private readonly List<SshCandidate> _candidates = [];
    private readonly List<EtcdSshAuthenticationException> _skipped = [];

    /// <summary>The keys in order.</summary>
    public IReadOnlyList<SshCandidate> Candidates => _candidates;

    /// <summary>Why files and certificates are not among them.</summary>
    public IReadOnlyList<EtcdSshAuthenticationException> Skipped => _skipped;

    /// <summary>Puts the keys in order.</summary>
    /// <param name="files">The identity files.</param>
    /// <param name="certificates">The certificates, each with its file.</param>
    /// <param name="held">What the agent holds; none without an agent.</param>
    /// <param name="agentSigner">Makes the agent sign with what it holds.</param>
    /// <param name="identitiesOnly">True: of the agent's keys only those that a file names.</param>
    /// <param name="now">The time, for certificates.</param>
    public static SshCandidates Order(
        IReadOnlyList<SshIdentityFile> files,
        IReadOnlyList<(string Path, SshCertificate Certificate)> certificates,
        IReadOnlyList<SshAgentIdentity> held,
        Func<SshAgentIdentity, SshSigner> agentSigner,
        bool identitiesOnly,
        DateTimeOffset now)
    {
        SshCandidates ordered = new();
        foreach ((string path, SshCertificate certificate) in certificates)
        {
            ordered.AddCertificate(path, certificate, files, held, agentSigner, now);
        }

        HashSet<SshHostKey> named = [.. files.Select(file => file.PublicKey).OfType<SshHostKey>(), .. certificates.Select(c => c.Certificate.Key)];
        foreach (SshAgentIdentity identity in held.Where(identity => identity.Certificate is not null && (!identitiesOnly || named.Contains(identity.Key))))
        {
            ordered.Add(identity.Key, identity.Certificate, agentSigner(identity), $"the agent's certificate {identity.Comment}");
        }

        Dictionary<SshHostKey, SshAgentIdentity> plain = [];
        foreach (SshAgentIdentity identity in held.Where(identity => identity.Certificate is null))
        {
            plain.TryAdd(identity.Key, identity);
        }

        foreach (SshIdentityFile file in files.Where(file => file.PublicKey is not null && plain.ContainsKey(file.PublicKey)))
        {
            ordered.Add(file.PublicKey!, null, agentSigner(plain[file.PublicKey!]), $"{file.Path}, in the agent");
        }

        foreach (SshIdentityFile file in files.Where(file => file.PublicKey is null || !plain.ContainsKey(file.PublicKey)))
        {
            if (file.Problem is not null)
            {
                ordered._skipped.Add(file.Problem);
            }
            else
            {
                ordered.Add(file.PublicKey!, null, new SshFileSigner(file), file.Path);
            }
        }

        foreach (SshAgentIdentity identity in plain.Values.Where(_ => !identitiesOnly))
        {
            ordered.Add(identity.Key, null, agentSigner(identity), $"the agent's key {identity.Comment}");
        }

        return ordered;
    }

    private void AddCertificate(
        string path, SshCertificate certificate, IReadOnlyList<SshIdentityFile> files, IReadOnlyList<SshAgentIdentity> held,
        Func<SshAgentIdentity, SshSigner> agentSigner, DateTimeOffset now)
    {
        SshAgentIdentity? inAgent = held.FirstOrDefault(identity => identity.Certificate is null && identity.Key.Equals(certificate.Key));
        SshIdentityFile? file = files.FirstOrDefault(candidate => candidate.Problem is null && certificate.Key.Equals(candidate.PublicKey));
        (string Id, string[] Arguments)? refusal = certificate.Kind != SshCertificateKind.User ? ("SshCertificateNotForUsers", [])
            : certificate.CompareTo(now) is not 0 and var side
                ? (side < 0 ? "SshCertificateNotYetValid" : "SshCertificateExpired", [SshCertificate.Time(certificate.ValidAfter), SshCertificate.Time(certificate.ValidBefore)])
            : inAgent is null && file is null ? ("SshCertificateWithoutKey", [$"{certificate.Key.Type} {certificate.Key.Fingerprint}"])
            : null;
        if (refusal is var (id, arguments))
        {
            _skipped.Add(new EtcdSshAuthenticationException(id, [path, .. arguments]) { Subject = path });
            return;
        }

        SshSigner signer = inAgent is not null ? agentSigner(inAgent) : new SshFileSigner(file!);
        string principals = certificate.Principals.Count == 0 ? "any user" : SshErrors.Plain(string.Join(", ", certificate.Principals));
        Add(certificate.Key, certificate, signer, $"{path}, a certificate for {principals}");
    }

    private void Add(SshHostKey key, SshCertificate? certificate, SshSigner signer, string source)
    {
        if (!_candidates.Exists(known => known.Key.Equals(key) && (known.Certificate is null) == (certificate is null)
            && (certificate is null || known.Certificate!.Blob.Span.SequenceEqual(certificate.Blob.Span))))
        {
            _candidates.Add(new SshCandidate(key, certificate, signer, source));
        }
    }
}
