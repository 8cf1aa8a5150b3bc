using EtcdHa.Core.Tests.Ssh;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>Passphrases, passwords and keys: asked for once, used against a real sshd, and never shown, whatever the streams show.</summary>
public sealed class SshSecretTests : CommandTest, IClassFixture<SshSecretTests.Fixture>
{
    private const string Passphrase = "kEypassphr4se";
    private const string Password = "l0ginpassw0rd";
    private const string Look = "$topology | Test-EtcdMemberFiles -Verbose -Debug ";

    private readonly TestSshd _host;
    private readonly string _key;

    public SshSecretTests(Fixture fixture)
    {
        Assert.SkipUnless(Environment.UserName == "root", "the looks run as root on this machine");
        Assert.SkipUnless(TestSshd.Missing is null, TestSshd.Missing ?? "");
        _host = fixture.Host!;
        _key = _host.CreateKey("k" + Guid.NewGuid().ToString("N"), "ed25519", Passphrase);
        File.AppendAllText(_host.PathOf("authorized_keys"), File.ReadAllText(_key + ".pub"));
        Run(Stage);
        string key = _host.PublicKey("host_ed25519");
        string known = _host.KnownHosts($"h0 {key}", $"h1 {key}", $"h2 {key}");

        // One sshd under three names, so that each is connected to.
        string config = _host.PathOf("config");
        File.WriteAllText(config, "Host h0\nHostKeyAlias h0\nHost h1\nHostKeyAlias h1\nHost h2\nHostKeyAlias h2\nHost h*\nHostName 127.0.0.1\n");
        string members = string.Join(", ", Enumerable.Range(0, 3).Select(i =>
            $"(New-EtcdMember infra{i} 10.0.0.{i + 6} -SshTarget (New-EtcdSshTarget h{i} -Port {_host.Port} -IdentityFile {_key} -KnownHostsFile {known} -ConfigFile {config} -IdentityAgent none))"));
        Run($"$topology = {members} | New-EtcdTopology -KeyAlgorithm ECDSA-P256");
    }

    [Fact]
    public void The_passphrase_is_asked_for_once_for_all_hosts_and_shown_nowhere()
    {
        Session.Host.Secrets.Enqueue("wr0ngphrase");
        Session.Host.Secrets.Enqueue(Passphrase);

        ScriptResult result = Run(Look);

        Assert.Equal([$"Passphrase of {_key}: ", $"That was wrong. Passphrase of {_key}: "], Session.Host.SecretQuestions);
        Assert.Equal(3, result.Verbose.Count(line => line.Contains($"logged in with {_key} (ssh-ed25519 SHA256:", StringComparison.Ordinal)));
        AssertNoSecret(result, "wr0ngphrase");
    }

    [Fact]
    public void Without_a_user_to_ask_the_error_names_the_key_and_the_ways_out()
    {
        ScriptResult result = Session.Invoke(Look);

        Assert.Equal(3, result.Errors.Count);
        Assert.All(result.Errors, error => Assert.Equal("SshIdentityFileEncrypted,EtcdHa.Commands.TestEtcdMemberFilesCommand", error.FullyQualifiedErrorId));
        Assert.All(result.Errors, error => Assert.Contains("-KeyPassphrase", error.ErrorDetails.RecommendedAction, StringComparison.Ordinal));
    }

    [Fact]
    public void A_passphrase_that_was_given_opens_the_key_for_all_hosts()
    {
        ScriptResult result = Run(Secret("p", Passphrase) + Look + "-KeyPassphrase $p");

        Assert.Empty(Session.Host.SecretQuestions);
        AssertNoSecret(result);
    }

    [Fact]
    public void Wrong_secrets_are_shown_nowhere_and_the_password_is_tried_once_a_host()
    {
        int before = _host.LogCount("Failed password");

        ScriptResult result = Session.Invoke(Secret("p", "wr0ngphrase") + Secret("w", Password)
            + "$c = [pscredential]::new('root', $w); " + Look + "-KeyPassphrase $p -Credential $c -Member infra0");

        string message = Assert.Single(result.Errors).Exception.Message;
        Assert.StartsWith("SshLoginRefused", result.Errors[0].FullyQualifiedErrorId, StringComparison.Ordinal);
        Assert.Contains("Tried: the password (password)", message, StringComparison.Ordinal);
        Assert.Contains("The passphrase does not open the private key file", message, StringComparison.Ordinal);
        Assert.Equal(before + 1, _host.LogCount("Failed password"));
        AssertNoSecret(result, "wr0ngphrase");
    }

    private static string Secret(string name, string text) => $"${name} = [System.Net.NetworkCredential]::new('', '{text}').SecurePassword; ";

    private void AssertNoSecret(ScriptResult result, params string[] more)
    {
        string shown = string.Join('\n', [
            .. result.Verbose, .. result.Debug, .. result.Warnings, .. result.Output.Select(o => o.ToString()),
            .. result.Errors.Select(e => e + e.Exception.ToString() + e.ErrorDetails + e.TargetObject), .. Session.Host.Lines, _host.Log]);
        Assert.NotEmpty(result.Verbose);
        string[] material = File.ReadAllLines(_key)[1..^1];
        foreach (string secret in (string[])[Passphrase, Password, .. more, .. material])
        {
            Assert.DoesNotContain(secret, shown, StringComparison.Ordinal);
        }
    }

    /// <summary>An sshd that takes passwords, for all tests of the class.</summary>
    public sealed class Fixture : IAsyncLifetime
    {
        public TestSshd? Host { get; private set; }

        public async ValueTask InitializeAsync() =>
            Host = TestSshd.Missing is null ? await TestSshd.StartAsync("PasswordAuthentication yes") : null;

        public ValueTask DisposeAsync() => Host?.DisposeAsync() ?? ValueTask.CompletedTask;
    }
}
