using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

public sealed class NewEtcdSshTargetTests : IDisposable
{
    private const string Fingerprint = "SHA256:uNiVztksCsDhcc0u9e8BrwQXVUpKZIDTMczCvj3tD2s";
    private readonly PowerShellSession _session = new();

    public void Dispose() => _session.Dispose();

    [Fact]
    public void Every_setting_is_carried()
    {
        EtcdSshTarget target = One(
            $"New-EtcdSshTarget h -Port 2222 -UserName u -IdentityFile /k -KnownHostsFile /h1,/h2 -HostKeyPolicy Pinned -HostKeyFingerprint {Fingerprint} -ConnectTimeout 10s");
        Assert.Equal("u@h:2222", target.ToString());
        Assert.Equal(["/k"], target.IdentityFile!);
        Assert.Equal(["/h1", "/h2"], target.KnownHostsFile!);
        Assert.Equal(EtcdHostKeyPolicy.Pinned, target.HostKeyPolicy);
        Assert.Equal(Fingerprint, target.HostKeyFingerprint);
        Assert.Equal(TimeSpan.FromSeconds(10), target.ConnectTimeout);
    }

    [Fact]
    public void What_is_not_given_is_left_to_the_topology()
    {
        EtcdSshTarget target = One("New-EtcdSshTarget h");
        Assert.Null(target.UserName);
        Assert.Null(target.IdentityFile);
        Assert.Null(target.HostKeyPolicy);
        Assert.Null(target.ConnectTimeout);
        Assert.Null(target.IdentitiesOnly);
        Assert.Null(target.AllowWeakAlgorithms);
        Assert.Null(target.JumpHost);
        Assert.Null(target.SudoMode);
    }

    [Fact]
    public void Keys_agent_jump_hosts_and_sudo_are_carried()
    {
        EtcdSshTarget target = One(
            "New-EtcdSshTarget h -CertificateFile /c -IdentitiesOnly -IdentityAgent /agent -CommandTimeout 2m -SudoMode Password -JumpHost a,'u@b:2222' -AllowWeakAlgorithms:$false");

        Assert.Equal(["/c"], target.CertificateFile!);
        Assert.Equal((true, "/agent", TimeSpan.FromMinutes(2)), (target.IdentitiesOnly, target.IdentityAgent, target.CommandTimeout));
        Assert.Equal((EtcdSudoMode.Password, false), (target.SudoMode, target.AllowWeakAlgorithms));
        Assert.Equal(["a", "u@b:2222"], target.JumpHost!.Select(hop => hop.ToString()));
    }

    [Theory]
    [InlineData("-JumpHost none")]
    [InlineData("-JumpHost @()")]
    public void No_jump_host_is_an_empty_list(string arguments) => Assert.Empty(One("New-EtcdSshTarget h " + arguments).JumpHost!);

    [Theory]
    [InlineData("none", "none")]
    [InlineData("SSH_AUTH_SOCK", "SSH_AUTH_SOCK")]
    [InlineData("'$AGENT'", "$AGENT")]
    public void An_agent_that_is_no_path_stays_as_it_is(string text, string agent) => Assert.Equal(agent, One("New-EtcdSshTarget h -IdentityAgent " + text).IdentityAgent);

    [Fact]
    public void A_credential_gives_user_and_password_and_must_not_contradict_the_user()
    {
        const string Secrets = "$s = [System.Net.NetworkCredential]::new('', 'pass-w0rd').SecurePassword; $c = [pscredential]::new('operator', $s); ";

        EtcdSshTarget target = One(Secrets + "New-EtcdSshTarget h -Credential $c -SudoPassword $s -KeyPassphrase $s");

        Assert.Equal(("operator@h", 9, 9, 9), (target.ToString(), target.Password!.Length, target.SudoPassword!.Length, target.KeyPassphrase!.Length));
        Assert.StartsWith("SshCredentialContradiction", Assert.Single(_session.Invoke(Secrets + "New-EtcdSshTarget h -UserName u -Credential $c").Errors).FullyQualifiedErrorId, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fingerprint_alone_pins() =>
        Assert.Equal(EtcdHostKeyPolicy.Pinned, One($"New-EtcdSshTarget h -HostKeyFingerprint {Fingerprint}").HostKeyPolicy);

    [Theory]
    [InlineData("-HostKeyPolicy Pinned")]
    [InlineData("-HostKeyPolicy Strict -HostKeyFingerprint " + Fingerprint)]
    public void A_policy_that_contradicts_the_fingerprint_is_refused(string arguments) => Assert.Equal(
        "HostKeyPolicyContradiction,EtcdHa.Commands.NewEtcdSshTargetCommand",
        Assert.Single(_session.Invoke("New-EtcdSshTarget h " + arguments).Errors).FullyQualifiedErrorId);

    [Fact]
    public void Hosts_come_from_the_pipeline() =>
        Assert.Equal(["u@a", "u@b"], _session.Invoke("'a','b' | New-EtcdSshTarget -UserName u").RequireNoErrors().As<EtcdSshTarget>().Select(t => t.ToString()));

    [Theory]
    [InlineData("h", null)]
    [InlineData("h -Port 22", 22)]
    public void A_port_that_is_not_given_is_told_apart_from_22(string arguments, int? port) => Assert.Equal(port, One("New-EtcdSshTarget " + arguments).Port);

    [Theory]
    [InlineData("none", "none")]
    [InlineData("NONE", "none")]
    [InlineData("/etc/lab_config", "/etc/lab_config")]
    public void The_configuration_file_is_made_absolute_and_none_stays_none(string text, string file) =>
        Assert.Equal(file, One("New-EtcdSshTarget h -ConfigFile " + text).ConfigFile);

    [Fact]
    public void A_relative_configuration_file_is_relative_to_the_location() =>
        Assert.Equal("/etc/lab", One("$null = $ExecutionContext.SessionState.Path.SetLocation('/etc'); New-EtcdSshTarget h -ConfigFile lab").ConfigFile);

    private EtcdSshTarget One(string script) => _session.Invoke(script).RequireNoErrors().As<EtcdSshTarget>().Single();
}
