using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EtcdHa.Console.Commands;
using EtcdHa.Console.Hosting;
using EtcdHa.Console.MissingCommands;

namespace EtcdHa.Console.Engine;

/// <summary>Opens the runspace: the engine's own commands, and the console's where full PowerShell's are absent.</summary>
internal static class SessionFactory
{
    internal static Runspace Open(ConsoleHost host, TerminalStreams streams)
    {
        var state = InitialSessionState.CreateDefault2();
        state.Commands.Remove("Out-Default", typeof(SessionStateCmdletEntry));
        state.Commands.Add(new SessionStateCmdletEntry("Out-Default", typeof(OutDefaultCommand), null));
        ConsoleCommands.AddTo(state);

        PSStyle.Instance.OutputRendering = streams.OutputHasColour ? OutputRendering.Host : OutputRendering.PlainText;
        var runspace = RunspaceFactory.CreateRunspace(host, state);
        runspace.ThreadOptions = PSThreadOptions.ReuseThread;
        runspace.Open();
        Runspace.DefaultRunspace = runspace;
        return runspace;
    }
}
