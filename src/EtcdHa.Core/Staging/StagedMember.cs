using System.Security.Cryptography;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Staging;

/// <summary>What the staging folder holds for one member.</summary>
public static class StagedMember
{
    /// <summary>Reads everything that goes to a member's host.</summary>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    /// <param name="member">The member.</param>
    /// <param name="includeCaKey">True: with <c>etcd/ca.key</c>, which lies in the folder's own <c>pki/etcd</c>, unless the CA is an external one.</param>
    /// <exception cref="EtcdStagingException"><c>StagingFileMissing</c>: a step before this one was not run, or its keys were removed;
    /// <c>StagingCaKeyMissing</c>: the CA's key is wanted and not here.</exception>
    public static (IReadOnlyList<StagedFile> Pki, string KubeadmConfig) Read(string stagingPath, EtcdMember member, bool includeCaKey)
    {
        ArgumentNullException.ThrowIfNull(member);
        var folder = new StagingFolder(stagingPath);
        string config = folder.ReadKubeadmConfig(member) ?? throw Missing(folder.KubeadmConfigPath(member), "New-EtcdKubeadmConfig", member);
        return (ReadFiles(stagingPath, member, KubeadmCertificates.FilesOf(includeCaKey && !folder.HasExternalAuthority(member))), config);
    }

    /// <summary>Reads some of the files that go to the certificates directory of a member's host.</summary>
    /// <exception cref="EtcdStagingException"><c>StagingFileMissing</c>.</exception>
    internal static IReadOnlyList<StagedFile> ReadFiles(string stagingPath, EtcdMember member, IEnumerable<string> names)
    {
        var staging = new StagingFiles(stagingPath);
        bool external = new StagingFolder(stagingPath).HasExternalAuthority(member);
        var files = new List<StagedFile>();
        foreach (string name in names)
        {
            string path = PkiPath(stagingPath, member, name);
            files.Add(new StagedFile(name, staging.Read(path) ?? throw (name == KubeadmCertificates.AuthorityKeyFile
                ? new EtcdStagingException("StagingCaKeyMissing", path, member.Name) { Subject = path }
                : Missing(path, external ? "Import-EtcdCertificate" : "New-EtcdCertificateSet", member))));
        }

        return files;
    }

    /// <summary>What the staging folder can say of the files a host should have; what it no longer holds is left out.</summary>
    /// <param name="stagingPath">The staging folder, absolute; it need not exist.</param>
    /// <param name="member">The member.</param>
    /// <param name="includesCaKey">True when the host should have <c>ca.key</c>; that of an external CA is nowhere.</param>
    public static ExpectedFiles Expect(string stagingPath, EtcdMember member, bool includesCaKey)
    {
        ArgumentNullException.ThrowIfNull(member);
        var staging = new StagingFiles(stagingPath);
        var folder = new StagingFolder(stagingPath);
        includesCaKey = includesCaKey && !folder.HasExternalAuthority(member);
        byte[]? config = staging.Read(folder.KubeadmConfigPath(member));
        var keys = KubeadmCertificates.FilesOf(includesCaKey).Where(StagedFile.IsKeyPath)
            .Select(name => (Name: name, Key: ReadKey(staging, PkiPath(stagingPath, member, name))))
            .Where(k => k.Key is not null)
            .ToDictionary(k => k.Name, k => k.Key!);
        return new ExpectedFiles(
            stagingPath,
            includesCaKey,
            config is null ? (ReadOnlyMemory<byte>?)null : config,
            staging.Read(PkiPath(stagingPath, member, KubeadmCertificates.AuthorityCertificateFile)) is { } authority ? HashOf(authority) : null,
            keys);
    }

    // The CA's key lies once, in the folder's own pki; everything else in the member's.
    private static string PkiPath(string stagingPath, EtcdMember member, string name)
        => name == KubeadmCertificates.AuthorityKeyFile
            ? new StagingFolder(stagingPath).AuthorityKeyPath
            : Path.Combine([new StagingFolder(stagingPath).CertificatesFolder(member), .. name.Split('/')]);

    private static StagedKey? ReadKey(StagingFiles staging, string path)
    {
        if (staging.Read(path) is not { } pem)
        {
            return null;
        }

        try
        {
            return new StagedKey(HashOf(pem), CertificateKey.FromPem(pem));
        }
        finally
        {
            CryptographicOperations.ZeroMemory(pem);
        }
    }

    private static string HashOf(byte[] content) => Convert.ToHexString(SHA256.HashData(content)).ToLowerInvariant();

    private static EtcdStagingException Missing(string path, string command, EtcdMember member)
        => new("StagingFileMissing", path, member.Name, command) { Subject = path };
}
