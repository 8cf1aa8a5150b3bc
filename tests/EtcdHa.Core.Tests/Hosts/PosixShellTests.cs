using System.Diagnostics;
using System.Text;
using EtcdHa.Core.Hosts;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Hosts;

public sealed class PosixShellTests
{
    [Theory]
    [InlineData("", "''")]
    [InlineData("/etc/kubernetes/pki/etcd/ca.crt", "/etc/kubernetes/pki/etcd/ca.crt")]
    [InlineData("a b", "'a b'")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("~", "'~'")]
    [InlineData("a=b", "'a=b'")]
    [InlineData("$(reboot)", "'$(reboot)'")]
    [InlineData("{a,b}", "'{a,b}'")]
    [InlineData("ä", "'ä'")]
    public void A_value_becomes_one_word(string value, string word) => Assert.Equal(word, PosixShell.Quote(value));

    [Fact]
    public void A_nul_is_refused() => Assert.Throws<ArgumentException>(() => PosixShell.Quote("a\0b"));

    [Theory]
    [InlineData("dash")]
    [InlineData("bash")]
    [InlineData("zsh")]
    public void A_shell_reads_back_every_word_as_it_was(string shell)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/" + shell), shell + " is not installed");
        string[] values = [.. Gen.Sample(ArbMap.Default.GeneratorFor<NonNull<string>>(), 50, 200)
            .Select(value => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(value.Get)).Replace("\0", "", StringComparison.Ordinal))];

        using Process process = Process.Start(new ProcessStartInfo(shell, ["-c", PosixShell.Join(["printf", "%s\\0", .. values])]) { RedirectStandardOutput = true })!;
        string output = process.StandardOutput.ReadToEnd();

        Assert.Equal(values, output.Split('\0')[..^1]);
    }
}
