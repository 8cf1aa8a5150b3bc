using System.Management.Automation;
using EtcdHa.Console.Engine;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace EtcdHa.Console.Commands;

/// <summary>Format-List: the engine's own parameters and implementation, which only the Utility module's class is missing here.</summary>
[Cmdlet(VerbsCommon.Format, "List", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2096928")]
internal sealed class FormatListCommand : OuterFormatTableAndListBase
{
    public FormatListCommand() => EngineInternals.FormatAs(this, "List");
}
