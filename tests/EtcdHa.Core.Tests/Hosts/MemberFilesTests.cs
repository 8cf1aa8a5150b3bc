using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Tests.Pki;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>A member's files really copied and really checked by the host's shell and openssl.</summary>
public sealed class MemberFilesTests
{
    private const string Pki = "/etc/kubernetes/pki/";
    private const string Config = "configuration\n";

    private static readonly EtcdTopology Cluster = Make.Topology();
    private static readonly EtcdMember Member = Cluster.Members[0];
    private static readonly IssuedCertificate Authority = Make.Authority();
    private static readonly IReadOnlyList<StagedFile> Staged = MakeSet();

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task A_copied_set_passes_every_check_and_a_second_copy_touches_nothing(string shell)
    {
        await using TestHost host = await TestHost.CreateAsync(shell);

        EtcdMemberFiles first = await CopyAsync(host);
        string before = host.Snapshot();
        EtcdMemberFiles second = await CopyAsync(host);
        IReadOnlyList<EtcdFileCheck> rows = await CheckAsync(host);

        Assert.Equal((EtcdChange.Created, EtcdChange.Unchanged), (first.Status, second.Status));
        Assert.Equal(before, host.Snapshot());
        Assert.All(rows, r => Assert.Empty(r.Finding));
        Assert.All(rows, r => Assert.True(r is { Passed: true, IsExpected: true }));
        Assert.Equal(
            [
                Path.Combine(host.HomeOfUser, "kubeadmcfg.yaml"), "/etc/kubernetes/pki", Pki + "etcd",
                .. KubeadmCertificates.FilesOf(true).Select(n => Pki + n),
            ],
            rows.Select(r => r.Path));
        Assert.Equal(Make.Now.AddYears(1).Date, rows.Single(r => r.Path == Pki + "etcd/server.crt").NotAfter!.Value.Date);
    }

