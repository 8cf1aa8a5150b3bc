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
    [InlineData("ProxyCommand nc %h", "SshConfigUnsupported", "ProxyCommand at /home/me/.ssh/config:1")]
    [InlineData("RevokedHostKeys revoked", "SshConfigInvalid", "the path 'revoked' is neither absolute nor under ~")]
    [InlineData("IdentityFile relative", "SshConfigInvalid", "/home/me/.ssh/config:1")]
    [InlineData("IdentityFile ~/%C", "SshConfigInvalid", "/home/me/.ssh/config:1")]
    [InlineData("IdentityFile ${NOT_SET}/id", "SshConfigInvalid", "'NOT_SET', which is not set")]
    [InlineData("IdentityAgent ${HOME", "SshConfigInvalid", "/home/me/.ssh/config:1")]
    [InlineData("IdentityAgent relative", "SshConfigInvalid", "/home/me/.ssh/config:1")]
    [InlineData("ProxyJump a,", "SshConfigInvalid", "/home/me/.ssh/config:1")]
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
    public void Certificates_agent_and_IdentitiesOnly_of_the_configuration_are_followed_unless_the_target_or_the_topology_says_otherwise()
    {
        const string Config = "IdentityAgent ~/agent-%r\nCertificateFile ${KEYS}/lab-cert.pub\nCertificateFile /c/missing\nIdentitiesOnly yes\nIdentityFile ~/none";

        ResolvedSshTarget target = Resolve(Config, new EtcdSshTarget("etcd0"));
        ResolvedSshTarget own = Resolve(
            Config, new EtcdSshTarget("etcd0") { IdentityFile = ["/keys/lab"], CertificateFile = [], IdentityAgent = "none" }, new EtcdSshSettings { IdentitiesOnly = false });

        Assert.Equal(("/keys/lab-cert.pub", "/home/me/agent-me", true), (Assert.Single(target.CertificateFiles), target.IdentityAgent, target.IdentitiesOnly));
        Assert.Equal(("/keys/lab", 0, null, false), (Assert.Single(own.IdentityFiles), own.CertificateFiles.Count, own.IdentityAgent, own.IdentitiesOnly));
    }

    [Theory]
    [InlineData("", "/run/agent.sock")]
    [InlineData("IdentityAgent none", null)]
    [InlineData("IdentityAgent SSH_AUTH_SOCK", "/run/agent.sock")]
    [InlineData("IdentityAgent $OTHER_AGENT", "/run/other.sock")]
    [InlineData("IdentityAgent $NOT_SET", null)]
    [InlineData("IdentityAgent ${KEYS}/sock", "/keys/sock")]
    public void The_agent_is_the_one_the_environment_names_unless_the_configuration_says_otherwise(string text, string? agent) =>
        Assert.Equal(agent, Resolve(text, new EtcdSshTarget("etcd0")).IdentityAgent);

    [Fact]
    public void ProxyJump_gives_the_chain_each_hop_with_its_own_settings()
    {
        const string Config = """
            Host etcd0
              ProxyJump admin@outer:2022,inner
            Host outer
              HostName outer.example.com
              IdentityFile /keys/lab
              ProxyJump first
            Host inner
              HostName 10.0.0.1
              User jumper
              ProxyJump ignored
            """;

        ResolvedSshTarget target = Resolve(Config, new EtcdSshTarget("etcd0"), new EtcdSshSettings { UserName = "ubuntu", Port = 2222, KnownHostsFile = ["/known"] });

        // The first hop's own ProxyJump counts, as for ssh; a later hop is reached through the one before it.
        Assert.Equal(["me@first", "admin@outer.example.com:2022", "jumper@10.0.0.1"], target.JumpHosts.Select(hop => hop.ToString()));
        Assert.All(target.JumpHosts, hop => Assert.Empty(hop.JumpHosts));
        Assert.All(target.JumpHosts, hop => Assert.Equal(["/known"], hop.KnownHostsFiles));
        Assert.Equal(["/keys/lab"], target.JumpHosts[1].IdentityFiles);
        Assert.Equal("ubuntu@etcd0:2222", target.ToString());
    }

    [Theory]
    [InlineData("ProxyJump jump")]
    [InlineData("ProxyCommand nc %h")]
    public void Named_jump_hosts_come_before_the_configurations_way(string text)
    {
        Assert.Empty(Resolve(text, new EtcdSshTarget("etcd0") { JumpHost = [] }).JumpHosts);
        Assert.Equal("me@topology", Assert.Single(Resolve("Host etcd0\n" + text, new EtcdSshTarget("etcd0"), new EtcdSshSettings { JumpHost = [new("topology")] }).JumpHosts).ToString());
    }

    [Theory]
    [InlineData("ProxyJump bastion", "SshJumpHostLoop")]
    [InlineData("Host etcd0\nProxyJump a,b,a", "SshJumpHostLoop")]
    [InlineData("Host etcd0\nProxyJump etcd0", "SshJumpHostLoop")]
    [InlineData("Host etcd0\nProxyJump a\nHost a\nProxyJump b\nHost b\nProxyJump a", "SshJumpHostLoop")]
    [InlineData("Host etcd0\nProxyJump a1,a2,a3,a4,a5,a6,a7,a8,a9,a10,a11,a12,a13,a14,a15,a16,a17", "SshJumpHostsTooMany")]
    public void A_chain_that_does_not_end_is_refused(string text, string errorId) =>
        Assert.Equal(errorId, Assert.Throws<EtcdTopologyException>(() => Resolve(text, new EtcdSshTarget("etcd0"))).ErrorId);

    [Fact]
    public void Only_the_first_hop_may_have_jump_hosts_of_its_own()
    {
        EtcdSshTarget nested = new("b") { JumpHost = [new("a")] };

        Assert.Equal(["me@a", "me@b", "me@c"], Resolve("", new EtcdSshTarget("etcd0") { JumpHost = [nested, new("c")] }).JumpHosts.Select(hop => hop.ToString()));
        Assert.Equal("SshJumpHostNested", Assert.Throws<EtcdTopologyException>(
            () => Resolve("", new EtcdSshTarget("etcd0") { JumpHost = [new("c"), nested] })).ErrorId);
    }

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
        "me", "/home/me", "/etc/ssh/ssh_known_hosts", path => path is "/keys/lab" or "/keys/lab-cert.pub" or "/home/me/other" or "/home/me/keys/10.0.0.6-ubuntu-2200")
    {
        Variable = name => name switch { "SSH_AUTH_SOCK" => "/run/agent.sock", "OTHER_AGENT" => "/run/other.sock", "KEYS" => "/keys", _ => null },
        ConfigFiles = new FakeSshConfigFiles { [Main] = text, ["/home/me/other"] = "User other" },
    });
}
