namespace EtcdHa.Core.Planning;

/// <summary>What a control plane's host needs to reach etcd, as typed steps.</summary>
public static class ClientSteps
{
    /// <summary>
    /// The files, owned by root: key 0600, certificates 0644. Directories that are there keep their modes: on a control plane they are
    /// kubeadm's, not etcd's.
    /// </summary>
    /// <param name="certificatesDirectory">The certificates directory on the host, absolute.</param>
    /// <param name="files">The files below it.</param>
    /// <exception cref="EtcdHostException"><c>HostPathInvalid</c>: it is not a path from the root.</exception>
    public static IReadOnlyList<HostStep> Files(string certificatesDirectory, IReadOnlyList<StagedFile> files)
    {
        ArgumentNullException.ThrowIfNull(certificatesDirectory);
        ArgumentNullException.ThrowIfNull(files);
        foreach (StagedFile file in files)
        {
            MemberSteps.RequireFilePath(UnixPath.Join(certificatesDirectory, file.RelativePath), UnixPath.Join(EtcdTopology.DefaultCertificatesDirectory, file.RelativePath));
        }

        return
        [
            new DirectoryStep(UnixPath.Parent(certificatesDirectory), MemberSteps.DirectoryMode, Enforce: false),
            new DirectoryStep(certificatesDirectory, MemberSteps.DirectoryMode, Enforce: false),
            new DirectoryStep(UnixPath.Join(certificatesDirectory, "etcd"), MemberSteps.DirectoryMode, Enforce: false),
            .. MemberSteps.RootFiles(certificatesDirectory, files),
        ];
    }
}
