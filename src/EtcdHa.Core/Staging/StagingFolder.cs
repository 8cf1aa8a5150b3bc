using System.Text;
using EtcdHa.Core.Pki;

namespace EtcdHa.Core.Staging;

/// <summary>
/// The folder on the workstation where everything is made before it is copied to the hosts. It holds private keys: folders
/// are made with mode 0700, keys with 0600, certificates and configurations with 0644. Layout:
/// <c>&lt;root&gt;/pki/etcd/ca.{crt,key}</c>, <c>&lt;root&gt;/&lt;member&gt;/kubeadmcfg.yaml</c> and <c>etcd.yaml</c>,
/// <c>&lt;root&gt;/&lt;member&gt;/pki/…</c> as in kubeadm's certificates directory, without <c>ca.key</c>; requests for certificates, <c>.csr</c>,
/// lie beside them.
/// Every method throws <see cref="EtcdStagingException"/> (<c>StagingPathIsLink</c>, <c>StagingPathIsFile</c>,
/// <c>StagingPathIsFolder</c>, <c>StagingFolderOpen</c>, <c>StagingAccessDenied</c>, <c>StagingAccessFailed</c>,
/// <c>StagingFileAppeared</c>, <c>StagingMemberNameInvalid</c>) when the file system does not allow what it does.
/// Different members may be worked on at the same time.
/// </summary>
public sealed partial class StagingFolder
{
    private const string KubeadmConfigName = "kubeadmcfg.yaml";
    private const string ManifestName = "etcd.yaml";
    private const string CertificatesName = "pki";
    private const string TopologyName = "topology.yaml";
    private const string RequestExtension = ".csr";

    private static readonly UTF8Encoding Utf8 = new(encoderShouldEmitUTF8Identifier: false);

    private readonly StagingFiles _files;

