using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>An API server's client files really copied by a control plane host's shell.</summary>
public sealed class ClientFilesTests
{
    private const string Pki = "/etc/kubernetes/pki";

    private static readonly EtcdTopology Cluster = Make.Topology() with { CertificatesDirectory = "/etc/etcd-pki" };
    private static readonly IssuedCertificate Authority = Make.Authority();
    private static readonly StagedClient Client = MakeClient(Authority);

    [Fact]
    public async Task Exactly_three_files_come_with_their_modes_and_a_second_copy_touches_nothing()
    {
        await using TestHost host = await TestHost.CreateAsync();

        EtcdClientFiles first = await CopyAsync(host);
        string before = host.Snapshot();
        EtcdClientFiles second = await CopyAsync(host);

        Assert.Equal((EtcdChange.Created, EtcdChange.Unchanged), (first.Status, second.Status));
        Assert.Equal(before, host.Snapshot());
        Assert.Equal(
            [Pki + "/apiserver-etcd-client.crt", Pki + "/apiserver-etcd-client.key", Pki + "/etcd/ca.crt"],
            Directory.GetFiles(host[Pki], "*", SearchOption.AllDirectories).Select(f => f[host.Root.Length..]).Order(StringComparer.Ordinal));
        Assert.Equal(
            ["0:0 644 regular file", "0:0 644 regular file", "0:0 600 regular file"],
            new[] { first.CaFile, first.CertFile, first.KeyFile }.Select(host.Stat));
        Assert.Equal(Client.Files.Select(f => Encoding.ASCII.GetString(f.Content.Span)), new[] { first.CaFile, first.CertFile, first.KeyFile }.Select(host.Read));
        Assert.Equal("0:0 755 directory", host.Stat(Pki + "/etcd"));
        Assert.Equal((TestHost.HostName, Client.Member, Client.NotAfter, "/staging"), (first.HostName, first.CertificateOf, first.NotAfter, first.StagingPath));
        Assert.Empty(host.StagingDirectories);
    }

    [Fact]
    public async Task Directories_of_a_control_plane_keep_their_modes_and_its_own_files_their_bytes()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write(Pki + "/ca.crt", "the cluster's CA");
        TestHost.Run("chmod", "700", host[Pki]);

        EtcdClientFiles copied = await CopyAsync(host);

        Assert.Equal("0:0 700 directory", host.Stat(Pki));
        Assert.Equal("the cluster's CA", host.Read(Pki + "/ca.crt"));
        Assert.Equal(EtcdChange.Created, copied.Status);
    }

    [Fact]
    public async Task A_control_plane_with_an_etcd_of_its_own_is_refused_before_a_file_is_written()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write(Pki + "/etcd/ca.crt", Make.Authority().CertificatePem);
        string before = host.Snapshot();

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => CopyAsync(host));

        Assert.Equal("ClientAuthorityDiffers", error.ErrorId);
        Assert.StartsWith($"{TestHost.HostName}: {Pki}/etcd/ca.crt is another", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, host.Snapshot());
        Assert.Equal("/etc/other/etcd/ca.crt", (await CopyAsync(host, "/etc/other/")).CaFile);
        Assert.Equal(EtcdChange.Updated, (await CopyAsync(host, replaceAuthority: true)).Status);
    }

    [Fact]
    public async Task A_renewed_certificate_replaces_the_old_one_with_its_key()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);

        EtcdClientFiles renewed = await ClientFilesCopier.CopyAsync(
            host.Session, Cluster, MakeClient(Authority), Pki, replaceAuthority: false, OperationLog.Silent, TestContext.Current.CancellationToken);

        Assert.Equal(EtcdChange.Updated, renewed.Status);
        Assert.Equal([Pki + "/apiserver-etcd-client.crt", Pki + "/apiserver-etcd-client.key"], renewed.Steps.Where(s => s.Change != EtcdChange.Unchanged).Select(s => s.Target));
    }

    [Theory]
    [InlineData("pki")]
    [InlineData("/etc/../pki")]
    [InlineData("/etc/kubernetes//pki")]
    [InlineData("/")]
    public void A_directory_that_is_not_one_from_the_root_is_refused(string directory)
    {
        EtcdHostException error = Assert.Throws<EtcdHostException>(() => ClientSteps.CertificatesDirectory(directory));

        Assert.Equal("HostPathInvalid", error.ErrorId);
        Assert.Contains($"'{directory}'", error.Message, StringComparison.Ordinal);
    }

    private static StagedClient MakeClient(IssuedCertificate authority)
    {
        IssuedCertificate leaf = Make.Leaf(authority, Make.Profile(KubeadmCertificates.ApiServerClientName));
        return new StagedClient(
            "/staging",
            Cluster.Members[1],
            [
                new StagedFile("etcd/ca.crt", Encoding.ASCII.GetBytes(authority.CertificatePem)),
                new StagedFile("apiserver-etcd-client.crt", Encoding.ASCII.GetBytes(leaf.CertificatePem)),
                new StagedFile("apiserver-etcd-client.key", leaf.KeyPem),
            ],
            Make.Now.AddYears(1));
    }

    private static Task<EtcdClientFiles> CopyAsync(TestHost host, string directory = Pki, bool replaceAuthority = false) => ClientFilesCopier.CopyAsync(
        host.Session, Cluster, Client, ClientSteps.CertificatesDirectory(directory), replaceAuthority, OperationLog.Silent, TestContext.Current.CancellationToken);
}
