using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Tests.Hosts;

public sealed class KubeletJournalTests
{
    private const string Start = "I1127 05:19:51.700000    1234 server.go:520] \"Kubelet version\" kubeletVersion=\"v1.36.3\"\n";
    private const string Warning = "W1127 05:19:51.700000    1234 server.go:1] no node name\n";

    [Fact]
    public void Faults_go_before_what_klog_marks_as_information()
        => Assert.Equal("\"command failed\" err=\"no runtime\"", KubeletJournal.Excerpt("E1127 05:19:51.750000    1234 run.go:74] \"command failed\" err=\"no runtime\"\n" + Start + Warning));

    [Fact]
    public void The_same_fault_of_several_runs_is_said_once_and_the_newest_comes_last()
        => Assert.Equal("b; a", KubeletJournal.Excerpt(
            "E1127 05:19:51.750000    1 run.go:74] a\nE1127 05:19:52.750000    2 run.go:74] b\nE1127 05:20:01.750000    3 run.go:74] a\n"));

    [Fact]
    public void Lines_that_are_not_klogs_count_as_faults()
        => Assert.Equal("Error: unknown flag: --nonsense", KubeletJournal.Excerpt("Error: unknown flag: --nonsense\n"));

    [Fact]
    public void Without_a_fault_the_last_three_lines_are_shown()
        => Assert.Equal("no node name; two; three", KubeletJournal.Excerpt(Start + Warning + "two\nthree\n"));

    [Fact]
    public void Control_characters_do_not_reach_the_terminal()
        => Assert.Equal("a[31mb", KubeletJournal.Excerpt("E1127 05:19:51.750000    1 run.go:74] a\u001b[31mb\u0007\n"));

    [Theory]
    [InlineData("")]
    [InlineData("\n \n")]
    public void An_empty_journal_has_no_excerpt(string journal) => Assert.Equal("", KubeletJournal.Excerpt(journal));
}
