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
    /// <param name="includeCaKey">True: with <c>etcd/ca.key</c>, which lies in the folder's own <c>pki/etcd</c>.</param>
    /// <exception cref="EtcdStagingException"><c>StagingFileMissing</c>: a step before this one was not run, or its keys were removed.</exception>
    public static (IReadOnlyList<StagedFile> Pki, string KubeadmConfig) Read(string stagingPath, EtcdMember member, bool includeCaKey)
    {
        ArgumentNullException.ThrowIfNull(member);
        var folder = new StagingFolder(stagingPath);
        string config = folder.ReadKubeadmConfig(member) ?? throw Missing(folder.KubeadmConfigPath(member), "New-EtcdKubeadmConfig", member);
        return (ReadFiles(stagingPath, member, KubeadmCertificates.FilesOf(includeCaKey)), config);
    }

    /// <summary>Reads some of the files that go to the certificates directory of a member's host.</summary>
    /// <exception cref="EtcdStagingException"><c>StagingFileMissing</c>.</exception>
    internal static IReadOnlyList<StagedFile> ReadFiles(string stagingPath, EtcdMember member, IEnumerable<string> names)
    {
        var staging = new StagingFiles(stagingPath);
        var files = new List<StagedFile>();
        foreach (string name in names)
        {
            string path = PkiPath(stagingPath, member, name);
            string command = name == KubeadmCertificates.AuthorityName + ".key" ? "New-EtcdCertificateAuthority" : "New-EtcdCertificateSet";
            files.Add(new StagedFile(name, staging.Read(path) ?? throw Missing(path, command, member)));
        }

        return files;
    }

    /// <summary>What the staging folder can say of the files a host should have; what it no longer holds is left out.</summary>
    /// <param name="stagingPath">The staging folder, absolute; it need not exist.</param>
    /// <param name="member">The member.</param>
    /// <param name="includesCaKey">True when the host should have <c>ca.key</c>.</param>
    public static ExpectedFiles Expect(string stagingPath, EtcdMember member, bool includesCaKey)
    {
        ArgumentNullException.ThrowIfNull(member);
        var staging = new StagingFiles(stagingPath);
        byte[]? config = staging.Read(new StagingFolder(stagingPath).KubeadmConfigPath(member));
        var keys = KubeadmCertificates.FilesOf(includesCaKey).Where(StagedFile.IsKeyPath)
            .Select(name => (Name: name, Key: ReadKey(staging, PkiPath(stagingPath, member, name))))
            .Where(k => k.Key is not null)
            .ToDictionary(k => k.Name, k => k.Key!);
        return new ExpectedFiles(
            stagingPath,
            includesCaKey,
            config is null ? (ReadOnlyMemory<byte>?)null : config,
            staging.Read(PkiPath(stagingPath, member, KubeadmCertificates.AuthorityName + ".crt")) is { } authority ? HashOf(authority) : null,
            keys);
    }

    // The CA's key lies once, in the folder's own pki; everything else in the member's.
    private static string PkiPath(string stagingPath, EtcdMember member, string name)
        => name == KubeadmCertificates.AuthorityName + ".key"
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
