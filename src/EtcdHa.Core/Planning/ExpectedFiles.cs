using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Planning;

/// <summary>A private key of the staging folder, without the key.</summary>
/// <param name="Sha256">SHA-256 of the file, lower-case hex.</param>
/// <param name="Key">Its public half, or why it cannot be read.</param>
public sealed record StagedKey(string Sha256, CertificateKey Key);

/// <summary>What is expected of a member's host beyond the names on the page's list; what the staging folder no longer holds is null or absent.</summary>
/// <param name="StagingPath">The staging folder; null when none was given.</param>
/// <param name="IncludesCaKey">True on the first host, unless the CA's key was kept on the workstation.</param>
/// <param name="KubeadmConfig">The staged configuration.</param>
/// <param name="AuthoritySha256">SHA-256 of the staged ca.crt, lower-case hex.</param>
/// <param name="Keys">The staged keys by their path below the certificates directory.</param>
public sealed record ExpectedFiles(
    string? StagingPath,
    bool IncludesCaKey,
    ReadOnlyMemory<byte>? KubeadmConfig,
    string? AuthoritySha256,
    IReadOnlyDictionary<string, StagedKey> Keys);
