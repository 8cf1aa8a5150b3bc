using System.Security;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

public sealed class SshTargetResolverTests
{
    private const string Fingerprint = "SHA256:47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU";

    private static readonly SshEnvironment Workstation = new(
        "me", "/home/me", "/etc/ssh/ssh_known_hosts", path => path is "/home/me/.ssh/id_rsa" or "/home/me/.ssh/id_ed25519" or "/home/me/lab" or "/keys/lab");

    private readonly SshTargetResolver _resolver = new(Workstation);

    [Fact]
    public void A_member_without_settings_gets_the_defaults_of_OpenSSH()
    {
        ResolvedSshTarget target = _resolver.Resolve(Member(null), Topology(new EtcdSshSettings()));

        Assert.Equal(("10.0.0.6", 22, "me"), (target.HostName, target.Port, target.UserName));
        Assert.Equal(["/home/me/.ssh/id_ed25519", "/home/me/.ssh/id_rsa"], target.IdentityFiles);
        Assert.Equal(["/home/me/.ssh/known_hosts", "/etc/ssh/ssh_known_hosts"], target.KnownHostsFiles);
        Assert.Equal((EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(30)), (target.HostKeyPolicy, target.HostKeyFingerprint, target.ConnectTimeout));
        Assert.Equal("me@10.0.0.6", target.ToString());
    }

    [Fact]
    public void The_topology_comes_before_the_defaults_and_the_member_before_the_topology()
    {
        EtcdTopology topology = Topology(new EtcdSshSettings
        {
            UserName = "ubuntu",
            Port = 2222,
            IdentityFile = ["~/lab"],
            KnownHostsFile = ["~/known"],
            HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew,
            ConnectTimeout = TimeSpan.FromSeconds(5),
        });

        ResolvedSshTarget shared = _resolver.Resolve(Member(new EtcdSshTarget("host")), topology);
        ResolvedSshTarget own = _resolver.Resolve(
            Member(new EtcdSshTarget("root@host:2022")
            {
                IdentityFile = ["/keys/lab"],
                KnownHostsFile = ["/known"],
                HostKeyPolicy = EtcdHostKeyPolicy.Strict,
                ConnectTimeout = TimeSpan.FromSeconds(7),
            }),
            topology);

        Assert.Equal("ubuntu@host:2222", shared.ToString());
        Assert.Equal(("/home/me/lab", "/home/me/known"), (Assert.Single(shared.IdentityFiles), Assert.Single(shared.KnownHostsFiles)));
        Assert.Equal((EtcdHostKeyPolicy.AcceptNew, TimeSpan.FromSeconds(5)), (shared.HostKeyPolicy, shared.ConnectTimeout));
        Assert.Equal("root@host:2022", own.ToString());
        Assert.Equal(("/keys/lab", "/known"), (Assert.Single(own.IdentityFiles), Assert.Single(own.KnownHostsFiles)));
        Assert.Equal((EtcdHostKeyPolicy.Strict, TimeSpan.FromSeconds(7)), (own.HostKeyPolicy, own.ConnectTimeout));
    }

    [Fact]
    public void Settings_ssh_config_does_not_know_come_from_the_target_then_the_topology_then_a_default()
    {
        EtcdSshSettings shared = new() { CommandTimeout = TimeSpan.FromSeconds(9), SudoMode = EtcdSudoMode.NonInteractive, AllowWeakAlgorithms = true };
        EtcdSshTarget named = new("host") { CommandTimeout = TimeSpan.FromSeconds(8), SudoMode = EtcdSudoMode.None, AllowWeakAlgorithms = false };

        ResolvedSshTarget bare = _resolver.Resolve(new EtcdSshTarget("host"));
        ResolvedSshTarget fromTopology = _resolver.Resolve(Member(new EtcdSshTarget("host")), Topology(shared));
        ResolvedSshTarget own = _resolver.Resolve(Member(named), Topology(shared));

        Assert.Equal((null, EtcdSudoMode.Auto, false), (bare.CommandTimeout, bare.SudoMode, bare.AllowWeakAlgorithms));
        Assert.Equal((shared.CommandTimeout, EtcdSudoMode.NonInteractive, true), (fromTopology.CommandTimeout, fromTopology.SudoMode, fromTopology.AllowWeakAlgorithms));
        Assert.Equal((named.CommandTimeout, EtcdSudoMode.None, false), (own.CommandTimeout, own.SudoMode, own.AllowWeakAlgorithms));
    }

