using System.Text;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;

namespace EtcdHa.Core.Staging;

/// <summary>The API servers' client of etcd as the staging folder holds it, found to be right.</summary>
/// <param name="StagingPath">The staging folder, absolute.</param>
/// <param name="Member">The member whose set it is of.</param>
/// <param name="Files">CA certificate, client certificate and its key, in this order. Never the CA's key.</param>
/// <param name="NotAfter">End of validity of the client certificate.</param>
public sealed record StagedClient(string StagingPath, EtcdMember Member, IReadOnlyList<StagedFile> Files, DateTimeOffset NotAfter)
{
    /// <summary>Reads and checks the files: the CA is one and valid, the certificate is signed by it, valid, for a client, and the key's.</summary>
    /// <param name="stagingPath">The staging folder, absolute.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">Its member whose set the client certificate is taken from.</param>
    /// <param name="now">The current time.</param>
    /// <exception cref="EtcdStagingException"><c>StagingFileMissing</c>: a step before this one was not run, or its keys were removed.</exception>
    /// <exception cref="EtcdCertificateException"><c>ClientFilesWrong</c>: etcd or the API server would refuse them.</exception>
    public static StagedClient Read(string stagingPath, EtcdTopology topology, EtcdMember member, DateTimeOffset now)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        IReadOnlyList<StagedFile> files = StagedMember.ReadFiles(
            stagingPath,
            member,
            [KubeadmCertificates.AuthorityName + ".crt", KubeadmCertificates.ApiServerClientName + ".crt", KubeadmCertificates.ApiServerClientName + ".key"]);
        string authority = Encoding.UTF8.GetString(files[0].Content.Span);
        string certificate = Encoding.UTF8.GetString(files[1].Content.Span);
        string[] findings =
        [
            .. CertificateChecks.CheckAuthority(authority, null, now).Select(f => $"{files[0].RelativePath}: {f.Text}"),
            .. CertificateChecks.CheckLeaf(
                certificate,
                CertificateKey.FromPem(files[2].Content.Span),
                authority,
                KubeadmCertificates.LeafOf(topology, member, KubeadmCertificates.ApiServerClientName),
                expected: null,
                now).Select(text => $"{files[1].RelativePath}: {text}"),
        ];
        return findings.Length == 0
            ? new StagedClient(stagingPath, member, files, CertificateChecks.NotAfterOf(certificate)!.Value)
            : throw new EtcdCertificateException("ClientFilesWrong", new StagingFolder(stagingPath).CertificatesFolder(member), string.Join("; ", findings)) { Subject = member };
    }
}
