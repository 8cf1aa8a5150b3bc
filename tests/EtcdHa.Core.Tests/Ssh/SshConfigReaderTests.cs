using EtcdHa.Core.Ssh;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Ssh;

public sealed class SshConfigReaderTests
{
    private const string Main = "/home/me/.ssh/config";

    [Theory]
    [InlineData("ProxyCommand nc %h %p\nProxyJump later", "ProxyCommand", "nc %h %p")]
    [InlineData("ProxyJump j1,u@j2:22\nProxyCommand nc", "ProxyJump", "j1,u@j2:22")]
    [InlineData("ProxyJump none\nProxyCommand nc", "ProxyJump", "none")]
    [InlineData("identityagent = \"/run/a b\"", "IdentityAgent", "/run/a b")]
    [InlineData("HostKeyAlias\tfirst # comment\nHostKeyAlias second", "HostKeyAlias", "first")]
    [InlineData("Match user root\n HostKeyAlias r\nMatch user me\n HostKeyAlias m", "HostKeyAlias", "m")]
    [InlineData("User root\nMatch user root\n HostKeyAlias r", "HostKeyAlias", "r")]
    [InlineData("HostName real\nMatch originalhost real\n HostKeyAlias o\nMatch host real\n HostKeyAlias h", "HostKeyAlias", "h")]
    [InlineData("Match host !alias,*\n HostKeyAlias no\nMatch !host other\n HostKeyAlias yes", "HostKeyAlias", "yes")]
    [InlineData("Match canonical\n HostKeyAlias c\nMatch localuser me\n HostKeyAlias l", "HostKeyAlias", "l")]
    [InlineData("Match host other exec \"true\"\n HostKeyAlias e\nMatch all\n HostKeyAlias a", "HostKeyAlias", "a")]
    [InlineData("HostKeyAlias first\nMatch exec true\n HostKeyAlias e", "HostKeyAlias", "first")]
    public void A_keyword_has_the_value_that_counts(string text, string keyword, string value) =>
        Assert.Equal(value, Read(text).First(keyword)?.Text);

    [Theory]
    [InlineData("Port 0", ":1: the argument '0' of Port must be a number from 1 to 65535")]
    [InlineData("\nPort 65536", ":2:")]
    [InlineData("Port 22 23", ":1: the keyword Port has more than one argument")]
    [InlineData("Host other\nPort x", ":2:")]
    [InlineData("User", ":1: the keyword User has no argument")]
    [InlineData("User \"\"", ":1:")]
    [InlineData("User # comment", ":1:")]
    [InlineData("User \"me", ":1: a quotation mark is not closed")]
    [InlineData("= me", ":1:")]
    [InlineData("ConnectTimeout 1x", ":1:")]
    [InlineData("ConnectTimeout 99999999999999999999", ":1:")]
    [InlineData("StrictHostKeyChecking perhaps", ":1:")]
    [InlineData("IdentitiesOnly maybe", ":1:")]
    [InlineData("Host \"\"", ":1:")]
    [InlineData("Match host", ":1: the Match criterion 'host' has no argument")]
    [InlineData("Match colour red", ":1: 'colour' is not a Match criterion")]
    [InlineData("Match all host a", ":1:")]
    [InlineData("Include \"\"", ":1:")]
    [InlineData("HostName %p", ":1:")]
    [InlineData("Include config", ":1: files are included more than 16 deep")]
    public void A_line_that_is_wrong_is_refused_with_its_place(string text, string message)
    {
        EtcdSshConfigException error = Assert.Throws<EtcdSshConfigException>(() => Read(text).HostName);

        Assert.Equal("SshConfigInvalid", error.ErrorId);
        Assert.Contains(Main + message, error.Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("exec \"test -f /x\"", "exec")]
    [InlineData("final", "final")]
    [InlineData("tagged lab", "tagged")]
    [InlineData("host alias localnetwork 10.0.0.0/8", "localnetwork")]
    public void A_line_that_counts_only_if_an_undecidable_Match_holds_is_refused(string criteria, string name)
    {
        EtcdSshConfigException error = Assert.Throws<EtcdSshConfigException>(() => Read($"User me\nMatch {criteria}\n User ignored\n SendEnv LANG\n Port 2222"));

        Assert.Equal("SshConfigMatchUndecided", error.ErrorId);
        Assert.Contains($"{Main}:2 depends on '{name}'", error.Message, StringComparison.Ordinal);
        Assert.Contains($"Port at {Main}:5", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Included_files_are_read_in_place_and_under_the_block_they_stand_in()
    {
        FakeSshConfigFiles files = new()
        {
            [Main] = "Include conf.d/*\nHost other\n Include /hidden\nHost *\n Include ~/late none-such\n User main",
            ["/home/me/.ssh/conf.d/1"] = "Host other\n User other\nHost al*\n Port 1",
            ["/home/me/.ssh/conf.d/2"] = "Port 2\nHostKeyAlias two",
            ["/hidden"] = "Host *\n User hidden\n",
            ["/home/me/late"] = "User late",
        };

        SshConfig config = SshConfigReader.Read(Main, true, Query, files);

        Assert.Equal(("1", "two", "late"), (config.First("Port")?.Text, config.First("HostKeyAlias")?.Text, config.First("User")?.Text));
        Assert.Equal("/home/me/late:1", config.First("User")?.Place);
    }

    [Fact]
    public void A_file_that_includes_itself_twice_ends_soon() =>
        Assert.Equal("SshConfigInvalid", Assert.Throws<EtcdSshConfigException>(() => Read("Include config config")).ErrorId);

    [Fact]
    public void What_means_nothing_here_is_named_where_it_applies() =>
        Assert.Equal([Main + ":1: sendenv is not used", Main + ":5: invented is not used"], Read("SendEnv LANG\nHost other\n Compression yes\nHost *\n Invented 1").Notices);

    [Fact]
    public void No_text_makes_the_reader_throw_anything_but_its_own_error()
    {
        Gen<string> word = Gen.Elements(
            "Host", "Match", "Include", "User", "Port", "HostName", "IdentityFile", "ConnectTimeout", "all", "host", "exec", "!", "*", "alias", "config", "conf.d/*",
            " ", "\t", "=", "\"", "'", "\\", "#", "\n", "\r\n", "\0", "%h", "%", "${X}", "~", "~/", "22", "1m", "none", "\ud800", "é", ",", "[", "]");
        Prop.ForAll(word.ListOf().Select(words => string.Concat(words)).ToArbitrary(), text =>
        {
            try
            {
                SshConfig config = Read(text);
                _ = config.HostName;
                foreach (SshConfigValue value in config.All("IdentityFile"))
                {
                    config.FillPath(value.Text, value, "me", 22);
                }
            }
            catch (EtcdSshConfigException)
            {
            }

            return true;
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(2000).WithEndSize(60));
    }

    private static readonly SshConfigQuery Query = new("alias", null, "me", "/home/me");

    private static SshConfig Read(string text) => SshConfigReader.Read(Main, true, Query, new FakeSshConfigFiles { [Main] = text });
}
