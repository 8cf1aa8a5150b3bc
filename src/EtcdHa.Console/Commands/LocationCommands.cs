using System.Management.Automation;

namespace EtcdHa.Console.Commands;

/// <summary>Get-Location, for the current location only.</summary>
[Cmdlet(VerbsCommon.Get, "Location", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2096495")]
[OutputType(typeof(PathInfo))]
internal sealed class GetLocationCommand : PSCmdlet
{
    protected override void EndProcessing() => WriteObject(SessionState.Path.CurrentLocation);
}

/// <summary>Set-Location by path; without one, to the home folder.</summary>
[Cmdlet(VerbsCommon.Set, "Location", DefaultParameterSetName = "Path", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2097049")]
[OutputType(typeof(PathInfo))]
internal sealed class SetLocationCommand : PSCmdlet
{
    [Parameter(Position = 0, ParameterSetName = "Path", ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    public string Path { get; set; } = string.Empty;

    [Parameter(ParameterSetName = "LiteralPath", Mandatory = true, ValueFromPipelineByPropertyName = true)]
    [Alias("PSPath", "LP")]
    public string LiteralPath { get; set; } = string.Empty;

    [Parameter]
    public SwitchParameter PassThru { get; set; }

    protected override void ProcessRecord()
    {
        if (Path is "-" or "+")
        {
            ThrowTerminatingError(new ErrorRecord(
                new PSNotSupportedException("This console's Set-Location keeps no history of locations; PowerShell 7.4 and newer do."),
                "NotSupportedByConsole",
                ErrorCategory.NotImplemented,
                Path));
        }

        var path = ParameterSetName == "LiteralPath" ? WildcardPattern.Escape(LiteralPath) : Path.Length > 0 ? Path : "~";
        try
        {
            var location = SessionState.Path.SetLocation(path);
            if (PassThru)
            {
                WriteObject(location);
            }
        }
        catch (SessionStateException missing)
        {
            WriteError(new ErrorRecord(missing.ErrorRecord, missing));
        }
    }
}
