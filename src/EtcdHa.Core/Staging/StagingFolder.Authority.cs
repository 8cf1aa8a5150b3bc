using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Staging;

/// <content>The certificate authority.</content>
public sealed partial class StagingFolder
{
    /// <summary>Makes the CA a topology asks for, or takes the one that is there.</summary>
    /// <param name="topology">Says key algorithm, validity and Kubernetes version of a new CA. One that is there may have another algorithm: its leaves need not share it.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancellationToken">Stops the wait for the key; nothing is written then.</param>
    /// <returns>Created, or Unchanged; <c>HasKey</c> is false when only <c>ca.crt</c> is there.</returns>
    /// <exception cref="EtcdCertificateException">What is there cannot be the CA (kubeadm would use it without a word):
    /// <c>CertificateNotCA</c>, <c>CertificateKeyMismatch</c>, <c>CertificateKeyUnreadable</c>, <c>CertificateExpired</c>,
    /// <c>CertificateNotYetValid</c>, <c>CertificateUnreadable</c>, <c>KeyAlgorithmUnsupported</c>,
    /// <c>CertificateAuthorityKeyAlone</c>.</exception>
    public async Task<EtcdCertificateAuthority> EnsureAuthorityAsync(EtcdTopology topology, DateTimeOffset now, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        EtcdCertificateAuthority authority = await EnsureAuthorityAsync(
            topology.KeyAlgorithm, topology.CaCertificateValidity, now, cancellationToken, KubeadmCertificateRules.Of(topology)).ConfigureAwait(false);
        return authority with { Topology = topology };
    }

    /// <summary>Makes a CA, or takes the one that is there.</summary>
    /// <param name="algorithm">Key algorithm of a new CA.</param>
    /// <param name="validity">Validity of a new CA from now.</param>
    /// <param name="now">The current time.</param>
    /// <param name="cancellationToken">Stops the wait for the key; nothing is written then.</param>
    /// <param name="rules">What kubeadm of the version does; null: the newest.</param>
    /// <inheritdoc cref="EnsureAuthorityAsync(EtcdTopology, DateTimeOffset, CancellationToken)"/>
    public async Task<EtcdCertificateAuthority> EnsureAuthorityAsync(
        EtcdKeyAlgorithm algorithm,
        TimeSpan validity,
        DateTimeOffset now,
        CancellationToken cancellationToken,
        KubeadmCertificateRules? rules = null)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (FindAuthority(now) is { } existing)
        {
            _files.Protect(AuthorityKeyPath);
            return Describe(existing, EtcdChange.Unchanged);
        }

        Task<IssuedCertificate> making = Task.Run(() => CertificateFactory.CreateAuthority(algorithm, now, validity, rules), cancellationToken);
        using IssuedCertificate made = await OrDispose(making, m => m.Dispose(), cancellationToken).ConfigureAwait(false);

