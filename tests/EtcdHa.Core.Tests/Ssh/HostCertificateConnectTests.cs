using System.Text;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Real sshd that present host certificates; ssh itself is asked about each, too.</summary>
public sealed class HostCertificateConnectTests
{
    private readonly SshNetConnector _connector = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    // %ca is the CA's key, %h the host's name with its port, %key the host's plain key.
    [Theory]
    [InlineData("-h -n 127.0.0.1", "@cert-authority %h %ca", "Trusted", null)]
    [InlineData("-h -n 127.0.0.1", "@cert-authority 127.0.0.1 %ca", "Trusted", null)]
    [InlineData("-h -n other,127.0.0.1", "@cert-authority * %ca\n%h %other", "Trusted", null)]
    [InlineData("-h -n 127.0.0.1 -V 20200101:20210101", "@cert-authority * %ca", "SshHostCertificateInvalid", "it expired at 2021-01-01")]
    [InlineData("-h -n 127.0.0.1 -V 20990101:20991231", "@cert-authority * %ca", "SshHostCertificateInvalid", "it is not valid before 2099-01-01")]
    [InlineData("-h -n 127.0.0.1 -V 20200101:20210101", "@cert-authority * %ca\n%h %key", "Trusted", null)]
    [InlineData("-h -n 127.0.0.1 -V 20200101:20210101", "@cert-authority * %ca\n%h %other", "SshHostKeyChanged", "known: ssh-ed25519")]
    [InlineData("-h -n etcd-0", "@cert-authority * %ca", "SshHostCertificateInvalid", "it is for etcd-0, not for 127.0.0.1")]
    [InlineData("-h -n 127.0.0.1", "@cert-authority * %other", "SshHostCertificateInvalid", "does not trust its CA")]
    [InlineData("-h -n 127.0.0.1", "@cert-authority * %other\n%h %key", "Trusted", null)]
    [InlineData("-n 127.0.0.1", "@cert-authority * %ca", "SshHostCertificateInvalid", "it is a user's certificate")]
    [InlineData("-h -n 127.0.0.1 -O critical:odd=1", "@cert-authority * %ca", "SshHostCertificateInvalid", "the critical option 'odd'")]
    [InlineData("-h -n 127.0.0.1", "@cert-authority * %ca\n@revoked * %ca", "SshHostKeyRevoked", "known:2")]
    [InlineData("-h -n 127.0.0.1", "@cert-authority * %ca\n@revoked * %key", "SshHostKeyRevoked", "known:2")]
    [InlineData("-h -n 127.0.0.1", "%h %key", "Trusted", null)]
    [InlineData("-h -n 127.0.0.1", "other %key", "SshHostKeyUnknown", "ssh-ed25519")]
    public async Task A_host_with_a_certificate_is_judged_as_ssh_judges_it(string arguments, string known, string verdict, string? message)
    {
        await using TestSshd sshd = await StartAsync(arguments);
        string path = KnownHosts(sshd, known);
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [path] };

        string ours = await VerdictAsync(target, message);

