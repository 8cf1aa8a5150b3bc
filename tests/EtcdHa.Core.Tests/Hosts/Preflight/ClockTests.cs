using EtcdHa.Core.Hosts.Preflight;
using static EtcdHa.Core.Tests.Hosts.Preflight.Told;

namespace EtcdHa.Core.Tests.Hosts.Preflight;

public sealed class ClockTests
{
    private static readonly DateTimeOffset Asked = DateTimeOffset.FromUnixTimeSeconds(1_764_150_000);

    [Fact]
    public void Fault08_The_time_the_answer_took_is_taken_out()
    {
        // The host is 10 s ahead; 0.25 s there, 3 s at work, 0.25 s back.
        ClockSample? sample = ClockSample.Of(Asked, Asked.AddSeconds(3.5), ["1764150010.250000000", "1764150013.250000000"]);
        Assert.Equal(new(TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(0.25)), sample);
    }

    [Fact]
    public void Fault08_A_slow_way_in_one_direction_is_within_the_uncertainty()
    {
        ClockSample? sample = ClockSample.Of(Asked, Asked.AddSeconds(4), ["1764150003.000000000", "1764150004.000000000"]);
        Assert.Equal(new(TimeSpan.FromSeconds(1.5), TimeSpan.FromSeconds(1.5)), sample);
        Assert.All(ClockCheck.Evaluate([sample, At(0), At(0)]).SelectMany(r => r), r => Assert.Equal(EtcdCheckSeverity.Passed, r.Severity));
    }

    [Theory]
    [InlineData("1764150000.%N")]
    [InlineData("1764150000.")]
    [InlineData("1764150000")]
    public void A_date_without_a_fraction_is_half_a_second_less_certain(string time)
    {
        ClockSample? sample = ClockSample.Of(Asked, Asked.AddSeconds(1), [time, time]);
        Assert.Equal(new(TimeSpan.Zero, TimeSpan.FromSeconds(1)), sample);
    }

    [Theory]
    [InlineData()]
    [InlineData("", "")]
    [InlineData("now", "now")]
    [InlineData("99999999999999999", "1")]
    public void No_time_is_no_sample(params string[] times) => Assert.Null(ClockSample.Of(Asked, Asked, times));

    [Fact]
    public void Fault08_One_host_ten_minutes_ahead_fails_alone()
    {
        IReadOnlyList<IReadOnlyList<CheckResult>> results = ClockCheck.Evaluate([At(0.1), At(600), At(-0.1)]);
        Assert.Equal(["Passed: 0.00 s ahead of the median of 3 hosts, to within 0.05 s"], Lines(results[0]));
        Assert.Equal("Error: 599.90 s ahead of the median of 3 hosts, to within 0.05 s", Line(results[1][0]));
        Assert.Equal(TimeSpan.FromSeconds(599.9), results[1][0].Value);
        Assert.Equal("Warning: 600.00 s ahead of the workstation's clock, from which the certificates' validity is counted", Line(results[1][1]));
        Assert.Equal(["Passed: 0.20 s behind the median of 3 hosts, to within 0.05 s"], Lines(results[2]));
    }

    [Theory]
    [InlineData(1.04, EtcdCheckSeverity.Passed)]
    [InlineData(1.06, EtcdCheckSeverity.Warning)]
    [InlineData(-1.06, EtcdCheckSeverity.Warning)]
    [InlineData(30.04, EtcdCheckSeverity.Warning)]
    [InlineData(30.06, EtcdCheckSeverity.Error)]
    [InlineData(-30.06, EtcdCheckSeverity.Error)]
    public void Fault08_More_than_a_second_warns_and_more_than_thirty_fail(double skew, EtcdCheckSeverity expected)
        => Assert.Equal(expected, ClockCheck.Evaluate([At(0), At(skew), At(0)])[1][0].Severity);

    [Fact]
    public void Fault08_A_workstation_that_is_wrong_is_told_by_every_host_and_is_no_error()
    {
        IReadOnlyList<IReadOnlyList<CheckResult>> results = ClockCheck.Evaluate([At(-300), At(-300.2), null]);
        Assert.All(results.Take(2), r => Assert.Equal(("workstation", EtcdCheckSeverity.Warning), (r[1].Target, r[1].Severity)));
        Assert.Equal(["Warning: the host does not tell its time"], Lines(results[2]));
    }

    [Fact]
    public void One_host_has_nobody_to_be_compared_with_and_of_two_one_differs()
    {
        Assert.Equal(["Passed: the only host that was looked at"], Lines(ClockCheck.Evaluate([At(3)])[0]));
        Assert.Equal([EtcdCheckSeverity.Passed, EtcdCheckSeverity.Warning], ClockCheck.Evaluate([At(0), At(3)]).Select(r => r[0].Severity));
    }

    private static ClockSample At(double seconds) => new(TimeSpan.FromSeconds(seconds), TimeSpan.FromMilliseconds(50));
}
