namespace EtcdHa.Core.Planning;

/// <summary>What a control plane's host needs to reach etcd, as typed steps.</summary>
public static class ClientSteps
{
    /// <summary>The certificates directory in the form the steps take: without a slash at the end.</summary>
    /// <param name="path">As it was given.</param>
    /// <exception cref="EtcdHostException"><c>HostPathInvalid</c>: it is not a path from the root, or the root itself.</exception>
    public static string CertificatesDirectory(string path)
    {
        ArgumentNullException.ThrowIfNull(path);
        string directory = path.TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : path;
        MemberSteps.RequireFilePath(directory, EtcdTopology.DefaultCertificatesDirectory);
        return directory;
    }

    /// <summary>
    /// The files, owned by root: key 0600, certificates 0644. Directories that are there keep their modes: on a control plane they are
    /// kubeadm's, not etcd's.
    /// </summary>
    /// <param name="certificatesDirectory">The certificates directory on the host, as <see cref="CertificatesDirectory"/> gave it.</param>
    /// <param name="files">The files below it.</param>
    public static IReadOnlyList<HostStep> Files(string certificatesDirectory, IReadOnlyList<StagedFile> files)
    {
        ArgumentNullException.ThrowIfNull(certificatesDirectory);
        ArgumentNullException.ThrowIfNull(files);
        return
        [
            new DirectoryStep(UnixPath.Parent(certificatesDirectory), MemberSteps.DirectoryMode, Enforce: false),
            new DirectoryStep(certificatesDirectory, MemberSteps.DirectoryMode, Enforce: false),
            new DirectoryStep(UnixPath.Join(certificatesDirectory, "etcd"), MemberSteps.DirectoryMode, Enforce: false),
            .. MemberSteps.RootFiles(certificatesDirectory, files),
        ];
    }
}
