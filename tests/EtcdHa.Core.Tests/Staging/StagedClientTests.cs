using EtcdHa.Core.Staging;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Staging;

public sealed class StagedClientTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly EtcdTopology _topology = Make.Topology();

    private EtcdMember Member => _topology.Members[1];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Exactly_three_files_are_read_and_never_the_CAs_key()
    {
        await StageAsync();
        File.Copy(_folder["pki/etcd/ca.key"], _folder["infra1/pki/etcd/ca.key"]);

        StagedClient client = Read();

        Assert.Equal(["etcd/ca.crt", "apiserver-etcd-client.crt", "apiserver-etcd-client.key"], client.Files.Select(f => f.RelativePath));
        Assert.All(client.Files, f => Assert.Equal(File.ReadAllBytes(_folder["infra1/pki/" + f.RelativePath]), f.Content.ToArray()));
        Assert.Equal((_folder.Path, Member, Make.Now.AddYears(1).Date), (client.StagingPath, client.Member, client.NotAfter.Date));
    }

    [Theory]
    [InlineData("apiserver-etcd-client.crt")]
    [InlineData("apiserver-etcd-client.key")]
    [InlineData("etcd/ca.crt")]
    public async Task What_is_missing_is_told_with_the_command_that_makes_it(string name)
    {
        await StageAsync();
        File.Delete(_folder["infra1/pki/" + name]);

        EtcdStagingException error = Assert.Throws<EtcdStagingException>(Read);

        Assert.Equal(("StagingFileMissing", $"infra1: {_folder["infra1/pki/" + name]} is not in the staging folder."), (error.ErrorId, error.Message));
        Assert.StartsWith("Run New-EtcdCertificateSet ", error.RecommendedAction, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("etcd/peer.key", "apiserver-etcd-client.key", "apiserver-etcd-client.crt: the key belongs to another certificate")]
    [InlineData("etcd/server.crt", "apiserver-etcd-client.crt", "extended key usage is serverAuth, clientAuth, not clientAuth")]
    [InlineData("etcd/healthcheck-client.crt", "apiserver-etcd-client.crt", "common name is 'kube-etcd-healthcheck-client', not 'kube-apiserver-etcd-client'")]
    [InlineData("etcd/peer.crt", "etcd/ca.crt", "etcd/ca.crt: it is not a certificate authority")]
    public async Task A_file_in_the_place_of_another_is_told(string from, string to, string finding)
    {
        await StageAsync();
        File.Copy(_folder["infra1/pki/" + from], _folder["infra1/pki/" + to], overwrite: true);

        AssertWrong(finding);
    }

    [Fact]
    public async Task A_certificate_of_another_CA_or_another_time_is_told()
    {
        await StageAsync();
        AssertWrong("apiserver-etcd-client.crt: expired since 2027-11-23", Make.Now.AddYears(2));
        AssertWrong("etcd/ca.crt: expired since", Make.Now.AddYears(20));
        AssertWrong("apiserver-etcd-client.crt: not valid before", Make.Now.AddDays(-1));

        File.WriteAllText(_folder["infra1/pki/etcd/ca.crt"], Make.Authority().CertificatePem);
        AssertWrong("apiserver-etcd-client.crt: signed by another CA");
    }

    private void AssertWrong(string finding, DateTimeOffset? now = null)
    {
        EtcdCertificateException error = Assert.Throws<EtcdCertificateException>(() => Read(now));
        Assert.Equal(("ClientFilesWrong", (object)Member), (error.ErrorId, error.Subject));
        Assert.Contains(_folder["infra1/pki"], error.Message, StringComparison.Ordinal);
        Assert.Contains(finding, error.Message, StringComparison.Ordinal);
    }

    private StagedClient Read() => Read(null);

    private StagedClient Read(DateTimeOffset? now) => StagedClient.Read(_folder.Path, _topology, Member, now ?? Make.Now);

    private async Task StageAsync()
    {
        var folder = new StagingFolder(_folder.Path);
        await folder.EnsureAuthorityAsync(_topology, Make.Now, TestContext.Current.CancellationToken);
        await folder.EnsureCertificateSetAsync(_topology, Member, Make.Now, CertificateReplacement.None, TestContext.Current.CancellationToken);
    }
}
