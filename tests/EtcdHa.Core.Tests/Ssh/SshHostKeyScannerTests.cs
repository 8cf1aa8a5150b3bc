using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Asking a real sshd for its keys without logging in.</summary>
public sealed class SshHostKeyScannerTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    private readonly SshNetConnector _hops = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Every_key_is_shown_as_ssh_keygen_shows_it_and_with_what_known_hosts_says()
    {
        await using TestSshd sshd = await TestSshd.StartAsync();
        string known = sshd.KnownHosts("%h " + sshd.PublicKey("host_ed25519"), "@revoked * " + sshd.PublicKey("host_rsa"));

        IReadOnlyList<EtcdSshHostKey> keys = await SshHostKeyScanner.ScanAsync(sshd.Target() with { KnownHostsFiles = [known], IdentityFiles = [] }, _hops, Token);

        string[] names = ["host_ed25519", "host_ecdsa", "host_rsa"];
        Assert.Equal(names.Select(name => TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf(name + ".pub")).Split(' ')[1]), keys.Select(key => key.Fingerprint));
        Assert.Equal(names.Select(name => $"[127.0.0.1]:{sshd.Port} {sshd.PublicKey(name)}"), keys.Select(key => key.KnownHostsLine));
        Assert.Equal([EtcdSshHostKeyStatus.Known, EtcdSshHostKeyStatus.Unknown, EtcdSshHostKeyStatus.Revoked], keys.Select(key => key.Status));
        Assert.Equal([known + ":1", null, known + ":2"], keys.Select(key => key.KnownAt));
        Assert.Contains("Connection from 127.0.0.1", sshd.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("Accepted", sshd.Log, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Another_key_of_the_same_type_makes_it_changed_and_AcceptNew_writes_nothing()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.KnownHosts("%h " + sshd.PublicKey("user"));
        string before = File.ReadAllText(known);
        string missing = sshd.PathOf("scanned");

        IReadOnlyList<EtcdSshHostKey> changed = await SshHostKeyScanner.ScanAsync(
            sshd.Target() with { KnownHostsFiles = [known], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew }, _hops, Token);
        IReadOnlyList<EtcdSshHostKey> unknown = await SshHostKeyScanner.ScanAsync(
            sshd.Target() with { KnownHostsFiles = [missing], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew }, _hops, Token);

        Assert.Equal([EtcdSshHostKeyStatus.Changed, EtcdSshHostKeyStatus.Unknown, EtcdSshHostKeyStatus.Unknown], changed.Select(key => key.Status));
        Assert.All(unknown, key => Assert.Equal(EtcdSshHostKeyStatus.Unknown, key.Status));
        Assert.Equal(before, File.ReadAllText(known));
        Assert.False(File.Exists(missing));
    }

    [Fact]
    public async Task The_line_shown_makes_the_host_known_also_under_an_alias()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.PathOf("shown");
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [known], HostKeyAlias = "Etcd-Zero" };

        IReadOnlyList<EtcdSshHostKey> keys = await SshHostKeyScanner.ScanAsync(target, _hops, Token);
        File.WriteAllLines(known, keys.Select(key => key.KnownHostsLine));

        Assert.StartsWith("etcd-zero ssh-ed25519 ", keys[0].KnownHostsLine, StringComparison.Ordinal);
        await using ISshTransport transport = await new SshNetConnector().ConnectAsync(target, Token);
    }

    [Fact]
    public async Task The_pinned_key_is_the_known_one()
    {
        TestSshd sshd = fixture.Sshd;
        ResolvedSshTarget target = sshd.Target() with { HostKeyPolicy = EtcdHostKeyPolicy.Pinned };
        string pin = TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("host_ecdsa.pub")).Split(' ')[1];

        IReadOnlyList<EtcdSshHostKey> keys = await SshHostKeyScanner.ScanAsync(target with { HostKeyFingerprint = pin }, _hops, Token);

        Assert.Equal([EtcdSshHostKeyStatus.Unknown, EtcdSshHostKeyStatus.Known, EtcdSshHostKeyStatus.Unknown], keys.Select(key => key.Status));
    }

    [Fact]
    public async Task Kinds_of_keys_the_host_does_not_have_are_left_out_and_none_at_all_is_an_error()
    {
        await using TestSshd one = await TestSshd.StartAsync("HostKeyAlgorithms rsa-sha2-256");
        await using TestSshd none = await TestSshd.StartAsync("HostKeyAlgorithms ssh-rsa");

        Assert.Equal("ssh-rsa", Assert.Single(await SshHostKeyScanner.ScanAsync(one.Target(), _hops, Token)).Type);
        Assert.Equal("SshNoCommonAlgorithm", (await Assert.ThrowsAsync<EtcdSshException>(() => SshHostKeyScanner.ScanAsync(none.Target(), _hops, Token))).ErrorId);
    }

    [Fact]
    public async Task A_host_that_is_not_there_is_unreachable_and_a_cancellation_is_one()
    {
        TestSshd sshd = fixture.Sshd;
        using CancellationTokenSource cancelled = new();
        cancelled.Cancel();

        Assert.Equal("SshHostUnreachable", (await Assert.ThrowsAsync<EtcdSshException>(() => SshHostKeyScanner.ScanAsync(sshd.Target() with { Port = 1 }, _hops, Token))).ErrorId);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => SshHostKeyScanner.ScanAsync(sshd.Target(), _hops, cancelled.Token));
    }

    [Theory]
    [InlineData("-h -n 127.0.0.1", "@cert-authority * %ca", EtcdSshHostKeyStatus.Known, null)]
    [InlineData("-h -n 127.0.0.1", "@cert-authority * %user", EtcdSshHostKeyStatus.Unknown, "does not trust its CA")]
    [InlineData("-h -n etcd-0", "@cert-authority * %ca", EtcdSshHostKeyStatus.Invalid, "it is for etcd-0")]
    [InlineData("-h -n 127.0.0.1 -V 20200101:20210101", "@cert-authority * %ca", EtcdSshHostKeyStatus.Invalid, "it expired")]
    [InlineData("-h -n 127.0.0.1", "@revoked * %ca", EtcdSshHostKeyStatus.Revoked, "does not trust its CA")]
    public async Task A_certificate_is_shown_with_its_CA_hosts_dates_and_whether_it_counts(string arguments, string known, EtcdSshHostKeyStatus status, string? problem)
    {
        await using TestSshd sshd = await TestSshd.StartAsync(one => ["HostCertificate " + one.Certify("host_ed25519", "ca", arguments.Split(' '))]);
        string path = sshd.KnownHosts(known.Replace("%ca", sshd.PublicKey("ca"), StringComparison.Ordinal).Replace("%user", sshd.PublicKey("user"), StringComparison.Ordinal));

        IReadOnlyList<EtcdSshHostKey> keys = await SshHostKeyScanner.ScanAsync(sshd.Target() with { KnownHostsFiles = [path] }, _hops, Token);

        Assert.Equal(["ssh-ed25519", "ecdsa-sha2-nistp256", "ssh-rsa", "ssh-ed25519-cert-v01@openssh.com"], keys.Select(key => key.Type));
        EtcdSshHostKey certificate = keys[3];
        Assert.Equal(status, certificate.Status);
        Assert.Equal(problem is null, certificate.Problem is null);
        Assert.Contains(problem ?? "", certificate.Problem ?? "", StringComparison.Ordinal);
        Assert.Equal(keys[0].Fingerprint, certificate.Fingerprint);
        Assert.Equal(TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("ca.pub")).Split(' ')[1], certificate.AuthorityFingerprint);
        Assert.Equal(arguments.Split(' ')[2], Assert.Single(certificate.Principals!));
        Assert.Equal(arguments.Contains("2020", StringComparison.Ordinal), certificate.ValidBefore is not null);
        Assert.Equal($"@cert-authority [127.0.0.1]:{sshd.Port} {sshd.PublicKey("ca")}", certificate.KnownHostsLine);
        Assert.Equal(status == EtcdSshHostKeyStatus.Unknown ? null : path + ":1", certificate.KnownAt);
        Assert.All(keys.Take(3), key => Assert.Null(key.AuthorityFingerprint));
    }
}
