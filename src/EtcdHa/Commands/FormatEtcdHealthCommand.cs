using System.Management.Automation;
using EtcdHa.Core.Etcd;

namespace EtcdHa.Commands;

/// <summary>Writes the health of a cluster in the words of etcdctl, with its exit code, for scripts that were written for it.</summary>
/// <remarks>
/// <para>V3 is etcdctl endpoint health: "… is healthy: successfully committed proposal: took = 12.1ms", and "Error: unhealthy cluster" at the end if one is not;
/// exit code 0 or 1; -Output Simple, Json or Table as -w. V2 is etcdctl cluster-health of the old page: a line a member, in the order of their IDs, and at last "cluster is healthy", "cluster is
/// degraded" or "cluster is unavailable"; exit code 0 or 5.</para>
/// <para>One object is written for all rows. It shows as its lines; Lines holds them for a file, and ExitCode is what a script ends with: a cmdlet cannot set $LASTEXITCODE.
/// etcdctl writes V3's unhealthy endpoints and its last line to standard error and all else to standard output: ErrorLines and OutputLines.</para>
/// <para>The words are etcdctl's, but for the reason of a failure, which says more where more is known. The endpoints come in the order of the topology.
/// No row at all is not healthy.</para>
/// </remarks>
/// <example>
/// <summary>As the old page ends</summary>
/// <code>$topology | Test-EtcdClusterHealth | Format-EtcdHealth -Style V2</code>
/// <para>A line a member, then "cluster is healthy".</para>
/// </example>
/// <example>
/// <summary>A script with etcdctl's exit code</summary>
/// <code>$health = $topology | Test-EtcdClusterHealth | Format-EtcdHealth; $health.Lines; exit $health.ExitCode</code>
/// <para>Prints as etcdctl endpoint health, and ends with 0 or 1.</para>
/// </example>
/// <example>
/// <summary>JSON for a program that reads etcdctl's</summary>
/// <code>($topology | Test-EtcdClusterHealth | Format-EtcdHealth -Output Json).OutputLines | ConvertFrom-Json</code>
/// <para>As etcdctl endpoint health -w json.</para>
/// </example>
[Cmdlet(VerbsCommon.Format, "EtcdHealth")]
[OutputType(typeof(EtcdHealthReport))]
public sealed class FormatEtcdHealthCommand : PSCmdlet
{
    private readonly List<EtcdEndpointHealth> _rows = [];

    /// <summary>Rows of Test-EtcdClusterHealth.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public EtcdEndpointHealth[] InputObject { get; set; } = [];

    /// <summary>Whose words: V3 is etcdctl endpoint health, V2 is etcdctl cluster-health.</summary>
    [Parameter(Position = 0)]
    public EtcdHealthStyle Style { get; set; } = EtcdHealthStyle.V3;

    /// <summary>The form, as etcdctl's -w: Simple, Json or Table. V2 knows Simple only.</summary>
    [Parameter]
    public EtcdHealthOutput Output { get; set; } = EtcdHealthOutput.Simple;

    /// <inheritdoc/>
    protected override void ProcessRecord() => _rows.AddRange(InputObject);

    /// <inheritdoc/>
    protected override void EndProcessing()
    {
        if (Style == EtcdHealthStyle.V2 && Output != EtcdHealthOutput.Simple)
        {
            WriteWarning($"etcdctl cluster-health has no {Output} output; its lines are written.");
        }

        WriteObject(Style == EtcdHealthStyle.V2 ? EtcdctlReport.V2(_rows) : EtcdctlReport.V3(_rows, Output));
    }
}
