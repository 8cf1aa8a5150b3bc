using System.Management.Automation;
using EtcdHa.Console.Hosting;

namespace EtcdHa.Tests.Console;

public sealed class ProgressTests
{
    private readonly ProgressActivities _activities = new();

    [Fact]
    public void Children_stand_below_their_parent()
    {
        _activities.Update(1, new ProgressRecord(2, "m1", "copying") { ParentActivityId = 1, PercentComplete = 50 });
        _activities.Update(1, new ProgressRecord(1, "Hosts", "3 hosts"));
        _activities.Update(1, new ProgressRecord(3, "m2", "waiting") { ParentActivityId = 1 });
        Assert.Equal(
            ["Hosts  3 hosts", "  m1 [==========          ] 50%  copying", "  m2  waiting"],
            _activities.Render(80, 10));
    }

    [Fact]
    public void A_parent_that_completes_takes_its_children_along()
    {
        _activities.Update(1, new ProgressRecord(1, "Hosts", "s"));
        _activities.Update(1, new ProgressRecord(2, "m1", "s") { ParentActivityId = 1 });
        Assert.True(_activities.Update(1, new ProgressRecord(1, "Hosts", "s") { RecordType = ProgressRecordType.Completed }));
        Assert.True(_activities.IsEmpty);
    }

    [Fact]
    public void Records_that_name_each_other_as_parents_do_no_harm()
    {
        _activities.Update(1, new ProgressRecord(1, "a", "s") { ParentActivityId = 2 });
        _activities.Update(1, new ProgressRecord(2, "b", "s") { ParentActivityId = 1 });
        Assert.Equal(2, _activities.Render(80, 10).Count);
        _activities.Update(1, new ProgressRecord(1, "a", "s") { RecordType = ProgressRecordType.Completed });
    }

    [Fact]
    public void Lines_fit_the_window()
    {
        for (var i = 0; i < 5; i++)
        {
            _activities.Update(1, new ProgressRecord(i, $"activity {i}", new string('x', 100)));
        }

        var lines = _activities.Render(30, 3);
        Assert.Equal(3, lines.Count);
        Assert.All(lines, line => Assert.True(line.Length <= 30));
        Assert.Equal("… and 3 more", lines[^1]);
    }
}
