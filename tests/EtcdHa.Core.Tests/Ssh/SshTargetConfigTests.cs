using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Parameters before the topology before ssh_config before the defaults.</summary>
public sealed class SshTargetConfigTests
{
    private const string Main = "/home/me/.ssh/config";

    private const string Everything = """
        Host etcd0
          HostName 10.0.0.6
          User ubuntu
          Port 2200
          IdentityFile ~/keys/%h-%r-%p
          IdentityFile /keys/missing
          UserKnownHostsFile ~/known
          GlobalKnownHostsFile none
          StrictHostKeyChecking accept-new
          HostKeyAlias Etcd-Zero
          ConnectTimeout 7
          ServerAliveInterval 0
        """;

    [Fact]
    public void The_configuration_comes_before_the_defaults()
    {
        ResolvedSshTarget target = Resolve(Everything, new EtcdSshTarget("etcd0"));

        Assert.Equal("ubuntu@10.0.0.6:2200", target.ToString());
        Assert.Equal(["/home/me/keys/10.0.0.6-ubuntu-2200"], target.IdentityFiles);
        Assert.Equal(["/home/me/known"], target.KnownHostsFiles);
        Assert.Equal((EtcdHostKeyPolicy.AcceptNew, "Etcd-Zero"), (target.HostKeyPolicy, target.HostKeyAlias));
        Assert.Equal((TimeSpan.FromSeconds(7), TimeSpan.Zero), (target.ConnectTimeout, target.KeepAliveInterval));
        Assert.Equal("etcd-zero", target.KnownHostsName.Text);
    }

    [Fact]
    public void The_topology_comes_before_the_configuration_and_an_explicit_port_22_before_both()
    {
        EtcdSshSettings shared = new()
        {
            UserName = "root",
            Port = 2222,
            IdentityFile = ["/keys/lab"],
            KnownHostsFile = ["/known"],
            HostKeyPolicy = EtcdHostKeyPolicy.Strict,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        };

        ResolvedSshTarget fromTopology = Resolve(Everything, new EtcdSshTarget("etcd0"), shared);
        ResolvedSshTarget own = Resolve(Everything, new EtcdSshTarget("etcd0:22"), shared);

        Assert.Equal("root@10.0.0.6:2222", fromTopology.ToString());
        Assert.Equal(("/keys/lab", "/known"), (Assert.Single(fromTopology.IdentityFiles), Assert.Single(fromTopology.KnownHostsFiles)));
        Assert.Equal((EtcdHostKeyPolicy.Strict, TimeSpan.FromSeconds(5)), (fromTopology.HostKeyPolicy, fromTopology.ConnectTimeout));
        Assert.Equal("root@10.0.0.6", own.ToString());
    }

