using EtcdHa.Core.Topology;
using FsCheck;
using FsCheck.Fluent;

namespace EtcdHa.Core.Tests.Topology;

public sealed class GoDurationTests
{
    // The cases of Go's own table for time.ParseDuration, and those about its edges. In ticks of 100 ns.
    [Theory]
    [InlineData("0", 0)]
    [InlineData("+0", 0)]
    [InlineData("-0", 0)]
    [InlineData("0s", 0)]
    [InlineData("5s", 50_000_000)]
    [InlineData("30s", 300_000_000)]
    [InlineData("1478s", 14_780_000_000)]
    [InlineData("-5s", -50_000_000)]
    [InlineData("+5s", 50_000_000)]
    [InlineData("5.0s", 50_000_000)]
    [InlineData("5.6s", 56_000_000)]
    [InlineData("5.s", 50_000_000)]
    [InlineData(".5s", 5_000_000)]
    [InlineData("1.004s", 10_040_000)]
    [InlineData("1.0040s", 10_040_000)]
    [InlineData("100.00100s", 1_000_010_000)]
    [InlineData("1000ns", 10)]
    [InlineData("99ns", 0)]
    [InlineData("10us", 100)]
    [InlineData("11\u00B5s", 110)]
    [InlineData("12\u03BCs", 120)]
    [InlineData("13ms", 130_000)]
    [InlineData("14s", 140_000_000)]
    [InlineData("15m", 9_000_000_000)]
    [InlineData("16h", 576_000_000_000)]
    [InlineData("8760h", 315_360_000_000_000)]
    [InlineData("1h30m", 54_000_000_000)]
    [InlineData("1.5h", 54_000_000_000)]
    [InlineData("30m1h", 54_000_000_000)]
    [InlineData("1h1h", 72_000_000_000)]
    [InlineData("3h30m", 126_000_000_000)]
    [InlineData("10.5s4m", 2_505_000_000)]
    [InlineData("-2m3.4s", -1_234_000_000)]
    [InlineData("1h2m3s4ms5us6ns", 37_230_040_050)]
    [InlineData("39h9m14.425s", 1_409_544_250_000)]
    [InlineData("52763797000ns", 527_637_970)]
    [InlineData("0.3333333333333333333h", 12_000_000_000)]
    [InlineData("0.100000000000000000000h", 3_600_000_000)]
    [InlineData("0.830103483285477580700h", 29_883_725_398)]
    [InlineData("9007199254740993ns", 90_071_992_547_409)]
    [InlineData("9223372036854775807ns", 92_233_720_368_547_758)]
    [InlineData("9223372036854775.807us", 92_233_720_368_547_758)]
    [InlineData("9223372036s854ms775us807ns", 92_233_720_368_547_758)]
    [InlineData("-9223372036854775808ns", -92_233_720_368_547_758)]
    [InlineData("2562047h", 92_233_692_000_000_000)]
    [InlineData("0000000000000000000000000000000000000000000000001h", 36_000_000_000)]
    public void A_duration_is_read_as_go_reads_it(string text, long ticks)
    {
        Assert.True(GoDuration.TryParse(text, out TimeSpan value));
        Assert.Equal(TimeSpan.FromTicks(ticks), value);
    }

    [Theory]
    [InlineData("")]
    [InlineData("3")]
    [InlineData("8760")]
    [InlineData("-")]
    [InlineData("s")]
    [InlineData(".")]
    [InlineData("-.")]
    [InlineData(".s")]
    [InlineData("+.s")]
    [InlineData("00")]
    [InlineData("+-5s")]
    [InlineData("1d")]
    [InlineData("1H")]
    [InlineData("1sm")]
    [InlineData("1h-5m")]
    [InlineData("1h 30m")]
    [InlineData(" 1h")]
    [InlineData("1h\n")]
    [InlineData("1_000s")]
    [InlineData("1e3s")]
    [InlineData("1..5s")]
    [InlineData("\u0661s")]
    [InlineData("9223372036854775808ns")]
    [InlineData("9223372036854775.808us")]
    [InlineData("9223372036854ms775us808ns")]
    [InlineData("-9223372036854775809ns")]
    [InlineData("2562048h")]
    [InlineData("3000000h")]
    [InlineData("99999999999999999999999999999999999999999999h")]
    public void What_go_refuses_is_not_read(string text) => Assert.False(GoDuration.TryParse(text, out _));

    [Theory]
    [InlineData(0, "0s")]
    [InlineData(315_360_000_000_000, "8760h")]
    [InlineData(54_000_000_001, "1h30m0.0000001s")]
    [InlineData(-15_000_000, "-1.5s")]
    public void A_duration_is_written_as_a_person_would(long ticks, string text) => Assert.Equal(text, GoDuration.Format(TimeSpan.FromTicks(ticks)));

    [Fact]
    public void Every_duration_go_holds_reads_back_as_it_was()
    {
        Gen<TimeSpan> durations =
            from high in Gen.Choose(-GoDuration.Max.Days, GoDuration.Max.Days)
            from low in Gen.Choose(0, int.MaxValue)
            from unit in Gen.Elements(1L, 7, 10_000, TimeSpan.TicksPerSecond)
            from useHigh in Gen.Elements(true, false)
            select TimeSpan.FromDays(useHigh ? high : 0) + TimeSpan.FromTicks(low % 864_000_000 * unit);
        Gen<TimeSpan> held = durations.Where(d => d.Duration() <= GoDuration.Max);
        FsCheck.Check.One(Config.QuickThrowOnFailure.WithMaxTest(500).WithReplay(20261124UL, 3UL), Prop.ForAll(held.ToArbitrary(), value => GoDuration.TryParse(GoDuration.Format(value), out TimeSpan again) && again == value));
    }
}
