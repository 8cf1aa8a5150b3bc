using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Reporting;

/// <summary>A certificate as it lies on a host.</summary>
public sealed record ReportCertificate
{
    /// <summary>The member whose host it is on.</summary>
    public required string Member { get; init; }

    /// <summary>kubeadm's base name: <c>etcd/ca</c>, <c>etcd/server</c> …</summary>
    public required string Name { get; init; }

    /// <summary>The file on the host.</summary>
    public required string Path { get; init; }

    /// <summary>Subject.</summary>
    public required string Subject { get; init; }

    /// <summary>Issuer.</summary>
    public required string Issuer { get; init; }

    /// <summary>Subject alternative names, in the certificate's order.</summary>
    public required IReadOnlyList<string> SubjectAlternativeNames { get; init; }

    /// <summary>Serial number, lower-case hex.</summary>
    public required string SerialNumber { get; init; }

    /// <summary>Start of validity, UTC.</summary>
    public required DateTimeOffset NotBefore { get; init; }

    /// <summary>End of validity, UTC.</summary>
    public required DateTimeOffset NotAfter { get; init; }

    /// <summary>Key algorithm.</summary>
    public required string KeyAlgorithm { get; init; }

    /// <summary>SHA-256 fingerprint, lower-case hex.</summary>
    public required string Sha256 { get; init; }

    /// <summary>What a certificate says.</summary>
    internal static ReportCertificate Of(CertificateDocument document, EtcdMember member, string name, string path) => new()
    {
        Member = member.Name,
        Name = name,
        Path = path,
        Subject = document.Subject,
        Issuer = document.Issuer,
        SubjectAlternativeNames = [.. document.Extensions.AlternativeNames.Select(n => n.Value)],
        SerialNumber = document.SerialNumber,
        NotBefore = document.NotBefore,
        NotAfter = document.NotAfter,
        KeyAlgorithm = document.KeyAlgorithmName,
        Sha256 = document.Sha256,
    };
}

/// <summary>A file or directory as it was found on a host.</summary>
public sealed record ReportFile
{
    /// <summary>The member whose host it is on.</summary>
    public required string Member { get; init; }

    /// <summary>The path on the host.</summary>
    public required string Path { get; init; }

    /// <summary>True when it is as wanted.</summary>
    public required bool Right { get; init; }

    /// <summary>What is wrong, in words.</summary>
    public required IReadOnlyList<string> Findings { get; init; }

    /// <summary>Owner and group; null when it is not there.</summary>
    public required string? Owner { get; init; }

    /// <summary>Mode in octal; null when it is not there.</summary>
    public required string? Mode { get; init; }

    /// <summary>SHA-256 of the content, lower-case hex; null for a directory. That of a private key tells nothing of the key.</summary>
    public required string? Sha256 { get; init; }
}
