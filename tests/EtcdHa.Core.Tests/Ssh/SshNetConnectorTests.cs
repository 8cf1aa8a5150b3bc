using System.Diagnostics;
using System.Text;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Connecting and logging in, against a real sshd.</summary>
public sealed class SshNetConnectorTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    // What is cancelled would last 30 s and more; the 2 s that are promised are measured end to end by the lab's StopTests.
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(15);

    private readonly SshNetConnector _connector = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("ed25519")]
    [InlineData("ecdsa")]
    [InlineData("rsa")]
    public async Task A_key_of_each_type_logs_in(string type)
    {
        TestSshd sshd = fixture.Sshd;
        string key = sshd.CreateKey("login-" + type, type);
        File.AppendAllText(sshd.PathOf("authorized_keys"), File.ReadAllText(key + ".pub"));

        await using ISshTransport transport = await _connector.ConnectAsync(sshd.Target() with { IdentityFiles = [key] }, Token);

        Assert.Equal(sshd.UserName, await Output(transport, "id -un"));
    }

    [Fact]
    public async Task A_key_the_host_does_not_know_is_refused_with_the_key_tried_and_the_methods_offered()
    {
        TestSshd sshd = fixture.Sshd;
        string stranger = sshd.CreateKey("stranger", "rsa");
        string locked = sshd.CreateKey("locked", "ed25519", "correct horse");

        EtcdSshAuthenticationException error = await Refused<EtcdSshAuthenticationException>(
            sshd.Target() with { IdentityFiles = [stranger, locked] }, "SshLoginRefused");

        Assert.Contains(stranger, error.Message, StringComparison.Ordinal);
        Assert.Contains("The host offers: publickey.", error.Message, StringComparison.Ordinal);
        Assert.Contains("passphrase", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("correct horse", error.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Several_keys_are_tried_in_order_until_one_is_accepted()
    {
        TestSshd sshd = fixture.Sshd;
        string first = sshd.CreateKey("several", "rsa");
        string second = sshd.CreateKey("several-2", "ecdsa");

        await using ISshTransport transport = await _connector.ConnectAsync(sshd.Target() with { IdentityFiles = [first, second, sshd.PathOf("user")] }, Token);

        Assert.Equal("ok", await Output(transport, "echo ok"));
    }

    [Fact]
    public async Task A_host_key_nobody_knows_is_refused_with_its_fingerprint()
    {
        TestSshd sshd = fixture.Sshd;
        string fingerprint = TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("host_ed25519.pub")).Split(' ')[1];

        EtcdSshHostKeyException error = await Refused<EtcdSshHostKeyException>(
            sshd.Target() with { KnownHostsFiles = [sshd.PathOf("no-such-file")] }, "SshHostKeyUnknown");

        Assert.Contains($"ssh-ed25519 {fingerprint}", error.Message, StringComparison.Ordinal);
        Assert.Contains($"ssh-keyscan -p {sshd.Port} 127.0.0.1", error.RecommendedAction, StringComparison.Ordinal);
        Assert.False(File.Exists(sshd.PathOf("no-such-file")));
    }

    [Fact]
    public async Task Fault07_A_changed_host_key_is_refused_with_both_fingerprints_and_the_line_also_under_AcceptNew()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.KnownHosts("# comment", "%h " + sshd.PublicKey("user"));
        string before = File.ReadAllText(known);

        foreach (EtcdHostKeyPolicy policy in (EtcdHostKeyPolicy[])[EtcdHostKeyPolicy.Strict, EtcdHostKeyPolicy.AcceptNew])
        {
            EtcdSshHostKeyException error = await Refused<EtcdSshHostKeyException>(
                sshd.Target() with { KnownHostsFiles = [known], HostKeyPolicy = policy }, "SshHostKeyChanged");

            Assert.Contains(known + ":2", error.Message, StringComparison.Ordinal);
            Assert.Contains(TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("user.pub")).Split(' ')[1], error.Message, StringComparison.Ordinal);
            Assert.Contains(TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("host_ed25519.pub")).Split(' ')[1], error.Message, StringComparison.Ordinal);
            Assert.Contains($"ssh-keygen -f {known} -R '[127.0.0.1]:{sshd.Port}'", error.RecommendedAction, StringComparison.Ordinal);
        }

        Assert.Equal(before, File.ReadAllText(known));
    }

    [Fact]
    public async Task A_revoked_host_key_is_refused_although_it_is_listed_too()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.KnownHosts("%h " + sshd.PublicKey("host_ed25519"), "@revoked * " + sshd.PublicKey("host_ed25519"));

        EtcdSshHostKeyException error = await Refused<EtcdSshHostKeyException>(sshd.Target() with { KnownHostsFiles = [known] }, "SshHostKeyRevoked");

        Assert.Contains(known + ":2", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("host_ed25519")]
    [InlineData("host_ecdsa")]
    [InlineData("host_rsa")]
    public async Task The_host_presents_the_key_that_is_known_whatever_its_type(string key)
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.KnownHosts("%h " + sshd.PublicKey(key));

        await using ISshTransport transport = await _connector.ConnectAsync(sshd.Target() with { KnownHostsFiles = [known] }, Token);

        Assert.Equal("ok", await Output(transport, "echo ok"));
    }

    [Fact]
    public async Task A_hashed_name_is_found()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.KnownHosts("%h " + sshd.PublicKey("host_ed25519"));
        TestSshd.Run("/usr/bin/ssh-keygen", "-q", "-H", "-f", known);
        Assert.StartsWith("|1|", File.ReadAllText(known), StringComparison.Ordinal);

        await using ISshTransport transport = await _connector.ConnectAsync(sshd.Target() with { KnownHostsFiles = [known] }, Token);
    }

    [Fact]
    public async Task AcceptNew_records_the_key_once_for_several_at_a_time_and_then_Strict_accepts_it()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.PathOf("new/ssh/known_hosts");
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [known], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew };

        ISshTransport[] transports = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => _connector.ConnectAsync(target, Token)));
        foreach (ISshTransport transport in transports)
        {
            await transport.DisposeAsync();
        }

        Assert.Equal($"[127.0.0.1]:{sshd.Port} {sshd.PublicKey("host_ed25519")}\n", File.ReadAllText(known));
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix");
        Assert.Equal("600 700", TestSshd.Run("/usr/bin/stat", "-c", "%a", known, Path.GetDirectoryName(known)!).ReplaceLineEndings(" ").Trim());
        await using ISshTransport again = await _connector.ConnectAsync(target with { HostKeyPolicy = EtcdHostKeyPolicy.Strict }, Token);
    }

    [Fact]
    public async Task AcceptNew_hides_the_name_where_known_hosts_are_hashed_and_sixteen_at_a_time_add_one_line()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.PathOf("hashed-new");
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [known], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew, HashKnownHosts = true };

        ISshTransport[] transports = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => _connector.ConnectAsync(target, Token)));
        await Task.WhenAll(transports.Select(transport => transport.DisposeAsync().AsTask()));

        string line = Assert.Single(File.ReadAllLines(known));
        Assert.StartsWith("|1|", line, StringComparison.Ordinal);
        Assert.EndsWith("= " + sshd.PublicKey("host_ed25519"), line, StringComparison.Ordinal);
        Assert.Equal("Trusted", sshd.Judge(known));
    }

    [Fact]
    public async Task AcceptNew_records_no_name_that_would_be_read_back_as_a_pattern()
    {
        TestSshd sshd = fixture.Sshd;
        string known = sshd.PathOf("unrecordable");

        await Refused<EtcdSshHostKeyException>(
            sshd.Target() with { KnownHostsFiles = [known], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew, HostKeyAlias = "etcd-*" }, "SshHostKeyUnknown");

        Assert.False(File.Exists(known));
    }

    [Fact]
    public async Task A_key_on_a_list_of_revoked_keys_is_refused_with_the_line_also_when_it_is_pinned_or_new()
    {
        TestSshd sshd = fixture.Sshd;
        string list = sshd.KnownHosts("# stolen", sshd.PublicKey("user"), sshd.PublicKey("host_ed25519"));
        string fingerprint = SshHostKey.FromText(sshd.PublicKey("host_ed25519").Split(' ')[0], sshd.PublicKey("host_ed25519").Split(' ')[1])!.Fingerprint;
        ResolvedSshTarget target = sshd.Target() with { RevokedHostKeysFiles = [list] };

        foreach (ResolvedSshTarget one in (ResolvedSshTarget[])
            [target, target with { KnownHostsFiles = [sshd.PathOf("none")], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew }, target with { HostKeyPolicy = EtcdHostKeyPolicy.Pinned, HostKeyFingerprint = fingerprint }])
        {
            EtcdSshHostKeyException error = await Refused<EtcdSshHostKeyException>(one, "SshHostKeyRevoked");

            Assert.Contains(list + ":3", error.Message, StringComparison.Ordinal);
            Assert.Contains(fingerprint, error.Message, StringComparison.Ordinal);
        }

        Assert.Equal("Revoked", sshd.Judge(sshd.KnownHosts("%h " + sshd.PublicKey("host_ed25519")), "-o", "RevokedHostKeys=" + list));
        await Refused<EtcdSshHostKeyException>(target with { RevokedHostKeysFiles = [sshd.PathOf("no-list")] }, "SshRevokedKeysUnusable");
    }

    [Fact]
    public async Task A_key_that_cannot_be_recorded_is_not_accepted()
    {
        TestSshd sshd = fixture.Sshd;
        string folder = sshd.PathOf("a-folder");
        Directory.CreateDirectory(folder);

        await Refused<EtcdSshHostKeyException>(
            sshd.Target() with { KnownHostsFiles = [sshd.PathOf("user") + "/known_hosts"], HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew }, "SshKnownHostsUnwritable");
        await Refused<EtcdSshHostKeyException>(sshd.Target() with { KnownHostsFiles = [folder] }, "SshKnownHostsUnreadable");
    }

    [Fact]
    public async Task Only_the_pinned_key_is_accepted()
    {
        TestSshd sshd = fixture.Sshd;
        string right = TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("host_ed25519.pub")).Split(' ')[1];
        string wrong = TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("user.pub")).Split(' ')[1];
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [], HostKeyPolicy = EtcdHostKeyPolicy.Pinned };

        await using ISshTransport transport = await _connector.ConnectAsync(target with { HostKeyFingerprint = right }, Token);
        EtcdSshHostKeyException error = await Refused<EtcdSshHostKeyException>(target with { HostKeyFingerprint = wrong }, "SshHostKeyPinMismatch");

        Assert.Contains(right, error.Message, StringComparison.Ordinal);
        Assert.Contains(wrong, error.Message, StringComparison.Ordinal);
        await Refused<EtcdSshHostKeyException>(target with { HostKeyFingerprint = null }, "SshHostKeyPinMismatch");
    }

    [Theory]
    [InlineData("KexAlgorithms diffie-hellman-group14-sha1,diffie-hellman-group1-sha1")]
    [InlineData("Ciphers aes256-cbc,3des-cbc")]
    [InlineData("Ciphers aes256-ctr", "MACs hmac-sha1")]
    [InlineData("HostKeyAlgorithms ssh-rsa")]
    public async Task A_host_with_weak_algorithms_only_is_refused(params string[] options)
    {
        await using TestSshd sshd = await TestSshd.StartAsync(options);

        EtcdSshException error = await Refused<EtcdSshException>(
            sshd.Target() with { KnownHostsFiles = [sshd.KnownHosts("%h " + sshd.PublicKey("host_rsa"))] }, "SshNoCommonAlgorithm");

        Assert.Contains("127.0.0.1:", error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("KexAlgorithms curve25519-sha256", "Ciphers aes256-ctr", "MACs hmac-sha2-512-etm@openssh.com")]
    [InlineData("KexAlgorithms sntrup761x25519-sha512@openssh.com", "Ciphers chacha20-poly1305@openssh.com")]
    [InlineData("KexAlgorithms diffie-hellman-group16-sha512", "Ciphers aes128-gcm@openssh.com")]
    [InlineData("KexAlgorithms ecdh-sha2-nistp256", "Ciphers aes128-ctr", "MACs hmac-sha2-256")]
    public async Task A_host_with_any_modern_set_of_algorithms_is_reached(params string[] options)
    {
        await using TestSshd sshd = await TestSshd.StartAsync(options);

        await using ISshTransport transport = await _connector.ConnectAsync(sshd.Target(), Token);

        Assert.Equal("ok", await Output(transport, "echo ok"));
    }

    [Fact]
    public async Task Keys_stay_accepted_and_commands_run_on_when_the_keys_are_exchanged_again()
    {
        await using TestSshd sshd = await TestSshd.StartAsync("RekeyLimit 256K");
        await using ISshTransport transport = await _connector.ConnectAsync(sshd.Target(), Token);

        SshExecResult result = await transport.ExecuteAsync("cat", new byte[1 << 20], Token);

        Assert.Equal((0, 1 << 20), (result.ExitStatus, result.Output.Length));
    }

    [Fact]
    public async Task A_closed_port_and_an_unknown_name_are_unreachable_by_name()
    {
        TestSshd sshd = fixture.Sshd;

        EtcdSshException closed = await Refused<EtcdSshException>(sshd.Target() with { Port = 1 }, "SshHostUnreachable");
        EtcdSshException unknown = await Refused<EtcdSshException>(sshd.Target() with { HostName = "no-such-host.invalid" }, "SshHostUnreachable");

        Assert.Contains("127.0.0.1:1 ", closed.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-host.invalid:", unknown.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("SSH-2.0-Open")]
    public async Task A_peer_that_stalls_costs_the_timeout_and_a_cancellation_ends_it_at_once(string banner)
    {
        TestSshd sshd = fixture.Sshd;
        using StallingPeer peer = new(banner);
        ResolvedSshTarget target = sshd.Target() with { Port = peer.Port };

        Stopwatch watch = Stopwatch.StartNew();
        await Refused<EtcdSshException>(target with { ConnectTimeout = TimeSpan.FromSeconds(1) }, "SshConnectTimeout");
        Assert.InRange(watch.Elapsed, TimeSpan.FromSeconds(0.9), CancelLimit);

        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(500));
        watch.Restart();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => _connector.ConnectAsync(target, cancel.Token));
        Assert.InRange(watch.Elapsed - TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(-100), CancelLimit);
    }

    [Fact]
    public async Task A_peer_that_is_no_ssh_server_is_told_so()
    {
        TestSshd sshd = fixture.Sshd;
        using StallingPeer peer = new("HTTP/1.1 400 Bad Request\r\n\r\n", close: true);

        await Refused<EtcdSshException>(sshd.Target() with { Port = peer.Port }, "SshHungUp");
    }

    private static async Task<string> Output(ISshTransport transport, string command) =>
        Encoding.UTF8.GetString((await transport.ExecuteAsync(command, ReadOnlyMemory<byte>.Empty, Token)).Output.Span).TrimEnd('\n');

    private async Task<T> Refused<T>(ResolvedSshTarget target, string errorId)
        where T : EtcdSshException
    {
        T error = await Assert.ThrowsAsync<T>(() => _connector.ConnectAsync(target, Token));
        Assert.Equal(errorId, error.ErrorId);
        return error;
    }
}
