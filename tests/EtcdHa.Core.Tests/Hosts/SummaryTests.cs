using EtcdHa.Core.Hosts;

namespace EtcdHa.Core.Tests.Hosts;

public sealed class SummaryTests
{
    [Theory]
    [InlineData(EtcdChange.Unchanged)]
    [InlineData(EtcdChange.Unchanged, EtcdChange.Unchanged, EtcdChange.Unchanged)]
    [InlineData(EtcdChange.Created, EtcdChange.Unchanged, EtcdChange.Created)]
    [InlineData(EtcdChange.Created, EtcdChange.Created, EtcdChange.Restarted)]
    [InlineData(EtcdChange.Updated, EtcdChange.Created, EtcdChange.Updated, EtcdChange.Restarted)]
    [InlineData(EtcdChange.Restarted, EtcdChange.Unchanged, EtcdChange.Restarted)]
    public void Several_steps_are_one_word(EtcdChange expected, params EtcdChange[] steps)
        => Assert.Equal(expected, Summary.Of(steps.Select(c => new EtcdStepResult { Action = "", Target = "", Change = c, Reason = "" })));
}
