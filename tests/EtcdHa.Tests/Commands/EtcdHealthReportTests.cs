using EtcdHa.Tests.Console;
using EtcdHa.Tests.Engine;

namespace EtcdHa.Tests.Commands;

/// <summary>Format-EtcdHealth as a script uses it.</summary>
public sealed class EtcdHealthReportTests : CommandTest
{
    private const string Rows = """
        $topology = 0..2 | ForEach-Object { New-EtcdMember "infra$_" "10.0.0.$($_ + 6)" } | New-EtcdTopology -KeyAlgorithm ECDSA-P256 -InitialClusterToken t
        $rows = $topology.Members | ForEach-Object { [EtcdHa.EtcdEndpointHealth] @{ Endpoint = "https://$($_.Address):2379"; Healthy = $true; Took = [timespan]::FromMilliseconds(12.1); Topology = $topology; Member = $_ } }
        $degraded = $rows[0], $rows[1], ([EtcdHa.EtcdEndpointHealth] @{ Endpoint = 'https://10.0.0.8:2379'; Healthy = $false; Took = 50000000; Error = 'dial tcp 10.0.0.8:2379: connect: connection refused'; Topology = $topology; Member = $topology.Members[2] })
        """;

    public EtcdHealthReportTests() => Run(Rows);

    [Theory]
    [InlineData("$rows | Format-EtcdHealth", 0)]
    [InlineData("$degraded | Format-EtcdHealth", 1)]
    [InlineData("$rows | Format-EtcdHealth V2", 0)]
    [InlineData("$degraded | Format-EtcdHealth -Style V2", 5)]
    [InlineData("@() | Format-EtcdHealth", 1)]
    [InlineData("@() | Format-EtcdHealth V2", 5)]
    [InlineData("Format-EtcdHealth -InputObject $rows -Output Json", 0)]
    public void One_report_has_etcdctls_exit_code(string script, int exitCode) =>
        Assert.Equal(exitCode, One<EtcdHealthReport>(script).ExitCode);

    [Fact]
    public void A_report_shows_as_its_lines_and_nothing_else()
    {
        int before = Session.Host.Lines.Count;
        Run("$degraded | Format-EtcdHealth | Out-Host");
        // The host is 80 columns wide and a longer line goes on in the next.
        Assert.Equal(
            string.Concat(
                "https://10.0.0.6:2379 is healthy: successfully committed proposal: took = 12.1ms",
                "https://10.0.0.7:2379 is healthy: successfully committed proposal: took = 12.1ms",
                "https://10.0.0.8:2379 is unhealthy: failed to commit proposal: dial tcp 10.0.0.8:2379: connect: connection refused",
                "Error: unhealthy cluster").Replace(" ", "", StringComparison.Ordinal),
            string.Concat(Session.Host.Lines.Skip(before)).Replace(" ", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal));
    }

    [Fact]
    public void A_script_prints_and_ends_as_etcdctl_does()
    {
        string script = Rows + "\n$health = $degraded | Format-EtcdHealth -Style V2; $health.Lines; exit $health.ExitCode";
        var result = ConsoleProcess.Run("-c", $"Import-Module '{BuiltModule.Manifest}'\n{script}");
        Assert.Equal("", result.Error);
        Assert.Equal(5, result.ExitCode);
        string[] lines = result.Output.TrimEnd().Split('\n');
        Assert.Equal("cluster is degraded", lines[^1]);
        Assert.Contains(lines, l => l.EndsWith("are all unreachable", StringComparison.Ordinal) && l.Contains("[https://10.0.0.8:2379]", StringComparison.Ordinal));
    }

    [Fact]
    public void A_member_that_does_not_answer_has_the_ID_that_Get_EtcdTopology_shows()
    {
        string id = One<string>("(Get-EtcdTopology $topology)[2].MemberId");
        Assert.Contains($"member {id} is unreachable: [https://10.0.0.8:2379] are all unreachable", One<EtcdHealthReport>("$degraded | Format-EtcdHealth V2").Lines);
    }

    [Fact]
    public void V2_has_no_other_output_and_says_so() =>
        Assert.Contains("cluster-health has no Json output", Assert.Single(Run("$rows | Format-EtcdHealth V2 -Output Json").Warnings), StringComparison.Ordinal);

    [Fact]
    public void Json_is_one_line_beside_the_error()
    {
        EtcdHealthReport report = One<EtcdHealthReport>("$degraded | Format-EtcdHealth -Output Json");
        Assert.StartsWith("[{\"endpoint\":\"https://10.0.0.6:2379\",\"health\":true,\"took\":\"12.1ms\"},", Assert.Single(report.OutputLines), StringComparison.Ordinal);
        Assert.Equal(["Error: unhealthy cluster"], report.ErrorLines);
    }
}
