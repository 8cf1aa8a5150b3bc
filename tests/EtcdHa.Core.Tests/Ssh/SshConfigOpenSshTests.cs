using EtcdHa.Core.Ssh;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>The reader against ssh itself: <c>ssh -G</c> on the same file.</summary>
public sealed class SshConfigOpenSshTests : IDisposable
{
    private const string Program = "/usr/bin/ssh";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcdha-config-");

    [Theory]
    [InlineData("")]
    [InlineData("Host alias\n  HostName 10.0.0.6\n  Port 2222\n  User ubuntu\nHost *\n  User nobody\n  Port 23")]
    [InlineData("host=alias\r\n\tPORT = 2222\r\n\tuser\t\"a user\"\r\n")]
    [InlineData("Host other alias\n Port 1\nHost al?as !alias\n Port 2\nHost !other *\n User two")]
    [InlineData("Host ALIAS\n Port 1\nHost alias # comment\n Port 2")]
    [InlineData("Port 1\nHost *\nPort 2\nMatch all\nUser u")]
    [InlineData("HostName %h.Example.COM\nMatch host alias.example.com\n Port 7\nMatch originalhost alias user root\n Port 8")]
    [InlineData("User me\nMatch user me\n Port 5\nMatch !user me\n Port 6")]
    [InlineData("IdentityFile ~/one\nHost alias\nIdentityFile \"/keys/a b\"\nIdentityFile %d/two\nIdentityFile ~/one\nIdentityFile none")]
    [InlineData("UserKnownHostsFile /a \"/b c\" /%h\nUserKnownHostsFile /d")]
    [InlineData("UserKnownHostsFile none\nStrictHostKeyChecking accept-new")]
    [InlineData("StrictHostKeyChecking yes\nConnectTimeout 1m30s\nProxyJump j1,u@j2:2022")]
    [InlineData("StrictHostKeyChecking off\nConnectTimeout 7")]
    [InlineData("StrictHostKeyChecking ask\nConnectTimeout 1h1\nProxyJump none\nProxyCommand nc %h")]
    [InlineData("StrictHostKeyChecking no\nConnectTimeout none")]
    [InlineData("CertificateFile ~/a-cert.pub\nCertificateFile \"/b c\"\nHost alias\nCertificateFile ~/a-cert.pub\nIdentitiesOnly true\nServerAliveInterval 1m")]
    [InlineData("IdentityAgent ~/agent-%r-%h\nIdentityAgent none\nHostKeyAlias Foo\nGlobalKnownHostsFile /g1 /g2\nServerAliveInterval 30")]
    [InlineData("IdentityAgent ${HOME}/agent\nIdentitiesOnly no\nIdentitiesOnly yes\nUserKnownHostsFile ${HOME}/%h ~/x")]
    [InlineData("IdentityAgent $SOME_AGENT\nCertificateFile none")]
    [InlineData("IdentityAgent SSH_AUTH_SOCK\nProxyJump ssh://u@a:22,b: # comment")]
    [InlineData("IdentityAgent none\nProxyJump a@b@c,[fd00::1]:2022 rest")]
    [InlineData("Include inc-*\nHost other\nInclude inc-1\nHost alias\nPort 9\nUser last")]
    [InlineData("User a\\\"b#c\nHostName \"a\"lias")]
    [InlineData("# comment\n\n   \t\nPort 3   \nUser 'single quoted' # comment")]
    public void A_file_means_what_it_means_to_ssh(string text)
    {
        Assert.SkipUnless(File.Exists(Program), Program + " is not installed");
        string first = Path.Combine(_folder.FullName, "inc-1");
        File.WriteAllText(first, "Host other\nPort 1\nHost alias\nUser included\n");
        File.WriteAllText(Path.Combine(_folder.FullName, "inc-2"), "ConnectTimeout 3\n");
        string path = Path.Combine(_folder.FullName, "config");
        File.WriteAllText(path, text.Replace("inc-", _folder.FullName + "/inc-", StringComparison.Ordinal));
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        SshConfigQuery query = new("alias", null, Environment.UserName, home) { Variable = Environment.GetEnvironmentVariable };

        AssertSame(path, query, home);
    }