        // The key first, as kubeadm does: a certificate without its key would pass for an external CA.
        _files.Write(AuthorityKeyPath, made.KeyPem.Span, secret: true, replace: false);
        _files.Write(AuthorityCertificatePath, Utf8.GetBytes(made.CertificatePem), secret: false, replace: false);
        return Describe(new StagedAuthority(made.CertificatePem, HasKey: true), EtcdChange.Created);
    }

    /// <summary>The CA that is there.</summary>
    /// <param name="now">The current time.</param>
    /// <exception cref="EtcdCertificateException"><c>CertificateAuthorityMissing</c>, or it cannot be the CA, see <see cref="EnsureAuthorityAsync(EtcdTopology, DateTimeOffset, CancellationToken)"/>.</exception>
    public EtcdCertificateAuthority ReadAuthority(DateTimeOffset now) => Describe(RequireAuthority(now), EtcdChange.Unchanged);

    /// <summary>The CA that is there; null when there is none yet. Writes nothing.</summary>
    /// <param name="now">The current time.</param>
    /// <exception cref="EtcdCertificateException">As <see cref="ReadAuthority"/>; <c>CertificateAuthorityMissing</c> only when members have certificates already.</exception>
    public EtcdCertificateAuthority? FindAuthorityOrNone(DateTimeOffset now) => HasCertificates ? ReadAuthority(now) : null;

    /// <summary>
    /// Takes a CA made elsewhere. Every certificate of the file is copied and nothing else of it; the key is written in the
    /// form kubeadm uses.
    /// </summary>
    /// <param name="certificatePath">The CA's certificate, PEM; the first certificate of a bundle is the CA, the others are trusted beside it.</param>
    /// <param name="keyPath">Its key, PEM, not encrypted, RSA or ECDSA; null to keep the key out of the staging folder.</param>
    /// <param name="now">The current time.</param>
    /// <param name="force">Replace a different CA; without a new key the old one's key is deleted.</param>
    /// <returns>Created, Updated, or Unchanged when the same CA is there.</returns>
    /// <exception cref="EtcdCertificateException">The file cannot be the CA, see <see cref="EnsureAuthorityAsync(EtcdTopology, DateTimeOffset, CancellationToken)"/>;
    /// <c>CertificateFileUnreadable</c>: a path cannot be read; <c>CertificateAuthorityExists</c>: a different CA is there.</exception>
    public EtcdCertificateAuthority ImportAuthority(string certificatePath, string? keyPath, DateTimeOffset now, bool force)
    {
        ArgumentException.ThrowIfNullOrEmpty(certificatePath);
        string text = Utf8.GetString(ReadForeign(certificatePath));
        byte[]? keyPem = keyPath is null ? null : ReadForeign(keyPath);
        using PrivateKey? key = ReadAndZero(keyPem, out CertificateKey? publicHalf);
        ThrowIfWrong(CertificateChecks.CheckAuthority(text, publicHalf, now), certificatePath, keyPath);
        string certificates = Pem.WriteAll(Pem.Certificate, Pem.Certificates(text));

        byte[]? oldCertificate = _files.Read(AuthorityCertificatePath);
        byte[]? oldKeyPem = _files.Read(AuthorityKeyPath);
        bool anyBefore = oldCertificate is not null || oldKeyPem is not null;
        CertificateDocument imported = CertificateDocument.TryRead(certificates, out _)!;
        using PrivateKey? oldKey = ReadAndZero(oldKeyPem, out _);
        bool keepOldKey = oldKey is not null && imported.BelongsTo(oldKey.PublicKeyInfo);
        bool differs = (oldKeyPem is not null && !keepOldKey)
            || (oldCertificate is not null && CertificateDocument.TryRead(Utf8.GetString(oldCertificate), out _)?.Sha256 != imported.Sha256);
        if (differs && !force)
        {
            throw new EtcdCertificateException("CertificateAuthorityExists", AuthorityCertificatePath, certificatePath) { Subject = AuthorityCertificatePath };
        }

        EtcdChange keyChange = keepOldKey ? EtcdChange.Unchanged : ReplaceAuthorityKey(key, oldKeyPem is not null);
        EtcdChange certificateChange = _files.Write(AuthorityCertificatePath, Utf8.GetBytes(certificates), secret: false, replace: true);
        EtcdChange change = keyChange == EtcdChange.Unchanged && certificateChange == EtcdChange.Unchanged ? EtcdChange.Unchanged
            : anyBefore ? EtcdChange.Updated
            : EtcdChange.Created;
        return Describe(new StagedAuthority(certificates, keepOldKey || key is not null), change);
    }

    // A key being made cannot be stopped: whoever cancels does not wait for it, and what comes of it is disposed of.
    private static async Task<T> OrDispose<T>(Task<T> making, Action<T> dispose, CancellationToken cancellationToken)
    {
        try
        {
            return await making.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            _ = making.ContinueWith(m => dispose(m.Result), CancellationToken.None, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default);
            throw;
        }
    }

    private EtcdChange ReplaceAuthorityKey(PrivateKey? key, bool oldKeyExists)
    {
        if (key is not null)
        {
            byte[] pem = key.ExportPem();
            try
            {
                return _files.Write(AuthorityKeyPath, pem, secret: true, replace: true);
            }
            finally
            {
                CryptographicOperations.ZeroMemory(pem);
            }
        }

        _files.Delete(AuthorityKeyPath);
        return oldKeyExists ? EtcdChange.Removed : EtcdChange.Unchanged;
    }

    private StagedAuthority RequireAuthority(DateTimeOffset now)
        => FindAuthority(now) ?? throw new EtcdCertificateException("CertificateAuthorityMissing", AuthorityCertificatePath) { Subject = AuthorityCertificatePath };

    private StagedAuthority? FindAuthority(DateTimeOffset now)
    {
        byte[]? certificate = _files.Read(AuthorityCertificatePath);
        CertificateKey? key = ReadKey(AuthorityKeyPath);
        if (certificate is null)
        {
            return key is null
                ? null
                : throw new EtcdCertificateException("CertificateAuthorityKeyAlone", AuthorityKeyPath, AuthorityCertificatePath) { Subject = AuthorityKeyPath };
        }

        string text = Utf8.GetString(certificate);
        ThrowIfWrong(CertificateChecks.CheckAuthority(text, key, now), AuthorityCertificatePath, AuthorityKeyPath);
        return new StagedAuthority(text, key is not null);
    }

    private CertificateKey? ReadKey(string path)
    {
        byte[]? pem = _files.Read(path);
        ReadAndZero(pem, out CertificateKey? publicHalf)?.Dispose();
        return publicHalf;
    }

    private static PrivateKey? ReadAndZero(byte[]? pem, out CertificateKey? publicHalf)
    {
        if (pem is null)
        {
            publicHalf = null;
            return null;
        }

        PrivateKey? key = PrivateKey.TryRead(pem, out string? problem);
        CryptographicOperations.ZeroMemory(pem);
        publicHalf = CertificateKey.Of(key, problem);
        return key;
    }

    private static byte[] ReadForeign(string path)
    {
        try
        {
            // A byte order mark, as some editors leave it, would hide the first PEM block.
            byte[] bytes = File.ReadAllBytes(path);
            if (bytes.AsSpan().StartsWith(Encoding.UTF8.Preamble))
            {
                bytes.AsSpan(0, Encoding.UTF8.Preamble.Length).Fill((byte)'\n');
            }

            return bytes;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new EtcdCertificateException(e, "CertificateFileUnreadable", path, e.Message) { Subject = path };
        }
    }

    private static void ThrowIfWrong(IReadOnlyList<CertificateFinding> findings, string certificatePath, string? keyPath)
    {
        if (findings.Count > 0)
        {
            throw new EtcdCertificateException(findings[0].ErrorId, certificatePath, string.Join("; ", findings.Select(f => f.Text)), keyPath) { Subject = certificatePath };
        }
    }

    private EtcdCertificateAuthority Describe(StagedAuthority authority, EtcdChange status)
    {
        CertificateDocument certificate = CertificateDocument.TryRead(authority.CertificatePem, out _)!;
        return new EtcdCertificateAuthority
        {
            Name = KubeadmCertificates.AuthorityName,
            Path = AuthorityCertificatePath,
            KeyPath = authority.HasKey ? AuthorityKeyPath : null,
            Subject = certificate.Subject,
            SubjectAlternativeName = [.. certificate.Extensions.AlternativeNames.Select(n => n.Value)],
            SerialNumber = certificate.SerialNumber,
            NotBefore = certificate.NotBefore,
            NotAfter = certificate.NotAfter,
            KeyAlgorithm = certificate.KeyAlgorithm,
            Sha256 = certificate.Sha256,
            Status = status,
            StagingPath = Path,
        };
    }

    private sealed record StagedAuthority(string CertificatePem, bool HasKey);
}