    [Fact]
    public void A_password_goes_with_its_user_and_to_no_jump_host()
    {
        using SecureString given = new();
        using SecureString targets = new();
        using SecureString passphrase = new();
        SshTargetResolver resolver = new(Workstation, new SshSecrets("operator", given, null, passphrase));
        EtcdSshTarget named = new("ubuntu@host") { JumpHost = [new("ubuntu@bastion")] };

        ResolvedSshTarget commands = resolver.Resolve(named);
        ResolvedSshTarget own = resolver.Resolve(named with { Password = targets });
        ResolvedSshTarget jump = Assert.Single(commands.JumpHosts);

        Assert.Equal(("operator", given, given, passphrase), (commands.UserName, commands.Password, commands.SudoPassword, commands.KeyPassphrase));
        Assert.Equal(("ubuntu", targets, targets), (own.UserName, own.Password, own.SudoPassword));
        Assert.Equal(("ubuntu", null, null, passphrase), (jump.UserName, jump.Password, jump.SudoPassword, jump.KeyPassphrase));
    }

    [Fact]
    public void A_certificate_that_was_named_must_be_there()
    {
        EtcdSshAuthenticationException error = Assert.Throws<EtcdSshAuthenticationException>(
            () => _resolver.Resolve(new EtcdSshTarget("host") { CertificateFile = ["~/none-cert.pub"] }));

        Assert.Equal(("SshCertificateFileMissing", "/home/me/none-cert.pub"), (error.ErrorId, error.Subject));
    }

    [Fact]
    public void A_key_file_that_was_named_must_be_there()
    {
        EtcdSshAuthenticationException error = Assert.Throws<EtcdSshAuthenticationException>(
            () => _resolver.Resolve(Member(null), Topology(new EtcdSshSettings { IdentityFile = ["~/lab", "~/none"] })));

        Assert.Equal(("SshIdentityFileMissing", "/home/me/none"), (error.ErrorId, error.Subject));
    }

    [Theory]
    [InlineData("lab")]
    [InlineData("./lab")]
    [InlineData("~root/lab")]
    [InlineData("")]
    public void A_relative_path_is_refused(string path)
    {
        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(
            () => _resolver.Resolve(Member(null), Topology(new EtcdSshSettings { KnownHostsFile = [path] })));

        Assert.Equal("SshPathNotAbsolute", error.ErrorId);
    }

    [Fact]
    public void A_fingerprint_pins_unless_the_target_says_otherwise()
    {
        EtcdTopology topology = Topology(new EtcdSshSettings { HostKeyPolicy = EtcdHostKeyPolicy.AcceptNew });
        EtcdSshTarget target = new("host") { HostKeyFingerprint = Fingerprint + "=" };

        ResolvedSshTarget pinned = _resolver.Resolve(Member(target), topology);
        ResolvedSshTarget strict = _resolver.Resolve(Member(target with { HostKeyPolicy = EtcdHostKeyPolicy.Strict }), topology);

        Assert.Equal((EtcdHostKeyPolicy.Pinned, Fingerprint), (pinned.HostKeyPolicy, pinned.HostKeyFingerprint));
        Assert.Equal((EtcdHostKeyPolicy.Strict, null), (strict.HostKeyPolicy, strict.HostKeyFingerprint));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    [InlineData("SHA256:short")]
    [InlineData("47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU")]
    [InlineData("MD5:16:27:ac:a5:76:28:2d:36:63:1b:56:4d:eb:df:a6:48")]
    public void Pinning_needs_a_whole_SHA256_fingerprint(string? fingerprint)
    {
        EtcdSshTarget target = new("host") { HostKeyPolicy = EtcdHostKeyPolicy.Pinned, HostKeyFingerprint = fingerprint };

        EtcdTopologyException error = Assert.Throws<EtcdTopologyException>(() => _resolver.Resolve(Member(target), Topology(new EtcdSshSettings())));

        Assert.Equal("SshFingerprintInvalid", error.ErrorId);
    }

    private static EtcdMember Member(EtcdSshTarget? target) => new("infra0", "10.0.0.6") { SshTarget = target };

    private static EtcdTopology Topology(EtcdSshSettings ssh) => new() { Members = [], KubernetesVersion = "v1.34.0", Ssh = ssh };
}
