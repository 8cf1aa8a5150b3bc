using System.Management.Automation;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Writes a plan to a JSON file, to be looked at by others and run later.</summary>
/// <remarks>
/// <para>UTF-8 without byte order mark, LF, fixed order of fields: the same plan gives the same bytes. The file holds no secret: of keys and certificates it has hashes.
/// Import-EtcdPlan reads it; Invoke-EtcdPlan refuses it when the hosts have changed meanwhile.</para>
/// </remarks>
/// <example>
/// <summary>Plan today, run tomorrow</summary>
/// <code>$topology | Get-EtcdPlan | Export-EtcdPlan ./plan.json; Import-EtcdPlan ./plan.json | Invoke-EtcdPlan</code>
/// <para>The second part may be another person's, on another day.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdPlan", SupportsShouldProcess = true)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEtcdPlanCommand : PSCmdlet
{
    /// <summary>The plan.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true)]
    [ValidateNotNull]
    public EtcdPlan Plan { get; set; } = null!;

    /// <summary>The file, taken literally.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>Replaces a file that is there and differs.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the file object to the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <inheritdoc/>
    protected override void ProcessRecord()
    {
        try
        {
            string file = FilePaths.New(this, Path);
            if (!ShouldProcess(file, "Write the plan"))
            {
                return;
            }

            PlanStore.Save(Plan, file, Force);
            WriteVerbose($"{file}: written");
            if (PassThru)
            {
                WriteObject(new FileInfo(file));
            }
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Path));
        }
    }
}
