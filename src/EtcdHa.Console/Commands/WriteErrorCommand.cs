using System.Management.Automation;
using EtcdHa.Console.Engine;

namespace EtcdHa.Console.Commands;

/// <summary>Write-Error: a non-terminating error in the name of the function or script that calls it.</summary>
[Cmdlet(VerbsCommunications.Write, "Error", DefaultParameterSetName = NoException, HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2097039")]
internal sealed class WriteErrorCommand : PSCmdlet
{
    private const string NoException = "NoException";
    private const string WithException = "WithException";
    private const string WithRecord = "ErrorRecord";

    [Parameter(Position = 0, ParameterSetName = WithException, Mandatory = true)]
    public Exception? Exception { get; set; }

    [Parameter(Position = 0, ParameterSetName = NoException, Mandatory = true, ValueFromPipeline = true)]
    [Parameter(ParameterSetName = WithException)]
    [AllowNull]
    [AllowEmptyString]
    [Alias("Msg")]
    public string? Message { get; set; }

    [Parameter(Position = 0, ParameterSetName = WithRecord, Mandatory = true)]
    public ErrorRecord? ErrorRecord { get; set; }

    [Parameter(ParameterSetName = NoException)]
    [Parameter(ParameterSetName = WithException)]
    public ErrorCategory Category { get; set; } = ErrorCategory.NotSpecified;

    [Parameter(ParameterSetName = NoException)]
    [Parameter(ParameterSetName = WithException)]
    public string ErrorId { get; set; } = string.Empty;

    [Parameter(ParameterSetName = NoException)]
    [Parameter(ParameterSetName = WithException)]
    public object? TargetObject { get; set; }

    [Parameter]
    public string RecommendedAction { get; set; } = string.Empty;

    [Parameter]
    [Alias("Activity")]
    public string CategoryActivity { get; set; } = string.Empty;

    [Parameter]
    [Alias("Reason")]
    public string CategoryReason { get; set; } = string.Empty;

    [Parameter]
    [Alias("TargetName")]
    public string CategoryTargetName { get; set; } = string.Empty;

    [Parameter]
    [Alias("TargetType")]
    public string CategoryTargetType { get; set; } = string.Empty;

    protected override void ProcessRecord()
    {
        var record = ErrorRecord is { } given ? new ErrorRecord(given, null) : NewRecord();
        if (RecommendedAction.Length > 0)
        {
            record.ErrorDetails ??= new ErrorDetails(record.Exception?.Message ?? string.Empty);
            record.ErrorDetails.RecommendedAction = RecommendedAction;
        }

        if (CategoryActivity.Length > 0)
        {
            record.CategoryInfo.Activity = CategoryActivity;
        }

        if (CategoryReason.Length > 0)
        {
            record.CategoryInfo.Reason = CategoryReason;
        }

        if (CategoryTargetName.Length > 0)
        {
            record.CategoryInfo.TargetName = CategoryTargetName;
        }

        if (CategoryTargetType.Length > 0)
        {
            record.CategoryInfo.TargetType = CategoryTargetType;
        }

        if (GetVariableValue("MyInvocation") is InvocationInfo caller)
        {
            EngineInternals.SetInvocation(record, caller);
            record.CategoryInfo.Activity = CategoryActivity.Length > 0 ? CategoryActivity : "Write-Error";
        }

        WriteError(record);
    }

    private ErrorRecord NewRecord()
    {
        var exception = Exception ?? new Microsoft.PowerShell.Commands.WriteErrorException(Message ?? string.Empty);
        var record = new ErrorRecord(exception, ErrorId.Length > 0 ? ErrorId : exception.GetType().FullName, Category, TargetObject);
        if (Exception is not null && !string.IsNullOrEmpty(Message))
        {
            record.ErrorDetails = new ErrorDetails(Message);
        }

        return record;
    }
}
