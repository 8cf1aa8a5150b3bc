using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdHa.Core.Etcd;

namespace EtcdHa.Core.Tests.Etcd;

public sealed partial class EtcdHealthTextTests
{
    [Theory]
    [InlineData(0, "0s")]
    [InlineData(1, "1ns")]
    [InlineData(1_100, "1.1\u00b5s")]
    [InlineData(999_999, "999.999\u00b5s")]
    [InlineData(2_200_000, "2.2ms")]
    [InlineData(16_612_345, "16.612345ms")]
    [InlineData(1_000_000_000, "1s")]
    [InlineData(3_300_000_000, "3.3s")]
    [InlineData(5_000_730_680, "5.00073068s")]
    [InlineData(60_000_000_000, "1m0s")]
    [InlineData(245_000_000_000, "4m5s")]
    [InlineData(245_001_000_000, "4m5.001s")]
    [InlineData(18_367_001_000_000, "5h6m7.001s")]
    [InlineData(480_000_000_001, "8m0.000000001s")]
    [InlineData(-1_500_000_000, "-1.5s")]
    [InlineData(long.MaxValue, "2562047h47m16.854775807s")]
    [InlineData(long.MinValue, "-2562047h47m16.854775808s")]
    public void A_duration_is_written_as_go_writes_it(long nanoseconds, string expected) =>
        Assert.Equal(expected, EtcdHealthText.Duration(nanoseconds));

    [Fact]
    public void A_time_span_is_written_to_its_tick()
    {
        Assert.Equal("12.1ms", EtcdHealthText.Duration(TimeSpan.FromMilliseconds(12.1)));
        Assert.Equal("100ns", EtcdHealthText.Duration(TimeSpan.FromTicks(1)));
        Assert.Equal("256204778h48m5.4775807s", EtcdHealthText.Duration(TimeSpan.MaxValue));
    }

    [Theory]
    [InlineData(0, "0 B")]
    [InlineData(9, "9 B")]
    [InlineData(10, "10 B")]
    [InlineData(999, "999 B")]
    [InlineData(1_000, "1.0 kB")]
    [InlineData(1_024, "1.0 kB")]
    [InlineData(9_949, "9.9 kB")]
    [InlineData(9_950, "10 kB")]
    [InlineData(12_500, "12 kB")]
    [InlineData(13_500, "14 kB")]
    [InlineData(20_480, "20 kB")]
    [InlineData(999_950, "1000 kB")]
    [InlineData(1_000_000, "1.0 MB")]
    [InlineData(2_097_152, "2.1 MB")]
    [InlineData(8_589_312, "8.6 MB")]
    [InlineData(1_000_000_000, "1.0 GB")]
    [InlineData(2_147_483_648, "2.1 GB")]
    [InlineData(5_500_000_000_000_000_000, "5.5 EB")]
    public void A_size_is_written_as_go_humanize_writes_it(long bytes, string expected) =>
        Assert.Equal(expected, EtcdHealthText.Size(bytes));

    [Theory]
    [InlineData("etcd-3.4.23/endpoint-health-cluster-simple.txt")]
    [InlineData("etcd-3.5.30/endpoint-health-cluster-simple.txt")]
    [InlineData("etcd-3.5.30/endpoint-health-simple.txt")]
    [InlineData("etcd-3.4.23/degraded-endpoint-health-simple.txt")]
    [InlineData("etcd-3.5.30/degraded-endpoint-health-simple.txt")]
    [InlineData("etcd-3.5.30/noquorum-endpoint-health-simple.txt")]
    [InlineData("etcd-3.5.30/nospace-endpoint-health-simple.txt")]
    public void A_row_is_written_as_etcdctl_writes_it(string golden)
    {
        string[] lines = [.. Golden.Text(golden).Split('\n').Where(line => line.StartsWith("https://", StringComparison.Ordinal))];

        Assert.NotEmpty(lines);
        // A TimeSpan counts in 100 ns, so the last two digits of etcdctl's time are left out of the comparison.
        Assert.Equal(lines.Select(WithoutNanoseconds), lines.Select(Read).Select(EtcdHealthText.Simple).Select(WithoutNanoseconds));
    }

