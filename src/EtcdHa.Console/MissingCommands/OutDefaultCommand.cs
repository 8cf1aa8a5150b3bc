using System.Management.Automation;

namespace EtcdHa.Console.MissingCommands;

/// <summary>
/// The engine's Out-Default, which first lets errors about commands of full PowerShell explain themselves, and which shows
/// what it has been given even when <c>exit</c> or an error ends the script before a table was complete.
/// </summary>
[Cmdlet(VerbsData.Out, "Default", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2096486")]
internal sealed class OutDefaultCommand : Microsoft.PowerShell.Commands.OutDefaultCommand
{
    private bool _begun;
    private bool _over;

    protected override void BeginProcessing()
    {
        base.BeginProcessing();
        _begun = true;
    }

    protected override void ProcessRecord()
    {
        if (InputObject?.BaseObject is ErrorRecord record)
        {
            MissingCommandExplanation.AddTo(record);
        }

        base.ProcessRecord();
    }

    protected override void EndProcessing()
    {
        _over = true;
        base.EndProcessing();
    }

    protected override void StopProcessing()
    {
        _over = true;
        base.StopProcessing();
    }

    protected override void InternalDispose()
    {
        if (_begun && !_over)
        {
            _over = true;
            try
            {
                base.EndProcessing();
            }
            catch (Exception incomplete) when (incomplete is RuntimeException or InvalidOperationException)
            {
                // The command is over already; what could still be shown has been.
            }
        }

        base.InternalDispose();
    }
}