    [Theory]
    [InlineData("ProxyJump jump", "SshProxyJumpUnsupported", "ProxyJump at /home/me/.ssh/config:1 leads through 'jump'")]
    [InlineData("ProxyCommand nc %h", "SshConfigUnsupported", "ProxyCommand at /home/me/.ssh/config:1")]
    [InlineData("RevokedHostKeys revoked", "SshConfigInvalid", "the path 'revoked' is neither absolute nor under ~")]
    [InlineData("CertificateFile ~/id-cert.pub", "SshConfigIdentityUnsupported", "CertificateFile at /home/me/.ssh/config:1")]
    [InlineData("IdentityAgent SSH_AUTH_SOCK", "SshConfigIdentityUnsupported", "IdentityAgent at /home/me/.ssh/config:1")]
    [InlineData("IdentityFile relative", "SshConfigInvalid", "/home/me/.ssh/config:1")]
    [InlineData("IdentityFile ~/%C", "SshConfigInvalid", "/home/me/.ssh/config:1")]
    [InlineData("IdentityFile ${HOME}/id", "SshConfigInvalid", "/home/me/.ssh/config:1")]
    public void What_cannot_be_followed_is_refused_with_its_place(string text, string errorId, string message)
    {
        EtcdSshConfigException error = Assert.Throws<EtcdSshConfigException>(() => Resolve(text, new EtcdSshTarget("etcd0")));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Contains(message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("Host other\nProxyJump jump\nProxyCommand nc")]
    [InlineData("ProxyJump none\nProxyCommand nc\nRevokedHostKeys none\nIdentityAgent none\nCertificateFile none")]
    public void What_does_not_concern_the_host_is_not_refused(string text) =>
        Assert.Equal("me@etcd0", Resolve(text, new EtcdSshTarget("etcd0")).ToString());

    [Fact]
    public void A_named_key_makes_certificate_and_agent_of_the_configuration_needless() =>
        Assert.Equal(
            ["/keys/lab"],
            Resolve("IdentityAgent /run/agent\nCertificateFile /c", new EtcdSshTarget("etcd0") { IdentityFile = ["/keys/lab"] }).IdentityFiles);

    [Fact]
    public void Revoked_keys_and_hashed_names_are_followed()
    {
        ResolvedSshTarget target = Resolve("RevokedHostKeys ~/.ssh/revoked\nHashKnownHosts yes", new EtcdSshTarget("etcd0"));
        ResolvedSshTarget plain = Resolve("RevokedHostKeys none\nHashKnownHosts no", new EtcdSshTarget("etcd0"));

        Assert.Equal((true, "/home/me/.ssh/revoked"), (target.HashKnownHosts, Assert.Single(target.RevokedHostKeysFiles)));
        Assert.Equal((false, 0), (plain.HashKnownHosts, plain.RevokedHostKeysFiles.Count));
    }

    [Theory]
    [InlineData("no")]
    [InlineData("off")]
    public void Unchecked_host_keys_are_checked_all_the_same_and_that_is_said(string value)
    {
        ResolvedSshTarget target = Resolve("StrictHostKeyChecking " + value, new EtcdSshTarget("etcd0"));

        Assert.Equal(EtcdHostKeyPolicy.Strict, target.HostKeyPolicy);
        Assert.Contains(":1: StrictHostKeyChecking " + value, Assert.Single(target.Notices), StringComparison.Ordinal);
    }

    [Fact]
    public void Another_file_or_none_takes_the_place_of_the_users_own()
    {
        EtcdSshTarget target = new("etcd0");

        Assert.Equal("other@etcd0", Resolve(Everything, target with { ConfigFile = "~/other" }).ToString());
        Assert.Equal("me@etcd0", Resolve("nonsense", target with { ConfigFile = "none" }).ToString());
        Assert.Equal("me@etcd0", Resolve("nonsense", target with { ConfigFile = "None" }).ToString());
        Assert.Equal("SshConfigMissing", Assert.Throws<EtcdSshConfigException>(() => Resolve("", target with { ConfigFile = "/none" })).ErrorId);
        Assert.Equal("SshPathNotAbsolute", Assert.Throws<EtcdTopologyException>(() => Resolve("", target with { ConfigFile = "config" })).ErrorId);
    }

    [Fact]
    public void A_member_without_target_is_asked_for_by_its_address()
    {
        EtcdMember member = new("infra0", "10.0.0.6");
        EtcdTopology topology = new() { Members = [member], KubernetesVersion = "v1.34.0" };

        Assert.Equal("lab@10.0.0.6", Resolver("Host 10.0.0.*\n User lab").Resolve(member, topology).ToString());
    }

    private static ResolvedSshTarget Resolve(string text, EtcdSshTarget target, EtcdSshSettings? shared = null)
    {
        EtcdMember member = new("infra0", "10.9.9.9") { SshTarget = target };
        return Resolver(text).Resolve(member, new EtcdTopology { Members = [member], KubernetesVersion = "v1.34.0", Ssh = shared ?? new EtcdSshSettings() });
    }

    private static SshTargetResolver Resolver(string text) => new(new SshEnvironment(
        "me", "/home/me", "/etc/ssh/ssh_known_hosts", path => path is "/keys/lab" or "/home/me/other" or "/home/me/keys/10.0.0.6-ubuntu-2200")
    {
        ConfigFiles = new FakeSshConfigFiles { [Main] = text, ["/home/me/other"] = "User other" },
    });
}
