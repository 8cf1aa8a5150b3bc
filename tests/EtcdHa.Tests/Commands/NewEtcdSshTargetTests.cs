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
