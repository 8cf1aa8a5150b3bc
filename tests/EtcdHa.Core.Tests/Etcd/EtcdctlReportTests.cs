using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using EtcdHa.Core.Etcd;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>The values of a real etcdctl's output, put into rows, come out as the same output.</summary>
public sealed partial class EtcdctlReportTests
{
    private static readonly EtcdTopology Cluster = new()
    {
        KubernetesVersion = "v1.33.13",
        Members = [new EtcdMember("infra0", "127.0.0.2"), new EtcdMember("infra1", "127.0.0.3"), new EtcdMember("infra2", "127.0.0.4")],
    };

    // What etcdctl prints between the noise of its client library and the exit code, the times to 100 ns as a TimeSpan has them.
    public static TheoryData<string, string> V3Goldens
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (string version in (string[])["etcd-3.4.23", "etcd-3.5.30"])
            {
                foreach (string file in Directory.GetFiles(Golden.PathOf(version), "*endpoint-health*.txt").Concat(Directory.GetFiles(Golden.PathOf(version), "recover-4-health.txt")))
                {
                    data.Add(version, Path.GetFileName(file));
                }
            }

            return data;
        }
    }

    [Theory]
    [MemberData(nameof(V3Goldens))]
    public void Every_endpoint_health_of_a_real_etcdctl_is_written_the_same_again(string version, string file)
    {
        (string[] lines, int exitCode) = Read($"{version}/{file}");
        EtcdHealthOutput output = lines[0].StartsWith("[{", StringComparison.Ordinal) ? EtcdHealthOutput.Json
            : lines[0].StartsWith('+') ? EtcdHealthOutput.Table
            : EtcdHealthOutput.Simple;
        EtcdEndpointHealth[] rows = output switch
        {
            EtcdHealthOutput.Json => FromJson(lines[0]),
            EtcdHealthOutput.Table => [.. lines.Where(l => l.StartsWith("| http", StringComparison.Ordinal)).Select(FromTable)],
            _ => [.. lines.Where(l => l.StartsWith("http", StringComparison.Ordinal)).Select(FromSentence)],
        };

        EtcdHealthReport report = EtcdctlReport.V3(rows, output);

        Assert.NotEmpty(rows);
        Assert.Equal(lines, report.Lines);
        Assert.Equal(string.Join('\n', lines), report.ToString());
        Assert.Equal((EtcdHealthStyle.V3, output, exitCode), (report.Style, report.Output, report.ExitCode));
    }

    [Theory]
    [InlineData("v2-cluster-health.txt")]
    [InlineData("degraded-v2-cluster-health.txt")]
    public void Every_cluster_health_of_a_real_etcdctl_is_written_the_same_again(string file)
    {
        (string[] lines, int exitCode) = Read("etcd-3.4.23/" + file);
        // In the topology's order, which is not that of the IDs; a member that does not answer has no ID but its computed one.
        EtcdEndpointHealth[] rows = [.. Cluster.Members.Select(member =>
        {
            string endpoint = $"https://{member.Address}:2379";
            Match healthy = lines.Select(l => Regex.Match(l, $"^member (.*) is healthy: got healthy result from {Regex.Escape(endpoint)}$")).FirstOrDefault(m => m.Success) ?? Match.Empty;
            return new EtcdEndpointHealth
            {
                Topology = Cluster,
                Member = member,
                Endpoint = endpoint,
                Healthy = healthy.Success,
                MemberId = healthy.Success ? healthy.Groups[1].Value : null,
                Took = TimeSpan.Zero,
                Error = healthy.Success ? "" : $"dial tcp {member.Address}:2379: connect: connection refused",
            };
        })];

        EtcdHealthReport report = EtcdctlReport.V2(rows);

        Assert.Equal(lines, report.Lines);
        Assert.Equal(lines, report.OutputLines);
        Assert.Equal(exitCode, report.ExitCode);
    }

    [Fact]
    public void A_member_that_answers_without_quorum_is_unhealthy_and_not_unreachable()
    {
        EtcdHealthReport report = EtcdctlReport.V2([Row("https://10.0.0.6:2379") with { MemberId = "a1", Error = "context deadline exceeded (etcdserver: no leader)" }]);

        Assert.Equal(["member a1 is unhealthy: got unhealthy result from https://10.0.0.6:2379", "cluster is unavailable"], report.Lines);
        Assert.Equal(5, report.ExitCode);
    }

    [Fact]
    public void Members_are_in_the_order_of_their_ids_as_numbers()
    {
        EtcdEndpointHealth[] rows = [.. new[] { "b937cfc18d888873", "f4b8d9506752fd3", "abab6ce480e29c16" }.Select(id => Row(id) with { MemberId = id, Healthy = true })];

        Assert.Equal(["f4b8d9506752fd3", "abab6ce480e29c16", "b937cfc18d888873", "is"], EtcdctlReport.V2(rows).Lines.Select(l => l.Split(' ')[1]));
    }

    [Fact]
    public void A_member_whose_id_nobody_can_know_goes_by_its_name()
    {
        EtcdTopology undecided = Cluster with { IsTokenGenerated = true };
        EtcdEndpointHealth row = Row("https://127.0.0.2:2379") with { Topology = undecided, Member = undecided.Members[0] };

        Assert.Equal("member infra0 is unreachable: [https://127.0.0.2:2379] are all unreachable", EtcdctlReport.V2([row]).Lines[1]);
        Assert.Equal("member unknown is unreachable: [https://127.0.0.2:2379] are all unreachable", EtcdctlReport.V2([row with { Member = null }]).Lines[1]);
    }

    [Fact]
    public void Errors_go_to_standard_error_as_etcdctl_writes_them()
    {
        EtcdEndpointHealth[] rows = [Row("a"), Row("b") with { Healthy = true, Error = "" }];

        EtcdHealthReport simple = EtcdctlReport.V3(rows, EtcdHealthOutput.Simple);
        EtcdHealthReport json = EtcdctlReport.V3(rows, EtcdHealthOutput.Json);

        Assert.Equal(["a is unhealthy: failed to commit proposal: refused", "Error: unhealthy cluster"], simple.ErrorLines);
        Assert.Equal(["b is healthy: successfully committed proposal: took = 0s"], simple.OutputLines);
        Assert.Equal(["Error: unhealthy cluster"], json.ErrorLines);
        Assert.Single(json.OutputLines);
    }

    [Fact]
    public void Nothing_asked_is_not_healthy()
    {
        Assert.Equal((1, 5), (EtcdctlReport.V3([], EtcdHealthOutput.Simple).ExitCode, EtcdctlReport.V2([]).ExitCode));
        Assert.Equal("[]", EtcdctlReport.V3([], EtcdHealthOutput.Json).OutputLines[0]);
        Assert.Equal(3, EtcdctlReport.V3([], EtcdHealthOutput.Table).OutputLines.Count);
    }

    [Fact]
    public void Json_is_escaped_as_go_escapes_it_and_reads_back()
    {
        const string error = "a \"b\" \\ <c> & \u2028 \u00b5 \u0001 \t\r\n";

        string json = EtcdctlReport.V3([Row("e") with { Error = error }], EtcdHealthOutput.Json).OutputLines[0];

        Assert.Contains("\"error\":\"a \\\"b\\\" \\\\ \\u003cc\\u003e \\u0026 \\u2028 \u00b5 \\u0001 \\t\\r\\n\"", json, StringComparison.Ordinal);
        Assert.Equal(error, JsonDocument.Parse(json).RootElement[0].GetProperty("error").GetString());
    }

    private static EtcdEndpointHealth Row(string endpoint) => new() { Endpoint = endpoint, Healthy = false, Took = TimeSpan.Zero, Error = "refused" };

    private static (string[] Lines, int ExitCode) Read(string golden)
    {
        string[] all = Golden.Text(golden).TrimEnd('\n').Split('\n');
        // Debian's newer etcdctl draws the same table with other characters.
        string[] lines = [.. all[..^1].Where(line => !line.StartsWith("{\"level\"", StringComparison.Ordinal))
            .Select(line => Regex.Replace(line, "[┌┬┐├┼┤└┴┘]", "+").Replace('─', '-').Replace('│', '|'))];
        int exitCode = int.Parse(Regex.Match(all[^1], @"^\[exit (\d+)\]$").Groups[1].ValueSpan, CultureInfo.InvariantCulture);
        return (lines[0].StartsWith('+') ? [.. Rounded(lines)] : [.. lines.Select(line => Time().Replace(line, m => EtcdHealthText.Duration(Ticks(m.Value))))], exitCode);
    }

    // A table's column is as wide as its longest time, so that rounding takes from every line.
    private static IEnumerable<string> Rounded(string[] lines)
    {
        string[] times = [.. lines.Select(l => Time().Match(l).Value).Where(t => t.Length > 0)];
        int old = times.Max(t => t.Length);
        int width = times.Max(t => EtcdHealthText.Duration(Ticks(t)).Length);
        foreach (string line in lines)
        {
            string[] cells = line.Split(line.StartsWith('+') ? '+' : '|');
            if (cells.Length == 6)
            {
                string text = cells[3].Trim();
                cells[3] = line.StartsWith('+') ? new string('-', width + 2)
                    : text == "TOOK" ? $" {text.PadLeft(text.Length + ((width - text.Length) / 2)).PadRight(width)} "
                    : $" {EtcdHealthText.Duration(Ticks(text)).PadLeft(width)} ";
            }

            Assert.True(old >= width);
            yield return string.Join(line.StartsWith('+') ? '+' : '|', cells);
        }
    }

    private static EtcdEndpointHealth[] FromJson(string json) =>
    [
        .. JsonDocument.Parse(json).RootElement.EnumerateArray().Select(e => new EtcdEndpointHealth
        {
            Endpoint = e.GetProperty("endpoint").GetString()!,
            Healthy = e.GetProperty("health").GetBoolean(),
            Took = Ticks(e.GetProperty("took").GetString()!),
            Error = e.TryGetProperty("error", out JsonElement error) ? error.GetString()!.TrimEnd() : "",
        }),
    ];

    private static EtcdEndpointHealth FromTable(string line)
    {
        string[] cells = [.. line.Split('|').Select(c => c.Trim())];
        return new EtcdEndpointHealth { Endpoint = cells[1], Healthy = cells[2] == "true", Took = Ticks(cells[3]), Error = cells[4] };
    }

    private static EtcdEndpointHealth FromSentence(string line)
    {
        Match match = Sentence().Match(line);
        bool healthy = match.Groups["took"].Success;
        return new EtcdEndpointHealth
        {
            Endpoint = match.Groups["endpoint"].Value,
            Healthy = healthy,
            Took = healthy ? Ticks(match.Groups["took"].Value) : TimeSpan.Zero,
            Error = match.Groups["error"].Value.TrimEnd(),
        };
    }

    private static TimeSpan Ticks(string text)
    {
        decimal number = decimal.Parse(text.TrimEnd('s', 'm'), CultureInfo.InvariantCulture);
        return TimeSpan.FromTicks((long)(number * (text.EndsWith("ms", StringComparison.Ordinal) ? TimeSpan.TicksPerMillisecond : TimeSpan.TicksPerSecond)));
    }

    [GeneratedRegex(@"\d+\.\d+m?s\b")]
    private static partial Regex Time();

    [GeneratedRegex(@"^(?<endpoint>\S+) is (healthy: successfully committed proposal: took = (?<took>\S+)|unhealthy: failed to commit proposal: (?<error>.*))$")]
    private static partial Regex Sentence();
}
