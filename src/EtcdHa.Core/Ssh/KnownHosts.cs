namespace EtcdHa.Core.Ssh;

/// <summary>What known_hosts says of a key that a host presented.</summary>
internal enum HostKeyStatus
{
    /// <summary>The very key is listed for the host.</summary>
    Trusted,

    /// <summary>No key is listed for the host.</summary>
    Unknown,

    /// <summary>Only other keys are listed for the host, of whatever type.</summary>
    Changed,

    /// <summary>The key is listed for the host as revoked.</summary>
    Revoked,
}

/// <summary>A verdict and the line it rests on.</summary>
/// <param name="Status">What known_hosts says.</param>
/// <param name="Entry">The line that vouches, differs or revokes; null when the host is unknown.</param>
internal sealed record HostKeyVerdict(HostKeyStatus Status, KnownHostsEntry? Entry);

/// <summary>All known_hosts files together, asked as OpenSSH asks them: one list, revocations weigh most.</summary>
/// <param name="Files">The files in order; the first is the user's.</param>
internal sealed record KnownHosts(IReadOnlyList<KnownHostsFile> Files)
{
    /// <summary>
    /// Judges a host's plain key. OpenSSH's rule (hostfile.c, check_hostkeys_by_key_or_type): the same key is trusted;
    /// any other plain key for the host, also of another type, makes it changed; a revoked key is refused in every case.
    /// A host on another port than 22 that has no entry of its own is looked up without its port,
    /// and only an equal key counts there (sshconnect.c, check_host_key).
    /// </summary>
    /// <param name="name">The host.</param>
    /// <param name="key">The key presented.</param>
    /// <returns>The verdict.</returns>
    public HostKeyVerdict Check(KnownHostsName name, SshHostKey key)
    {
        HostKeyVerdict verdict = CheckName(name.Text, key);
        if (verdict.Status != HostKeyStatus.Unknown || name.WithoutPort is null)
        {
            return verdict;
        }

        HostKeyVerdict withoutPort = CheckName(name.WithoutPort, key);
        return withoutPort.Status is HostKeyStatus.Trusted or HostKeyStatus.Revoked ? withoutPort : verdict;
    }

    /// <summary>
    /// Judges who signed a certificate: trusted when the host has an <c>@cert-authority</c> line with the CA's key, revoked when the CA's key or the
    /// certified one is. Names are looked up as for plain keys.
    /// </summary>
    /// <param name="name">The host.</param>
    /// <param name="certificate">The certificate presented.</param>
    /// <returns>The verdict: trusted, revoked or unknown.</returns>
    public HostKeyVerdict CheckAuthority(KnownHostsName name, SshHostCertificate certificate)
    {
        HostKeyVerdict verdict = CheckAuthority(name.Text, certificate);
        return verdict.Status == HostKeyStatus.Unknown && name.WithoutPort is not null ? CheckAuthority(name.WithoutPort, certificate) : verdict;
    }

    /// <summary>Tells whether a CA is known that may vouch for a host: only then it is asked for a certificate.</summary>
    /// <param name="name">The host.</param>
    public bool HasAuthority(KnownHostsName name) => Files.SelectMany(file => file.Entries).Any(entry =>
        entry.Marker == KnownHostsMarker.CertificateAuthority && (entry.Matches(name.Text) || (name.WithoutPort is not null && entry.Matches(name.WithoutPort))));

    /// <summary>The types of the plain keys known for a host; negotiation prefers them, so that a known key is presented.</summary>
    /// <param name="name">The host.</param>
    /// <returns>Types such as <c>ssh-ed25519</c>; empty when none is known.</returns>
    public IReadOnlySet<string> KnownTypes(KnownHostsName name)
    {
        HashSet<string> types = TypesOf(name.Text);
        return types.Count > 0 || name.WithoutPort is null ? types : TypesOf(name.WithoutPort);
    }

    private HostKeyVerdict CheckName(string name, SshHostKey key)
    {
        List<KnownHostsEntry> entries = [.. Files.SelectMany(file => file.Entries).Where(entry => entry.Matches(name))];
        KnownHostsEntry? revoked = entries.Find(entry => entry.Marker == KnownHostsMarker.Revoked && entry.Key.Equals(key));
        if (revoked is not null)
        {
            return new HostKeyVerdict(HostKeyStatus.Revoked, revoked);
        }

        List<KnownHostsEntry> plain = entries.FindAll(entry => entry.Marker == KnownHostsMarker.None);
        KnownHostsEntry? same = plain.Find(entry => entry.Key.Equals(key));
        if (same is not null)
        {
            return new HostKeyVerdict(HostKeyStatus.Trusted, same);
        }

        // A line of the same type is the one to look at; else any.
        KnownHostsEntry? other = plain.Find(entry => entry.Key.Type == key.Type) ?? plain.FirstOrDefault();
        return new HostKeyVerdict(other is null ? HostKeyStatus.Unknown : HostKeyStatus.Changed, other);
    }

    private HostKeyVerdict CheckAuthority(string name, SshHostCertificate certificate)
    {
        List<KnownHostsEntry> entries = [.. Files.SelectMany(file => file.Entries).Where(entry => entry.Matches(name))];
        KnownHostsEntry? revoked = entries.Find(entry =>
            entry.Marker == KnownHostsMarker.Revoked && (entry.Key.Equals(certificate.Key) || entry.Key.Equals(certificate.Authority)));
        KnownHostsEntry? authority = entries.Find(entry => entry.Marker == KnownHostsMarker.CertificateAuthority && entry.Key.Equals(certificate.Authority));
        return revoked is not null ? new HostKeyVerdict(HostKeyStatus.Revoked, revoked)
            : new HostKeyVerdict(authority is null ? HostKeyStatus.Unknown : HostKeyStatus.Trusted, authority);
    }

    private HashSet<string> TypesOf(string name) =>
        [.. Files.SelectMany(file => file.Entries)
            .Where(entry => entry.Marker == KnownHostsMarker.None && entry.Matches(name))
            .Select(entry => entry.Key.Type)];
}
