using System.Management.Automation;
using EtcdHa.Console.Engine;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace EtcdHa.Console.Commands;

/// <summary>Format-Table: the engine's own parameters and implementation, which only the Utility module's class is missing here.</summary>
[Cmdlet(VerbsCommon.Format, "Table", HelpUri = "https://go.microsoft.com/fwlink/?LinkID=2096703")]
internal sealed class FormatTableCommand : OuterFormatTableBase
{
    public FormatTableCommand() => EngineInternals.FormatAs(this, "Table");
}
