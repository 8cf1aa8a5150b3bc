using System.Globalization;
using System.Management.Automation;
using System.Management.Automation.Runspaces;
using System.Reflection;
using Microsoft.PowerShell.Commands.Internal.Format;

namespace EtcdHa.Console.Engine;

/// <summary>
/// The few things the engine gives only to pwsh's own assemblies. The engine's version is pinned, and a test fails when one
/// of them is gone; so nothing here guesses.
/// </summary>
internal static class EngineInternals
{
    private const BindingFlags Instance = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
    private const string FormatNamespace = "Microsoft.PowerShell.Commands.Internal.Format.";

    /// <summary>
    /// Makes <c>exit</c> in the next script file end the session, as pwsh -File does, and not only the script.
    /// </summary>
    internal static void LetExitOfNextScriptEndSession(Runspace runspace)
    {
        var context = Required(typeof(Runspace).GetProperty("ExecutionContext", Instance), "Runspace.ExecutionContext").GetValue(runspace)!;
        Required(context.GetType().GetProperty("ScriptCommandProcessorShouldRethrowExit", Instance), "ScriptCommandProcessorShouldRethrowExit")
            .SetValue(context, true);
    }

    /// <summary>Gives a Format-* command the engine's own implementation of its shape ('Table' or 'List').</summary>
    internal static void FormatAs(FrontEndCommandBase command, string shape)
    {
        var shapes = EngineType("FormatShape");
        var inner = Create(EngineType("InnerFormatShapeCommand"), Enum.Parse(shapes, shape));
        Implementation.SetValue(command, inner);
    }

    /// <summary>Gives an Out-* command the engine's own output manager, writing lines to the given receiver.</summary>
    internal static void WriteLinesTo(FrontEndCommandBase command, Action<string> receiver, int width)
    {
        var writerType = EngineType("StreamingTextWriter");
        var callbackType = Required(writerType.GetNestedType("WriteLineCallback", BindingFlags.NonPublic | BindingFlags.Public), "WriteLineCallback");
        var callback = receiver.Method.CreateDelegate(callbackType, receiver.Target);
        var writer = Create(writerType, callback, CultureInfo.CurrentCulture);
        var lineOutput = Create(EngineType("TextWriterLineOutput"), writer, width);
        var manager = Create(EngineType("OutputManagerInner"));
        Required(manager.GetType().GetProperty("LineOutput", Instance), "OutputManagerInner.LineOutput").SetValue(manager, lineOutput);
        Implementation.SetValue(command, manager);
    }

    /// <summary>Marks an object as coming from the error stream, so that Out-Default shows it there.</summary>
    internal static void MarkAsError(PSObject error)
    {
        var stream = Required(typeof(PSObject).GetProperty("WriteStream", Instance), "PSObject.WriteStream");
        stream.SetValue(error, Enum.Parse(stream.PropertyType, "Error"));
    }

    /// <summary>Lets an error speak for the function or script that reports it.</summary>
    internal static void SetInvocation(ErrorRecord error, InvocationInfo invocation)
    {
        Required(typeof(ErrorRecord).GetMethod("SetInvocationInfo", Instance), "ErrorRecord.SetInvocationInfo").Invoke(error, [invocation]);
        Required(typeof(ErrorRecord).GetProperty("PreserveInvocationInfoOnce", Instance), "ErrorRecord.PreserveInvocationInfoOnce").SetValue(error, true);
    }

    /// <summary>The exception that ends the commands before this one in the pipeline, as 'Select-Object -First' does.</summary>
    internal static Exception StopUpstream(Cmdlet command) =>
        (Exception)Create(Required(typeof(PSObject).Assembly.GetType("System.Management.Automation.StopUpstreamCommandsException"), "StopUpstreamCommandsException"), command);

    private static FieldInfo Implementation =>
        Required(typeof(FrontEndCommandBase).GetField("implementation", Instance), "FrontEndCommandBase.implementation");

    private static Type EngineType(string name) => Required(typeof(PSObject).Assembly.GetType(FormatNamespace + name), name);

    private static object Create(Type type, params object[] arguments) =>
        Activator.CreateInstance(type, Instance, null, arguments, CultureInfo.InvariantCulture)!;

    private static T Required<T>(T? member, string name)
        where T : class =>
        member ?? throw new InvalidOperationException($"This engine, {typeof(PSObject).Assembly.GetName().Version}, has no '{name}': the console was made for another.");
}
