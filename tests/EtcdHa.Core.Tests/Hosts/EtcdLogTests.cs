using System.Globalization;
using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Tests.Hosts;

public sealed class EtcdLogTests
{
    private const string Said = "member b3a4986d80afe339 has already been bootstrapped";
    private const string Zap = """{"level":"fatal","ts":"2026-11-26T15:14:43.000Z","caller":"etcdmain/etcd.go:204","msg":"discovery failed","error":"member b3a4986d80afe339 has already been bootstrapped","stacktrace":"go.etcd.io/etcd"}""";
    private const string Capnslog = "2026-11-26 15:14:43.123456 C | etcdmain: " + Said;
    private const string Chatter = """{"level":"info","ts":"2026-11-26T15:14:42.900Z","msg":"opened backend db","path":"/var/lib/etcd/member/snap/db"}""";

    [Theory]
    [InlineData("{0}")]
    [InlineData("2026-11-26T15:14:43.123456789Z stderr F {0}")]
    [InlineData("2026-11-26T15:14:43.123456789+01:00 stdout F {0}")]
    public void The_end_of_etcd_is_found_in_every_form_its_log_has_had(string around)
    {
        Assert.Equal("discovery failed: " + Said, Of(Wrapped(Chatter), Wrapped(Zap)));
        Assert.Equal(Said, Of(Wrapped("2026-11-26 15:14:42.123456 I | etcdserver: name = infra2"), Wrapped(Capnslog)));

        string Wrapped(string line) => string.Format(CultureInfo.InvariantCulture, around, line);
    }

    [Fact]
    public void Dockers_log_is_read_too()
        => Assert.Equal(Said, Of("{\"log\":\"" + Capnslog + "\\n\",\"stream\":\"stderr\",\"time\":\"2026-11-26T15:14:43Z\"}"));

    [Fact]
    public void A_crash_loop_is_told_once_and_what_is_worse_comes_before_what_is_later()
        => Assert.Equal("discovery failed: " + Said, Of(Zap, Chatter, Zap, """{"level":"error","msg":"later"}""", """{"level":"warn","msg":"last"}"""));

    [Theory]
    [InlineData(false, "flag provided but not defined: -no-such")]
    [InlineData(true, "")]
    public void Without_an_error_the_last_line_counts_where_etcd_does_not_run(bool isRunning, string words)
        => Assert.Equal(words, EtcdLog.LastWords([Chatter, "", "flag provided but not defined: -no-such"], isRunning));

    [Fact]
    public void Lines_that_were_cut_or_are_no_log_do_no_harm()
    {
        Assert.Equal("", Of());
        Assert.Equal("{\"level\":\"fatal\",\"msg\":\"cut", Of("{\"level\":\"fatal\",\"msg\":\"cut"));
        Assert.Equal("[1]", Of("[1]"));
        Assert.Equal("a\u0007b".Replace("\u0007", "", StringComparison.Ordinal), Of("a\u0007b"));
    }

    private static string Of(params string[] lines) => EtcdLog.LastWords(lines, isRunning: false);
}