    [Fact]
    public async Task No_private_key_leaves_the_host()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);
        int copied = host.Traffic.Count;

        await CheckAsync(host);
        await CheckAsync(host, Expected() with { Keys = new Dictionary<string, StagedKey>() });

        string[] secrets = [.. Staged.Where(f => f.IsKey).SelectMany(Encodings)];
        foreach ((string command, byte[] input, EtcdHa.Core.Ssh.SshExecResult? result) in host.Traffic)
        {
            string answer = Encoding.Latin1.GetString(result!.Output.Span) + Encoding.Latin1.GetString(result.ErrorOutput.Span);
            Assert.All(secrets, s => Assert.DoesNotContain(s, command + answer, StringComparison.Ordinal));
            Assert.DoesNotContain("PRIVATE KEY", answer, StringComparison.Ordinal);
        }

        Assert.All(host.Traffic.Skip(copied), t => Assert.All(secrets, s => Assert.DoesNotContain(s, Encoding.ASCII.GetString(t.Input), StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("etcd/server.key", "absent", "not there")]
    [InlineData("etcd/server.crt", "absent", "not there")]
    [InlineData("etcd/server.key", "chmod 644", "mode 0644, expected 0600")]
    [InlineData("etcd/peer.crt", "chown 1000:1000", "owner ubuntu:ubuntu, expected root:root")]
    [InlineData("etcd/peer.crt", "empty", "no certificate in PEM form")]
    [InlineData("etcd/ca.key", "key of etcd/peer", "belongs to another certificate than etcd/ca.crt")]
    [InlineData("etcd/server.key", "key of etcd/peer", "belongs to another certificate than etcd/server.crt")]
    [InlineData("etcd/server.key", "junk", "cannot be read as an unencrypted private key")]
    public async Task A_single_fault_is_one_plain_finding(string name, string fault, string finding)
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);
        Break(host, name, fault);

        EtcdFileCheck row = (await CheckAsync(host)).Single(r => r.Path == Pki + name);

        Assert.False(row.Passed);
        Assert.Equal([finding], row.Finding);
        Assert.Equal(fault == "absent", row.Mode is null);
    }

    [Fact]
    public async Task A_key_beside_an_absent_certificate_is_not_compared()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);
        Break(host, "etcd/server.crt", "absent");

        EtcdFileCheck row = (await CheckAsync(host)).Single(r => r.Path == Pki + "etcd/server.key");

        Assert.Equal(["not compared: etcd/server.crt is not there or no certificate"], row.Finding);
    }

    [Fact]
    public async Task A_staged_key_beside_an_older_certificate_of_the_same_member_is_found()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);
        host.Write(Pki + "etcd/server.crt", Make.Leaf(Authority, Make.Profile("etcd/server")).CertificatePem);

        IReadOnlyList<EtcdFileCheck> rows = await CheckAsync(host);

        Assert.Equal(["belongs to another certificate than etcd/server.crt"], rows.Single(r => r.Path == Pki + "etcd/server.key").Finding);
        Assert.Empty(rows.Single(r => r.Path == Pki + "etcd/server.crt").Finding);
    }

    [Fact]
    public async Task Certificates_of_another_CA_another_member_and_another_time_are_found()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);
        host.Write(Pki + "etcd/peer.crt", Make.Leaf(Make.Authority(), Make.Profile("etcd/peer")).CertificatePem);
        host.Write(Pki + "etcd/server.crt", Make.Leaf(Authority, Make.Profile("etcd/server", Cluster.Members[1])).CertificatePem);
        host.Write(Pki + "apiserver-etcd-client.crt", Make.Leaf(Authority, Make.Profile("apiserver-etcd-client"), validity: TimeSpan.FromHours(1)).CertificatePem);

        IReadOnlyList<EtcdFileCheck> rows = await CheckAsync(host, now: Make.Now.AddDays(1));

        Assert.Equal(["signed by another CA that is also called 'CN=etcd-ca'"], Finding("etcd/peer.crt"));
        Assert.Contains("SAN missing: DNS infra0, IP 10.0.0.6", Finding("etcd/server.crt"));
        Assert.Contains("SAN not asked for: DNS infra1, IP 10.0.0.7", Finding("etcd/server.crt"));
        Assert.StartsWith("expired since 2026-11-23 06:", Assert.Single(Finding("apiserver-etcd-client.crt")), StringComparison.Ordinal);

        IReadOnlyList<string> Finding(string name) => rows.Single(r => r.Path == Pki + name).Finding;
    }

    [Fact]
    public async Task Another_CA_than_the_staged_one_is_found_on_its_own_row()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);

        IReadOnlyList<EtcdFileCheck> rows = await CheckAsync(host, Expected() with { AuthoritySha256 = new string('0', 64) });

        Assert.Equal(["another CA than the staging folder's"], rows.Single(r => !r.Passed).Finding);
        Assert.EndsWith("etcd/ca.crt", rows.Single(r => !r.Passed).Path, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_staging_the_hosts_openssl_compares_each_key()
    {
        await using TestHost host = await TestHost.CreateAsync();
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed");
        await CopyAsync(host);
        var nothing = new ExpectedFiles(null, true, null, null, new Dictionary<string, StagedKey>());
        Assert.All(await CheckAsync(host, nothing), r => Assert.Empty(r.Finding));

        host.Write(Pki + "etcd/server.key", KeyText("etcd/peer.key"), "600");
        Assert.Equal(["belongs to another certificate than etcd/server.crt"], (await CheckAsync(host, nothing)).Single(r => !r.Passed).Finding);
    }

    [Fact]
    public async Task A_host_without_openssl_says_that_keys_were_not_compared()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);
        Assert.SkipUnless(File.Exists("/usr/bin/openssl"), "openssl is not installed");
        host.Around("mount --bind /dev/null /usr/bin/openssl");

        IReadOnlyList<EtcdFileCheck> rows = await CheckAsync(host, Expected() with { Keys = new Dictionary<string, StagedKey>() });

        Assert.Equal(5, rows.Count(r => !r.Passed));
        Assert.Equal(
            ["not compared with etcd/server.crt: the host has no openssl, and the staging folder not this key"],
            rows.Single(r => r.Path == Pki + "etcd/server.key").Finding);
        Assert.All(await CheckAsync(host), r => Assert.Empty(r.Finding));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_should_not_be_there_is_a_row_of_its_own_also_behind_a_link(bool isLink)
    {
        await using TestHost host = await TestHost.CreateAsync();
        if (isLink)
        {
            Directory.CreateDirectory(host["/etc/real"]);
            Directory.CreateDirectory(host["/etc/kubernetes"]);
            File.CreateSymbolicLink(host["/etc/kubernetes/pki"], "/etc/real");
        }

        await CopyAsync(host);
        host.Write((isLink ? "/etc/real/" : Pki) + "etcd/server.crt.bak", "");
        host.Write("~/pki/etcd/ca.key", "");

        EtcdFileCheck[] rows = [.. (await CheckAsync(host, Expected() with { IncludesCaKey = false })).Where(r => !r.Passed)];

        Assert.All(rows, r => Assert.False(r.IsExpected));
        Assert.Equal(
            [
                (Pki + "etcd/ca.key", "unexpected: the CA's key must not be on this host"),
                (Pki + "etcd/server.crt.bak", "unexpected file"),
                (Path.Combine(host.HomeOfUser, "pki/etcd/ca.key"), "unexpected: the CA's key must not be on this host"),
            ],
            rows.Select(r => (r.Path, Assert.Single(r.Finding))));
    }

    [Fact]
    public async Task Another_configuration_and_other_directory_modes_are_found()
    {
        await using TestHost host = await TestHost.CreateAsync();
        await CopyAsync(host);
        host.Write("~/kubeadmcfg.yaml", "other", owner: "1000:1000");
        TestHost.Run("chmod", "700", host["/etc/kubernetes/pki/etcd"]);

        EtcdFileCheck[] rows = [.. (await CheckAsync(host)).Where(r => !r.Passed)];

        Assert.Equal(["content differs from the staging folder's", "mode 0700, expected 0755"], rows.SelectMany(r => r.Finding));
    }

    [Fact]
    public async Task A_host_with_another_CA_is_refused_unless_it_is_to_be_replaced()
    {
        await using TestHost host = await TestHost.CreateAsync();
        host.Write(Pki + "etcd/ca.crt", Make.Authority().CertificatePem);
        string before = host.Snapshot();

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(() => CopyAsync(host));

        Assert.Equal("HostAuthorityDiffers", error.ErrorId);
        Assert.StartsWith($"{TestHost.HostName}: {Pki}etcd/ca.crt is another", error.Message, StringComparison.Ordinal);
        Assert.Equal(before, host.Snapshot());
        Assert.Equal(EtcdChange.Updated, (await CopyAsync(host, replaceAuthority: true)).Status);
        Assert.All(await CheckAsync(host), r => Assert.Empty(r.Finding));
    }

    [Theory]
    [InlineData("path|file|root:root|600|1\nuser|u|g|/h")]
    [InlineData("crt|***")]
    public void An_answer_of_another_form_is_told_with_what_came(string answer)
    {
        EtcdHostException error = Assert.Throws<EtcdHostException>(() => answer.StartsWith("crt", StringComparison.Ordinal)
            ? (object)MemberFilesInspection.Read("host", answer, ["etcd/ca.crt"])
            : HostLook.Read("host", answer, ["/x"], []));

        Assert.Equal("HostAnswerUnreadable", error.ErrorId);
        Assert.Equal("host: the host's answer could not be read: " + answer.Replace("\n", "; ", StringComparison.Ordinal), error.Message);
    }

    private static void Break(TestHost host, string name, string fault)
    {
        string path = host[Pki + name];
        switch (fault.Split(' '))
        {
            case ["absent"]:
                File.Delete(path);
                break;
            case ["empty"]:
                File.WriteAllText(path, "");
                break;
            case ["junk"]:
                File.WriteAllText(path, "junk");
                break;
            case ["key", "of", var other]:
                File.WriteAllText(path, KeyText(other + ".key"));
                break;
            case [var program, var argument]:
                TestHost.Run(program, argument, path);
                break;
        }
    }

    private static string KeyText(string name) => Encoding.ASCII.GetString(Staged.Single(f => f.RelativePath == name).Content.Span);

    // The key as it is, and the middle of it in base64 whatever stands before it.
    private static IEnumerable<string> Encodings(StagedFile key)
    {
        string line = Encoding.ASCII.GetString(key.Content.Span).Split('\n')[1];
        yield return line[..40];
        for (int shift = 0; shift < 3; shift++)
        {
            yield return Convert.ToBase64String(Encoding.ASCII.GetBytes(line)[shift..(shift + 30)]);
        }
    }

    private static List<StagedFile> MakeSet()
    {
        List<StagedFile> files = [File("etcd/ca", Authority, ".crt"), File("etcd/ca", Authority, ".key")];
        foreach (CertificateProfile profile in KubeadmCertificates.LeavesOf(Cluster, Member))
        {
            IssuedCertificate leaf = Make.Leaf(Authority, profile);
            files.Add(File(profile.Name, leaf, ".crt"));
            files.Add(File(profile.Name, leaf, ".key"));
        }

        return files;

        static StagedFile File(string name, IssuedCertificate certificate, string extension)
            => new(name + extension, extension == ".crt" ? Encoding.ASCII.GetBytes(certificate.CertificatePem) : certificate.KeyPem);
    }

    private static ExpectedFiles Expected() => new(
        "/staging",
        true,
        Encoding.ASCII.GetBytes(Config),
        Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(Encoding.ASCII.GetBytes(Authority.CertificatePem))).ToLowerInvariant(),
        Staged.Where(f => f.IsKey).ToDictionary(
            f => f.RelativePath,
            f => new StagedKey(Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(f.Content.Span)).ToLowerInvariant(), CertificateKey.FromPem(f.Content.Span))));

    private static Task<EtcdMemberFiles> CopyAsync(TestHost host, bool replaceAuthority = false) => MemberFilesCopier.CopyAsync(
        host.Session, Cluster, Member, "/staging", Staged, Config, replaceAuthority, OperationLog.Silent, TestContext.Current.CancellationToken);

    private static Task<IReadOnlyList<EtcdFileCheck>> CheckAsync(TestHost host, ExpectedFiles? expected = null, DateTimeOffset? now = null) => MemberFilesChecker.CheckAsync(
        host.Session, Cluster, Member, expected ?? Expected(), now ?? Make.Now, TestContext.Current.CancellationToken);
}