        Assert.Equal(verdict, ours);
        Assert.Equal(verdict switch { "SshHostCertificateInvalid" or "SshHostKeyUnknown" => "Unknown", "SshHostKeyChanged" => "Changed", "SshHostKeyRevoked" => "Revoked", _ => verdict }, sshd.Judge(path, "-o", "HostKeyAlgorithms=ssh-ed25519-cert-v01@openssh.com,ssh-ed25519"));
    }

    [Theory]
    [InlineData("host_ecdsa")]
    [InlineData("host_rsa")]
    public async Task Certificates_of_other_kinds_of_keys_count_too(string key)
    {
        await using TestSshd sshd = await StartAsync("-h -n 127.0.0.1", key);

        Assert.Equal("Trusted", await VerdictAsync(sshd.Target() with { KnownHostsFiles = [KnownHosts(sshd, "@cert-authority * %ca")] }, null));
    }

    [Fact]
    public async Task An_alias_is_the_name_a_certificate_has_to_be_for()
    {
        await using TestSshd sshd = await StartAsync("-h -n etcd-zero");
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [KnownHosts(sshd, "@cert-authority etcd-* %ca")] };

        Assert.Equal("Trusted", await VerdictAsync(target with { HostKeyAlias = "Etcd-Zero" }, null));
        Assert.Equal("SshHostKeyUnknown", await VerdictAsync(target, null));
    }

    [Fact]
    public async Task AcceptNew_takes_a_host_of_another_CA_for_new_and_a_bad_certificate_of_the_known_CA_for_bad()
    {
        await using TestSshd sshd = await StartAsync("-h -n 127.0.0.1 -V 20200101:20210101");
        ResolvedSshTarget target = sshd.Target() with { HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew };
        string other = KnownHosts(sshd, "@cert-authority * %other");
        string known = KnownHosts(sshd, "@cert-authority * %ca");

        Assert.Equal("Trusted", await VerdictAsync(target with { KnownHostsFiles = [other] }, null));
        Assert.Equal("SshHostCertificateInvalid", await VerdictAsync(target with { KnownHostsFiles = [known] }, "it expired"));

        Assert.EndsWith($"[127.0.0.1]:{sshd.Port} {sshd.PublicKey("host_ed25519")}\n", File.ReadAllText(other), StringComparison.Ordinal);
        Assert.Single(File.ReadAllLines(known));
    }

    [Fact]
    public async Task The_certified_key_may_be_pinned()
    {
        await using TestSshd sshd = await StartAsync("-h -n etcd-0");
        string pin = TestSshd.Run("/usr/bin/ssh-keygen", "-lf", sshd.PathOf("host_ed25519.pub")).Split(' ')[1];

        Assert.Equal("Trusted", await VerdictAsync(sshd.Target() with { HostKeyPolicy = EtcdHostKeyPolicy.Pinned, HostKeyFingerprint = pin }, null));
    }

    [Fact]
    public async Task The_key_stays_accepted_when_keys_are_exchanged_again_after_the_certificate_expired()
    {
        string end = DateTime.UtcNow.AddSeconds(8).ToString("yyyyMMddHHmmss", System.Globalization.CultureInfo.InvariantCulture) + "Z";
        await using TestSshd sshd = await StartAsync("-h -n 127.0.0.1 -V always:" + end, options: ["RekeyLimit 256K"]);
        ResolvedSshTarget target = sshd.Target() with { KnownHostsFiles = [KnownHosts(sshd, "@cert-authority * %ca")] };
        await using ISshTransport transport = await _connector.ConnectAsync(target, Token);
        await Task.Delay(TimeSpan.FromSeconds(9), Token);

        SshExecResult result = await transport.ExecuteAsync("cat", new byte[1 << 20], Token);

        Assert.Equal((0, 1 << 20), (result.ExitStatus, result.Output.Length));
        Assert.Equal("SshHostCertificateInvalid", await VerdictAsync(target, "it expired"));
    }

    [Fact]
    public async Task A_host_without_certificate_is_reached_although_a_CA_is_known_for_it()
    {
        await using TestSshd sshd = await TestSshd.StartAsync();
        sshd.CreateKey("ca", "ed25519");

        Assert.Equal("Trusted", await VerdictAsync(sshd.Target() with { KnownHostsFiles = [KnownHosts(sshd, "@cert-authority * %ca\n%h %key")] }, null));
        Assert.Equal("SshHostKeyUnknown", await VerdictAsync(sshd.Target() with { KnownHostsFiles = [KnownHosts(sshd, "@cert-authority * %ca")] }, null));
    }

    private static Task<TestSshd> StartAsync(string arguments, string key = "host_ed25519", params string[] options) =>
        TestSshd.StartAsync(sshd => [.. options, "HostCertificate " + sshd.Certify(key, "ca", arguments.Split(' '))]);

    private static string KnownHosts(TestSshd sshd, string text) => sshd.KnownHosts(
        [.. text.Split('\n').Select(line => line
            .Replace("%ca", sshd.PublicKey("ca"), StringComparison.Ordinal)
            .Replace("%key", sshd.PublicKey("host_ed25519"), StringComparison.Ordinal)
            .Replace("%other", sshd.PublicKey("user"), StringComparison.Ordinal))]);

    private async Task<string> VerdictAsync(ResolvedSshTarget target, string? message)
    {
        try
        {
            await using ISshTransport transport = await _connector.ConnectAsync(target, Token);
            return Encoding.UTF8.GetString((await transport.ExecuteAsync("printf Trusted", ReadOnlyMemory<byte>.Empty, Token)).Output.Span);
        }
        catch (EtcdSshHostKeyException e)
        {
            string expected = (message ?? "").Replace("known:", target.KnownHostsFiles[0] + ":", StringComparison.Ordinal);
            Assert.Contains(e.ErrorId == "SshHostKeyChanged" ? message! : expected, e.Message, StringComparison.Ordinal);
            return e.ErrorId;
        }
    }
}