    /// <summary>Describes a staging folder; nothing is touched.</summary>
    /// <param name="path">The folder, absolute; it is made by the first write.</param>
    /// <exception cref="ArgumentException">The path is not absolute.</exception>
    public StagingFolder(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        if (!System.IO.Path.IsPathFullyQualified(path))
        {
            throw new ArgumentException("The path is not absolute.", nameof(path));
        }

        Path = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(path));
        _files = new StagingFiles(Path);
    }

    /// <summary>The folder, absolute.</summary>
    public string Path { get; }

    /// <summary>The CA's certificate.</summary>
    public string AuthorityCertificatePath => CertificatePath(System.IO.Path.Combine(Path, CertificatesName), KubeadmCertificates.AuthorityName, ".crt");

    /// <summary>The CA's key.</summary>
    public string AuthorityKeyPath => CertificatePath(System.IO.Path.Combine(Path, CertificatesName), KubeadmCertificates.AuthorityName, ".key");

    /// <summary>The topology this folder belongs to.</summary>
    public string TopologyPath => System.IO.Path.Combine(Path, TopologyName);

    /// <summary>True when the folder holds the CA or any member's certificate or key: a new CA would not fit them.</summary>
    public bool HasCertificates => File.Exists(AuthorityCertificatePath) || File.Exists(AuthorityKeyPath)
        || _files.Folders(Path).Any(folder => MemberFileNames().Where(n => n is not (KubeadmConfigName or ManifestName)).Any(n => File.Exists(System.IO.Path.Combine(folder, n))));

    /// <summary>A member's kubeadm configuration.</summary>
    /// <param name="member">The member.</param>
    public string KubeadmConfigPath(EtcdMember member) => System.IO.Path.Combine(MemberFolder(member), KubeadmConfigName);

    /// <summary>A member's static pod manifest.</summary>
    /// <param name="member">The member.</param>
    public string ManifestPath(EtcdMember member) => System.IO.Path.Combine(MemberFolder(member), ManifestName);

    /// <summary>A member's certificates directory.</summary>
    /// <param name="member">The member.</param>
    public string CertificatesFolder(EtcdMember member) => System.IO.Path.Combine(MemberFolder(member), CertificatesName);

    /// <summary>A certificate of a member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="name">kubeadm's base name, such as <see cref="KubeadmCertificates.ServerName"/>; <see cref="KubeadmCertificates.AuthorityName"/> is the member's copy of the CA.</param>
    public string CertificatePath(EtcdMember member, string name) => CertificatePath(CertificatesFolder(member), name, ".crt");

    /// <summary>The key of a certificate of a member.</summary>
    /// <param name="member">The member.</param>
    /// <param name="name">kubeadm's base name, such as <see cref="KubeadmCertificates.ServerName"/>.</param>
    public string KeyPath(EtcdMember member, string name) => CertificatePath(CertificatesFolder(member), name, ".key");

    /// <summary>Writes a member's kubeadm configuration, UTF-8 without BOM, unless the file has this text already.</summary>
    /// <param name="member">The member.</param>
    /// <param name="content">The whole text.</param>
    /// <returns>Unchanged, Created or Updated.</returns>
    public EtcdChange WriteKubeadmConfig(EtcdMember member, string content)
        => _files.Write(KubeadmConfigPath(member), Utf8.GetBytes(content), secret: false, replace: true);

    /// <summary>Writes a member's static pod manifest, UTF-8 without BOM, unless the file has this text already.</summary>
    /// <param name="member">The member.</param>
    /// <param name="content">The whole text.</param>
    /// <returns>Unchanged, Created or Updated.</returns>
    public EtcdChange WriteManifest(EtcdMember member, string content)
        => _files.Write(ManifestPath(member), Utf8.GetBytes(content), secret: false, replace: true);

    /// <summary>Writes the topology the folder belongs to, unless the file has this text already.</summary>
    /// <param name="content">The whole text.</param>
    public void WriteTopology(string content) => _files.Write(TopologyPath, Utf8.GetBytes(content), secret: false, replace: true);

    /// <summary>A member's kubeadm configuration as it is there; null when there is none.</summary>
    /// <param name="member">The member.</param>
    public string? ReadKubeadmConfig(EtcdMember member)
        => _files.Read(KubeadmConfigPath(member)) is { } bytes ? Utf8.GetString(bytes) : null;

    /// <summary>
    /// Deletes every private key with a name EtcdHa writes, in every member's folder; with what interrupted writes left.
    /// Certificates and configurations stay.
    /// </summary>
    /// <param name="keepCaKey">True: the CA's key stays, so that more certificates can be made.</param>
    /// <returns>The files that are gone, absolute.</returns>
    public IReadOnlyList<string> RemoveKeys(bool keepCaKey)
    {
        IEnumerable<string> keys = _files.Folders(Path).SelectMany(folder => MemberFileNames().Where(n => n.EndsWith(".key", StringComparison.Ordinal)).Select(n => System.IO.Path.Combine(folder, n)));
        return [.. keys.Concat(keepCaKey ? [] : [AuthorityKeyPath]).SelectMany(_files.Delete)];
    }

    /// <summary>
    /// Deletes every file with a name and place EtcdHa writes, and the folders that are empty then. The folder keeps no list
    /// of who wrote what: a kubeadm configuration or a certificate put there by hand goes too. Other files stay and are reported.
    /// </summary>
    public StagingRemoval Remove()
    {
        List<string> removed = [];
        List<string> remaining = [];
        foreach (string folder in _files.Folders(Path))
        {
            bool holdsAuthority = folder == System.IO.Path.Combine(Path, CertificatesName);
            string[] gone =
            [
                .. MemberFileNames().SelectMany(n => _files.Delete(System.IO.Path.Combine(folder, n))),
                .. holdsAuthority ? _files.Delete(AuthorityCertificatePath).Concat(_files.Delete(AuthorityKeyPath)) : [],
            ];
            if (gone.Length > 0)
            {
                // Innermost first.
                string certificates = System.IO.Path.Combine(folder, CertificatesName);
                string[] ours =
                [
                    System.IO.Path.Combine(certificates, "etcd"),
                    certificates,
                    .. holdsAuthority ? [System.IO.Path.Combine(folder, "etcd")] : Array.Empty<string>(),
                    folder,
                ];
                removed.AddRange(gone);
                removed.AddRange(ours.Where(_files.DeleteEmptyFolder));
                remaining.AddRange(ours.SelectMany(_files.Entries).Except(ours));
            }
        }

        foreach (string own in (string[])[TopologyName, Locks.WorkstationJournal.FileName, StagingLock.FileName])
        {
            removed.AddRange(_files.Delete(System.IO.Path.Combine(Path, own)));
        }

        remaining.AddRange(_files.Entries(Path).Except(remaining.Select(TopFolderOf)));
        if (removed.Count > 0 && _files.DeleteEmptyFolder(Path))
        {
            removed.Add(Path);
        }

        remaining.Sort(StringComparer.Ordinal);
        return new StagingRemoval(removed, remaining);
    }

    // Every file EtcdHa writes in a member's folder. A ca.key is not among what it writes there, but is what people copy there by hand.
    private static IEnumerable<string> MemberFileNames()
    {
        yield return KubeadmConfigName;
        yield return ManifestName;
        foreach (string name in KubeadmCertificates.LeafNames.Append(KubeadmCertificates.AuthorityName))
        {
            yield return CertificatePath(CertificatesName, name, ".crt");
            yield return CertificatePath(CertificatesName, name, ".key");
            yield return CertificatePath(CertificatesName, name, RequestExtension);
        }
    }

    private static string CertificatePath(string folder, string name, string extension)
        => System.IO.Path.Combine([folder, .. (name + extension).Split('/')]);

    private string TopFolderOf(string path)
        => System.IO.Path.Combine(Path, System.IO.Path.GetRelativePath(Path, path).Split(System.IO.Path.DirectorySeparatorChar)[0]);

    // Names were validated as RFC 1123 subdomains when the topology was made; a path must not depend on that.
    private string MemberFolder(EtcdMember member)
    {
        ArgumentNullException.ThrowIfNull(member);
        string name = member.Name;
        return name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '.') && name[0] != '.'
            ? System.IO.Path.Combine(Path, name)
            : throw new EtcdStagingException("StagingMemberNameInvalid", name) { Subject = member };
    }
}