    [Fact]
    public void Any_configuration_means_what_it_means_to_ssh_or_is_refused_by_both()
    {
        Assert.SkipUnless(File.Exists(Program), Program + " is not installed");
        string[] lines =
        [
            "Host alias", "Host other", "Host *", "Host al* !alias", "Match all", "Match host alias", "Match user root", "Match !originalhost alias",
            "Port 22", "Port 2022", "Port x", "User a", "User \"b c\"", "HostName 10.0.0.1", "HostName %h.example.com", "HostKeyAlias One", "HostKeyAlias two",
            "IdentityFile ~/one", "IdentityFile /two", "IdentityFile none", "CertificateFile /c1", "CertificateFile ~/c2", "CertificateFile none", "IdentitiesOnly yes", "IdentitiesOnly no",
            "IdentityAgent none", "IdentityAgent /agent", "IdentityAgent ~/%r", "IdentityAgent $AGENT", "IdentityAgent $NOT/VALID", "IdentityAgent SSH_AUTH_SOCK",
            "ProxyJump none", "ProxyJump a", "ProxyJump u@a:2022,b", "ProxyJump [fd00::1]:22", "ProxyJump a,,b", "ProxyJump a:0", "ProxyJump ssh://u@h:5/", "ProxyJump a b", "ProxyJump @a",
            "ProxyCommand nc %h %p", "ProxyCommand none", "ConnectTimeout 5", "ConnectTimeout 1m", "ServerAliveInterval 10", "ServerAliveInterval 1h", "ServerAliveInterval x",
            "StrictHostKeyChecking yes", "StrictHostKeyChecking accept-new", "UserKnownHostsFile /k1 ~/k2", "GlobalKnownHostsFile /g", "Compression yes", "# comment", "",
        ];
        string path = Path.Combine(_folder.FullName, "config");
        string home = Environment.GetFolderPath(Environment.SpecialFolder.UserProfile);
        SshConfigQuery query = new("alias", null, Environment.UserName, home) { Variable = Environment.GetEnvironmentVariable };
        Prop.ForAll(Gen.Elements(lines).ListOf().Select(list => string.Join('\n', list.Take(12))).ToArbitrary(), text =>
        {
            File.WriteAllText(path, text);
            if (TestSshd.Run(Program, "-G", "-F", path, "alias").Contains("hostname ", StringComparison.Ordinal))
            {
                AssertSame(path, query, home);
            }
            else
            {
                Assert.Throws<EtcdSshConfigException>(() => SshConfigReader.Read(path, false, query, new SshConfigFiles()));
            }
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(200).WithReplay(20261126UL, 5UL));
    }

    private static IReadOnlyList<EtcdSshTarget> Hops(SshConfig config) =>
        config.First("ProxyJump") is { } value ? SshConfigJump.Parse(value.Text) ?? throw new InvalidOperationException(value.Text) : [];

    private static string Shown(EtcdSshTarget hop) =>
        (hop.UserName is null ? "" : hop.UserName + "@") + (hop.HostName.Contains(':', StringComparison.Ordinal) ? $"[{hop.HostName}]" : hop.HostName)
        + (hop.Port is null ? "" : string.Create(System.Globalization.CultureInfo.InvariantCulture, $":{hop.Port}"));

    private static void AssertSame(string path, SshConfigQuery query, string home)
    {
        SshConfig config = SshConfigReader.Read(path, false, query, new SshConfigFiles());

        ILookup<string, string> expected = TestSshd.Run(Program, "-G", "-F", path, "alias").Split('\n')
            .Select(line => line.Split(' ', 2)).Where(pair => pair.Length == 2).ToLookup(pair => pair[0], pair => pair[1].TrimEnd('\r'));
        Assert.Equal(expected["hostname"].Single(), config.HostName);
        Assert.Equal(expected["user"].Single(), config.First("User")?.Text ?? Environment.UserName);
        Assert.Equal(expected["port"].Single(), config.First("Port")?.Text ?? "22");
        // Of several hops ssh shows all but the last as they were written.
        string jump = expected["proxyjump"].SingleOrDefault() ?? "";
        Assert.Equal(jump.Contains("://", StringComparison.Ordinal) ? string.Join(',', SshConfigJump.Parse(jump)!.Select(Shown)) : jump, string.Join(',', Hops(config).Select(Shown)));
        Assert.Equal(
            expected["stricthostkeychecking"].Single(),
            config.First("StrictHostKeyChecking")?.Text switch { null or "ask" => "ask", "yes" => "true", "no" or "off" => "false", var other => other });
        Assert.Equal(
            expected["connecttimeout"].Single(),
            config.First("ConnectTimeout") is { IsNone: false } time ? SshConfigKeyword.Time(time.Text)!.Value.TotalSeconds.ToString(System.Globalization.CultureInfo.InvariantCulture) : "none");
        Assert.Equal(
            expected["userknownhostsfile"].Single(),
            config.First("UserKnownHostsFile") is { } known
                ? string.Join(' ', known.Arguments.Select(file => config.FillPath(file, known, "me", 22)))
                : $"{home}/.ssh/known_hosts {home}/.ssh/known_hosts2");
        if (config.All("IdentityFile").Count > 0)
        {
            Assert.Equal(expected["identityfile"], config.All("IdentityFile").Select(file => file.Text).Distinct());
        }

        Assert.Equal(expected["certificatefile"], config.All("CertificateFile").Select(file => file.Text).Distinct());
        Assert.Equal(expected["identitiesonly"].Single(), config.First("IdentitiesOnly")?.Text is "yes" or "true" ? "yes" : "no");
        Assert.Equal(
            expected["identityagent"].SingleOrDefault(),
            config.First("IdentityAgent") is { } agent
                ? agent.Text.StartsWith('$') && !agent.Text.StartsWith("${", StringComparison.Ordinal) ? agent.Text : config.FillPath(agent.Text, agent, config.First("User")?.Text ?? Environment.UserName, 22)
                : null);
        Assert.Equal(expected["hostkeyalias"].SingleOrDefault(), config.First("HostKeyAlias")?.Text.ToLowerInvariant());
        Assert.Equal(
            double.Parse(expected["serveraliveinterval"].Single(), System.Globalization.CultureInfo.InvariantCulture),
            config.First("ServerAliveInterval") is { } alive ? SshConfigKeyword.Time(alive.Text)!.Value.TotalSeconds : 0);
        if (config.First("GlobalKnownHostsFile") is { } global)
        {
            Assert.Equal(expected["globalknownhostsfile"].Single(), string.Join(' ', global.Arguments));
        }
    }

    [Theory]
    [InlineData("Port 0")]
    [InlineData("Port")]
    [InlineData("User \"a")]
    [InlineData("Match colour red")]
    [InlineData("Match all host a")]
    [InlineData("StrictHostKeyChecking perhaps")]
    [InlineData("ConnectTimeout 1x")]
    [InlineData("Host other\nPort x")]
    [InlineData("Port 22 23")]
    [InlineData("IdentitiesOnly maybe")]
    [InlineData("IdentitiesOnly yes no")]
    [InlineData("IdentityAgent $HOME/agent")]
    [InlineData("IdentityAgent $")]
    [InlineData("CertificateFile a b")]
    [InlineData("ServerAliveInterval -1")]
    [InlineData("ProxyJump a, b")]
    [InlineData("ProxyJump a,,b")]
    [InlineData("ProxyJump fd00::1")]
    [InlineData("ProxyJump a:0")]
    [InlineData("ProxyJump a:99999")]
    [InlineData("ProxyJump @a")]
    [InlineData("ProxyJump a/b")]
    [InlineData("ProxyJump 'a")]
    [InlineData("ProxyJump [a")]
    [InlineData("ProxyJump SSH://a")]
    [InlineData("ProxyJump ssh://a:22/x")]
    [InlineData("Host other\nProxyJump a,,b")]
    public void What_ssh_refuses_is_refused(string text)
    {
        Assert.SkipUnless(File.Exists(Program), Program + " is not installed");
        string path = Path.Combine(_folder.FullName, "config");
        File.WriteAllText(path, text);

        Assert.DoesNotContain("hostname alias", TestSshd.Run(Program, "-G", "-F", path, "alias"), StringComparison.Ordinal);
        Assert.Throws<EtcdSshConfigException>(() => SshConfigReader.Read(path, false, new SshConfigQuery("alias", null, "me", "/home/me"), new SshConfigFiles()));
    }

    [Fact]
    public void Patterns_find_files_as_the_shell_does()
    {
        foreach (string name in (string[])["b1.conf", "a1.conf", "a2.conf", "a3.txt", ".a4.conf", "[x]"])
        {
            File.WriteAllText(Path.Combine(_folder.FullName, name), "");
        }

        SshConfigFiles files = new();
        string[] Find(string pattern) => [.. files.Glob(Path.Combine(_folder.FullName, pattern)).Select(path => Path.GetFileName(path))];

        Assert.Equal(["a1.conf", "a2.conf", "b1.conf"], Find("*.conf"));
        Assert.Equal(["a1.conf", "a2.conf"], Find("a?.conf"));
        Assert.Equal(["b1.conf"], Find("[!a]*.conf"));
        Assert.Equal(["a2.conf"], Find("a[2-9].conf"));
        Assert.Equal(["a3.txt"], Find("../*/a3.*"));
        Assert.Empty(Find("none/*"));
        Assert.Empty(Find("a[z-a].conf"));
    }

    [Fact]
    public void The_users_own_file_must_not_be_writable_by_others()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "modes are Unix");
        string path = Path.Combine(_folder.FullName, "config");
        File.WriteAllText(path, "User me");
        TestSshd.Run("/bin/chmod", "660", path);

        Assert.Equal("SshConfigWritableByOthers", Assert.Throws<EtcdSshConfigException>(() => new SshConfigFiles().Read(path, isUsers: true)).ErrorId);
        Assert.Equal("User me", new SshConfigFiles().Read(path, isUsers: false));
        Assert.Equal("SshConfigUnreadable", Assert.Throws<EtcdSshConfigException>(() => new SshConfigFiles().Read(_folder.FullName, isUsers: false)).ErrorId);
    }

    public void Dispose() => _folder.Delete(recursive: true);
}
