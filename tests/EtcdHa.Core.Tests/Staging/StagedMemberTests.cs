using EtcdHa.Core.Etcd;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Staging;

public sealed class StagedMemberTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EtcdTopology _topology = Make.Topology();

    private EtcdMember Member => _topology.Members[0];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_member_is_read_in_the_order_of_the_page_and_the_CA_key_only_when_asked_for()
    {
        await StageAsync();

        (IReadOnlyList<StagedFile> with, string config) = StagedMember.Read(_folder.Path, Member, includeCaKey: true);
        (IReadOnlyList<StagedFile> without, _) = StagedMember.Read(_folder.Path, Member, includeCaKey: false);

        Assert.Equal(KubeadmCertificates.FilesOf(true), with.Select(f => f.RelativePath));
        Assert.Equal(KubeadmCertificates.FilesOf(false), without.Select(f => f.RelativePath));
        Assert.Equal("config", config);
        Assert.Equal(File.ReadAllBytes(_folder["pki/etcd/ca.key"]), with.Single(f => f.RelativePath == "etcd/ca.key").Content.ToArray());
    }

    [Theory]
    [InlineData("infra0/kubeadmcfg.yaml", "New-EtcdKubeadmConfig")]
    [InlineData("infra0/pki/etcd/server.key", "New-EtcdCertificateSet")]
    [InlineData("infra0/pki/etcd/ca.crt", "New-EtcdCertificateSet")]
    public async Task What_is_missing_is_told_with_the_command_that_makes_it(string file, string command)
    {
        await StageAsync();
        File.Delete(_folder[file]);

        EtcdStagingException error = Assert.Throws<EtcdStagingException>(() => StagedMember.Read(_folder.Path, Member, includeCaKey: true));

        Assert.Equal(("StagingFileMissing", $"infra0: {_folder[file]} is not in the staging folder."), (error.ErrorId, error.Message));
        Assert.StartsWith($"Run {command} ", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_link_in_the_place_of_a_key_is_not_followed()
    {
        await StageAsync();
        File.Move(_folder["infra0/pki/etcd/server.key"], _folder["elsewhere.key"]);
        File.CreateSymbolicLink(_folder["infra0/pki/etcd/server.key"], _folder["elsewhere.key"]);

        Assert.Equal("StagingPathIsLink", Assert.Throws<EtcdStagingException>(() => StagedMember.Read(_folder.Path, Member, includeCaKey: false)).ErrorId);
    }

    [Fact]
    public async Task What_is_expected_of_a_host_is_what_the_folder_still_holds()
    {
        await StageAsync();
        File.Delete(_folder["infra0/pki/etcd/peer.key"]);

        ExpectedFiles expected = StagedMember.Expect(_folder.Path, Member, includesCaKey: false);
        ExpectedFiles nothing = StagedMember.Expect(_folder["other"], Member, includesCaKey: true);

        Assert.Equal(["apiserver-etcd-client.key", "etcd/healthcheck-client.key", "etcd/server.key"], expected.Keys.Keys.Order(StringComparer.Ordinal));
        Assert.True(CertificateChecks.IsKeyOf(File.ReadAllText(_folder["infra0/pki/etcd/server.crt"]), expected.Keys["etcd/server.key"].Key));
        Assert.Equal("config"u8.ToArray(), expected.KubeadmConfig!.Value.ToArray());
        Assert.Equal((true, true, 0), (nothing.KubeadmConfig is null, nothing.AuthoritySha256 is null, nothing.Keys.Count));
    }

    [Fact]
    public async Task Client_files_are_read_and_a_missing_or_unreadable_one_is_named()
    {
        await StageAsync();
        string[] files = [_folder["pki/etcd/ca.crt"], _folder["infra0/pki/etcd/healthcheck-client.crt"], _folder["infra0/pki/etcd/healthcheck-client.key"]];
        using (EtcdClientCredentials credentials = ClientCertificateFiles.Read(files[0], files[1], files[2]))
        {
            Assert.NotNull(credentials);
        }

        EtcdCertificateException missing = Assert.Throws<EtcdCertificateException>(() => ClientCertificateFiles.Read(files[0], files[1], files[2] + "x"));
        Assert.Equal(("ClientCertificateMissing", (object)(files[2] + "x")), (missing.ErrorId, missing.Subject));
        Assert.SkipUnless(OperatingSystem.IsLinux(), "/proc is Linux's");
        Assert.Equal("ClientCertificateUnreadable", Assert.Throws<EtcdCertificateException>(() => ClientCertificateFiles.Read(files[0], files[1], "/proc/self/mem")).ErrorId);
    }

    private async Task StageAsync()
    {
        var folder = new StagingFolder(_folder.Path);
        await folder.EnsureAuthorityAsync(_topology, Make.Now, TestContext.Current.CancellationToken);
        await folder.EnsureCertificateSetAsync(_topology, Member, Make.Now, CertificateReplacement.None, TestContext.Current.CancellationToken);
        folder.WriteKubeadmConfig(Member, "config");
    }
}
