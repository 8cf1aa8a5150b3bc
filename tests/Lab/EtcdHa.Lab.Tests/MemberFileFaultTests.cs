using EtcdHa.Lab.Tests.Lab;

namespace EtcdHa.Lab.Tests;

/// <summary>Faults planted in the files of infra1: each is named, keeps the manifest from being placed, and is mended by a copy.</summary>
public sealed class MemberFileFaultTests(LabCluster cluster) : LabTest(cluster)
{
    private const string Pki = "/etc/kubernetes/pki";
    private const string Check = "$topology | Test-EtcdMemberFiles -StagingPath $staging";

    private LabHost Host => Hosts[1];

    // Saves the files first; undoing brings them back whatever happened since. The directories stay: the running etcd has them mounted.
    private IDisposable Plant(string script)
        => Host.Plant($"cp -a {Pki} /run/lab-saved-pki\n{script}", $"find {Pki} -type f -delete\ncp -a /run/lab-saved-pki/. {Pki}\nrm -rf /run/lab-saved-pki");

    [LabTheory]
    [InlineData("chmod 0644 etcd/server.key", "etcd/server.key", "mode 0644, expected 0600")]
    [InlineData("chown ubuntu etcd/peer.key", "etcd/peer.key", "owner ubuntu:root, expected root:root")]
    [InlineData("rm etcd/healthcheck-client.key", "etcd/healthcheck-client.key", "not there")]
    [InlineData("rm apiserver-etcd-client.crt", "apiserver-etcd-client.crt", "not there")]
    [InlineData("openssl genpkey -quiet -algorithm EC -pkeyopt ec_paramgen_curve:P-256 > etcd/server.key", "etcd/server.key", "belongs to another certificate")]
    [InlineData("chmod 0777 etcd", "etcd", "mode 0777, expected 0755")]
    public void A_fault_is_named_keeps_the_manifest_out_and_is_mended_by_a_copy(string plant, string path, string finding)
    {
        using IDisposable fault = Plant($"cd {Pki}\n{plant}");
        RequireNamedRefusedAndMended($"{Pki}/{path}", finding);
    }

    [LabFact]
    public void Fault10_Another_member_s_key_is_named_and_mended()
    {
        using IDisposable fault = Plant("");
        Host.Write($"{Pki}/etcd/server.key", File.ReadAllText(Staged(Hosts[2], "etcd/server.key")));
        RequireNamedRefusedAndMended($"{Pki}/etcd/server.key", "belongs to another certificate");
    }

    [LabFact]
    public void Fault10_Another_member_s_certificate_is_named_and_mended()
    {
        using IDisposable fault = Plant("");
        Host.Write($"{Pki}/etcd/server.crt", File.ReadAllText(Staged(Hosts[2], "etcd/server.crt")));
        Host.Write($"{Pki}/etcd/server.key", File.ReadAllText(Staged(Hosts[2], "etcd/server.key")));
        RequireNamedRefusedAndMended($"{Pki}/etcd/server.crt", Host.Address);
    }

    [LabFact]
    public void Fault12_An_expired_certificate_is_named_and_mended()
    {
        using IDisposable fault = Plant("");
        Host.Write($"{Pki}/etcd/server.crt", Reissued.By(Cluster.Staging, Staged(Host, "etcd/server"), DateTimeOffset.UtcNow.AddDays(-30), DateTimeOffset.UtcNow.AddDays(-1)));
        RequireNamedRefusedAndMended($"{Pki}/etcd/server.crt", "expired");
    }

    [LabFact]
    public void Fault14_A_certificate_of_another_authority_is_named_and_mended()
    {
        string foreign = ForeignStaging();
        using IDisposable fault = Plant("");
        Host.Write($"{Pki}/etcd/peer.crt", File.ReadAllText(Path.Combine(foreign, Host.Name, "pki/etcd/peer.crt")));
        Host.Write($"{Pki}/etcd/peer.key", File.ReadAllText(Path.Combine(foreign, Host.Name, "pki/etcd/peer.key")));
        RequireNamedRefusedAndMended($"{Pki}/etcd/peer.crt", "CA");
    }