    [Theory]
    [InlineData("etcd-3.4.23/endpoint-health-cluster-json.txt")]
    [InlineData("etcd-3.4.23/degraded-endpoint-health-json.txt")]
    [InlineData("etcd-3.4.23/noquorum-endpoint-health-json.txt")]
    [InlineData("etcd-3.5.30/noquorum-endpoint-health-json.txt")]
    [InlineData("etcd-3.5.30/nospace-endpoint-health-json.txt")]
    public void Every_duration_etcdctl_wrote_is_written_the_same_again(string golden)
    {
        string[] texts = [.. Took().Matches(Golden.Text(golden)).Select(match => match.Groups[1].Value)];

        Assert.NotEmpty(texts);
        Assert.Equal(texts, texts.Select(text => EtcdHealthText.Duration(Nanoseconds(text))));
    }

    [Theory]
    [InlineData("etcd-3.4.23/endpoint-status")]
    [InlineData("etcd-3.5.30/endpoint-status")]
    [InlineData("etcd-3.5.30/nospace-endpoint-status")]
    public void Ids_and_sizes_of_the_status_are_written_as_etcdctl_writes_them(string golden)
    {
        string json = Golden.Text(golden + "-json.txt").Split('\n').Single(line => line.StartsWith("[{", StringComparison.Ordinal));
        using var rows = JsonDocument.Parse(json);

        string[] written = [.. rows.RootElement.EnumerateArray().Select(row =>
        {
            JsonElement status = row.GetProperty("Status");
            return $"{row.GetProperty("Endpoint").GetString()}, {EtcdHealthText.Id(status.GetProperty("header").GetProperty("member_id").GetUInt64())}, "
                + $"{status.GetProperty("version").GetString()}, {EtcdHealthText.Size(status.GetProperty("dbSize").GetInt64())}";
        })];

        Assert.Equal(
            Golden.Text(golden + "-simple.txt").Split('\n')
                .Where(line => line.StartsWith("https://", StringComparison.Ordinal))
                .Select(line => string.Join(", ", line.Split(", ").Take(4))),
            written);
    }

    [Fact]
    public void An_id_has_no_zeros_in_front() => Assert.Equal("f4b8d9506752fd3", EtcdHealthText.Id(1102130205020205011));

    private static EtcdEndpointHealth Read(string line)
    {
        Match match = Line().Match(line);
        bool healthy = match.Groups["took"].Success;
        return new EtcdEndpointHealth
        {
            Endpoint = match.Groups["endpoint"].Value,
            Healthy = healthy,
            Took = healthy ? TimeSpan.FromTicks(Nanoseconds(match.Groups["took"].Value) / 100) : TimeSpan.Zero,
            Error = match.Groups["error"].Value,
        };
    }

    private static long Nanoseconds(string text)
    {
        string number = text.TrimEnd('s', 'm', 'n', '\u00b5');
        decimal unit = text[number.Length..] switch { "s" => 1e9m, "ms" => 1e6m, "\u00b5s" => 1e3m, _ => 1m };
        return (long)(decimal.Parse(number, CultureInfo.InvariantCulture) * unit);
    }

    private static string WithoutNanoseconds(string line) => Milliseconds().Replace(line, match => match.Groups[1].Value.TrimEnd('0') + "ms");

    [GeneratedRegex(@"^(?<endpoint>\S+) is (healthy: successfully committed proposal: took = (?<took>\S+)|unhealthy: failed to commit proposal: (?<error>.*))$")]
    private static partial Regex Line();

    [GeneratedRegex("\"took\":\"([^\"]+)\"")]
    private static partial Regex Took();

    [GeneratedRegex(@"(\.\d{4})\d*ms")]
    private static partial Regex Milliseconds();
}
