using System.Globalization;
using System.Security.Cryptography;

namespace EtcdHa.Core.Locks;

/// <summary>Who works on a cluster: it stands in the locks and journals of its hosts, for others to read.</summary>
/// <param name="RunId">Tells runs apart: time and chance, letters, digits and '-' only.</param>
/// <param name="Owner"><c>user@workstation</c>.</param>
/// <param name="ProcessId">The process on the workstation.</param>
/// <param name="Command">The cmdlet.</param>
/// <param name="Cluster">The names of the cluster's members.</param>
/// <param name="PlanHash">Hash of the plan that is run; empty for a cmdlet that has none.</param>
public sealed record RunIdentity(string RunId, string Owner, int ProcessId, string Command, string Cluster, string PlanHash)
{
    /// <summary>A run of this process, with an ID of its own.</summary>
    /// <param name="command">The cmdlet.</param>
    /// <param name="now">The time of the workstation.</param>
    public static RunIdentity OfThisProcess(string command, DateTimeOffset now) => new(
        now.UtcDateTime.ToString("yyyyMMdd'T'HHmmss'Z-'", CultureInfo.InvariantCulture) + Convert.ToHexString(RandomNumberGenerator.GetBytes(4)).ToLowerInvariant(),
        Plain($"{Environment.UserName}@{Environment.MachineName}"),
        Environment.ProcessId,
        Plain(command),
        "",
        "");

    /// <summary>The same run, on one cluster.</summary>
    /// <param name="topology">The cluster.</param>
    /// <param name="planHash">Hash of the plan that is run; empty for a cmdlet that has none.</param>
    public RunIdentity On(EtcdTopology topology, string planHash = "")
    {
        ArgumentNullException.ThrowIfNull(topology);
        return this with { Cluster = Plain(string.Join(',', topology.Members.Select(m => m.Name))), PlanHash = Plain(planHash) };
    }

    // A line of a journal holds fields between bars.
    private static string Plain(string text) => new([.. text.Select(c => char.IsControl(c) || c == '|' ? '_' : c).Take(200)]);
}