    [LabTheory]
    [InlineData("etcd/ca.key", "the CA's key must not be on this host")]
    [InlineData("etcd/server.key.bak", "unexpected file")]
    public void A_file_that_must_not_be_there_is_named(string path, string finding)
    {
        using IDisposable fault = Plant($"cp {Pki}/etcd/server.key {Pki}/{path}");

        EtcdFileCheck wrong = Assert.Single(Run<EtcdFileCheck>(Check), c => !c.Passed);

        Assert.Equal((Host.Name, $"{Pki}/{path}", false), (wrong.Member.Name, wrong.Path, wrong.IsExpected));
        Assert.Contains(finding, string.Join('\n', wrong.Finding), StringComparison.Ordinal);
        Assert.Equal([false], Run<bool>($"{Check} -Quiet"));
    }

    [LabFact]
    public void With_ExcludeCaKey_the_first_host_must_not_have_it_either()
    {
        EtcdFileCheck wrong = Assert.Single(Run<EtcdFileCheck>($"{Check} -ExcludeCaKey"), c => !c.Passed);
        Assert.Equal((Hosts[0].Name, $"{Pki}/etcd/ca.key"), (wrong.Member.Name, wrong.Path));
    }

    [LabFact]
    public void Fault14_A_host_with_another_authority_is_refused_without_Force_and_the_others_go_on()
    {
        string foreign = File.ReadAllText(Path.Combine(ForeignStaging(), "pki/etcd/ca.crt"));
        using IDisposable fault = Plant("");
        Host.Write($"{Pki}/etcd/ca.crt", foreign);
        string before = Host.Fingerprint();

        Outcome refused = Outcome.Of(Run("$topology | Copy-EtcdMemberFiles -StagingPath $staging"));

        refused.RequireOneError("HostAuthorityDiffers", Host.Name);
        Assert.Equal([Hosts[0].Name, Hosts[2].Name], refused.Members);
        Assert.Equal(before, Host.Fingerprint());

        IReadOnlyList<EtcdMemberFiles> forced = Run<EtcdMemberFiles>("$topology | Copy-EtcdMemberFiles -StagingPath $staging -Member infra1 -Force");
        Assert.Equal(EtcdChange.Updated, Assert.Single(forced).Status);
        Assert.Equal([true], Run<bool>($"{Check} -Quiet"));
    }

    private void RequireNamedRefusedAndMended(string path, string finding)
    {
        string manifest = Host.Root("stat -c '%i %Y %s' /etc/kubernetes/manifests/etcd.yaml");
        EtcdFileCheck[] wrong = [.. Run<EtcdFileCheck>(Check).Where(c => !c.Passed)];
        EtcdFileCheck named = Assert.Single(wrong, c => c.Path == path);
        Assert.All(wrong, w => Assert.Equal(Host.Name, w.Member.Name));
        Assert.Contains(finding, string.Join('\n', named.Finding), StringComparison.Ordinal);
        Assert.Equal([false], Run<bool>($"{Check} -Quiet"));

        Outcome refused = Outcome.Of(Run("$topology | Install-EtcdStaticPod -StagingPath $staging"));
        refused.RequireOneError("MemberFilesWrong", Host.Name);
        Assert.Contains(path, refused.Error.ToString(), StringComparison.Ordinal);
        Assert.Equal([Hosts[0].Name, Hosts[2].Name], refused.Members);
        Assert.Equal(manifest, Host.Root("stat -c '%i %Y %s' /etc/kubernetes/manifests/etcd.yaml"));

        IReadOnlyList<EtcdMemberFiles> mended = Run<EtcdMemberFiles>("$topology | Copy-EtcdMemberFiles -StagingPath $staging");
        EtcdMemberFiles host = Assert.Single(mended, m => m.Status != EtcdChange.Unchanged);
        Assert.Equal(Host.Name, host.Member.Name);
        Assert.Contains(host.Steps, s => s.Target == path && s.Change != EtcdChange.Unchanged);
        Assert.Equal([true], Run<bool>($"{Check} -Quiet"));
        Assert.All(Run<EtcdStaticPod>("$topology | Install-EtcdStaticPod -StagingPath $staging"), p => Assert.Equal(EtcdChange.Unchanged, p.Status));
    }

    private string Staged(LabHost host, string name) => Path.Combine(Cluster.Staging, host.Name, "pki", name);

    // The same topology's certificates by another CA.
    private string ForeignStaging()
    {
        string folder = Path.Combine(Cluster.Folder, "foreign-staging");
        Session.Set("foreign", folder);
        Run("$topology | New-EtcdCertificateSet -StagingPath $foreign").RequireNoErrors();
        return folder;
    }
}
