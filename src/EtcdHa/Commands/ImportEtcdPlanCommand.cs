using System.Management.Automation;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Reads a plan that Export-EtcdPlan wrote.</summary>
/// <remarks>
/// <para>The file is read strictly: an unknown or missing field, or another version, is an error. What is in it is not trusted: Invoke-EtcdPlan plans anew and
/// refuses a plan that says anything else than what it finds.</para>
/// </remarks>
/// <example>
/// <summary>Look at a saved plan</summary>
/// <code>Import-EtcdPlan ./plan.json</code>
/// <para>Shows it as Get-EtcdPlan did.</para>
/// </example>
[Cmdlet(VerbsData.Import, "EtcdPlan", DefaultParameterSetName = ByPath)]
[OutputType(typeof(EtcdPlan))]
public sealed class ImportEtcdPlanCommand : PSCmdlet
{
    private const string ByPath = "Path";
    private const string ByLiteralPath = "LiteralPath";

    /// <summary>Plan files; wildcards are allowed.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ParameterSetName = ByPath)]
    [SupportsWildcards]
    [ValidateNotNullOrEmpty]
    public string[] Path { get; set; } = [];

    /// <summary>Plan files, taken literally.</summary>
    [Parameter(Mandatory = true, ValueFromPipelineByPropertyName = true, ParameterSetName = ByLiteralPath)]
    [Alias("PSPath")]
    [ValidateNotNullOrEmpty]
    public string[] LiteralPath { get; set; } = [];

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        bool literal = ParameterSetName == ByLiteralPath;
        foreach (string path in literal ? LiteralPath : Path)
        {
            try
            {
                foreach (string file in FilePaths.Existing(this, path, literal))
                {
                    WriteObject(PlanStore.Load(file));
                }
            }
            catch (EtcdHaException e)
            {
                WriteError(ErrorRecords.From(e, path));
            }
        }
    }
}
