using System.Globalization;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Etcd;

/// <summary>
/// Health as etcdctl's two generations print it (etcd: etcdctl/ctlv2/command/cluster_health.go, etcdctl/ctlv3/command/ep_command.go
/// and printer*.go), with their exit codes. What differs is the text of an error, which may say more than etcdctl's does.
/// </summary>
public static class EtcdctlReport
{
    private const int UnhealthyV2 = 5; // etcdctl 2: ExitClusterNotHealthy
    private const int UnhealthyV3 = 1;

    /// <summary><c>etcdctl cluster-health</c>: members in the order of their IDs, as the server lists them; then the cluster.</summary>
    /// <param name="rows">One a member. None at all counts as a cluster that is unavailable.</param>
    public static EtcdHealthReport V2(IReadOnlyList<EtcdEndpointHealth> rows)
    {
        ArgumentNullException.ThrowIfNull(rows);
        var members = rows.Select(row => (Row: row, Id: MemberId(row)))
            .OrderBy(m => ulong.TryParse(m.Id, NumberStyles.HexNumber, CultureInfo.InvariantCulture, out ulong id) ? id : ulong.MaxValue);
        int healthy = rows.Count(row => row.Healthy);
        string cluster = healthy == 0 ? "unavailable" : healthy == rows.Count ? "healthy" : "degraded";
        string[] lines = [.. members.SelectMany(m => MemberLines(m.Row, m.Id)), $"cluster is {cluster}"];
        return new EtcdHealthReport
        {
            Style = EtcdHealthStyle.V2,
            Output = EtcdHealthOutput.Simple,
            Lines = lines,
            OutputLines = lines,
            ErrorLines = [],
            ExitCode = cluster == "healthy" ? 0 : UnhealthyV2,
        };
    }

    /// <summary><c>etcdctl endpoint health</c>: endpoints in the order given; etcdctl's own order is that of the answers.</summary>
    /// <param name="rows">One an endpoint. None at all counts as an unhealthy cluster.</param>
    /// <param name="output">The form.</param>
    public static EtcdHealthReport V3(IReadOnlyList<EtcdEndpointHealth> rows, EtcdHealthOutput output)
    {
        ArgumentNullException.ThrowIfNull(rows);
        bool isHealthy = rows.Count > 0 && rows.All(row => row.Healthy);
        (string Text, bool IsError)[] lines =
        [
            .. output switch
            {
                EtcdHealthOutput.Json => [(Json(rows), false)],
                EtcdHealthOutput.Table => EtcdctlTable.Lines(
                    ["ENDPOINT", "HEALTH", "TOOK", "ERROR"],
                    [.. rows.Select(row => new[] { row.Endpoint, GoJson.Boolean(row.Healthy), EtcdHealthText.Duration(row.Took), EtcdHealthText.Error(row).Trim() })])
                    .Select(line => (line, false)),
                _ => rows.Select(row => (EtcdHealthText.Simple(row), !row.Healthy)),
            },
            .. isHealthy ? Array.Empty<(string, bool)>() : [("Error: unhealthy cluster", true)],
        ];
        return new EtcdHealthReport
        {
            Style = EtcdHealthStyle.V3,
            Output = output,
            Lines = [.. lines.Select(l => l.Text)],
            OutputLines = [.. lines.Where(l => !l.IsError).Select(l => l.Text)],
            ErrorLines = [.. lines.Where(l => l.IsError).Select(l => l.Text)],
            ExitCode = isHealthy ? 0 : UnhealthyV3,
        };
    }

    // etcdctl 2 asks /health of the client port; it has an answer, healthy or not, or it has none.
    private static IEnumerable<string> MemberLines(EtcdEndpointHealth row, string id)
    {
        if (row.Healthy)
        {
            yield return $"member {id} is healthy: got healthy result from {row.Endpoint}";
        }
        else if (row.MemberId is not null)
        {
            yield return $"member {id} is unhealthy: got unhealthy result from {row.Endpoint}";
        }
        else
        {
            yield return $"failed to check the health of member {id} on {row.Endpoint}: Get \"{row.Endpoint}/health\": {EtcdHealthText.Error(row)}";
            yield return $"member {id} is unreachable: [{row.Endpoint}] are all unreachable";
        }
    }

    // A member that does not answer has the ID it was founded with; etcdctl has it from the others. One that is only known
    // by its endpoint goes by that.
    private static string MemberId(EtcdEndpointHealth row) => row.MemberId
        ?? (row is { Topology: { } topology, Member: { } member } && EtcdIds.AreKnown(topology)
            ? EtcdHealthText.Id(EtcdIds.MemberId(topology, member))
            : row.Member?.Name ?? "unknown");

    private static string Json(IEnumerable<EtcdEndpointHealth> rows) => "[" + string.Join(',', rows.Select(row =>
    {
        string error = EtcdHealthText.Error(row);
        return $"{{\"endpoint\":{GoJson.String(row.Endpoint)},\"health\":{GoJson.Boolean(row.Healthy)},\"took\":{GoJson.String(EtcdHealthText.Duration(row.Took))}"
            + (error.Length == 0 ? "}" : $",\"error\":{GoJson.String(error)}}}");
    })) + "]";
}
