using System.Management.Automation.Language;
using System.Management.Automation.Runspaces;
using EtcdHa.Console.CommandLine;
using EtcdHa.Console.Hosting;

namespace EtcdHa.Console.Engine;

/// <summary>Runs one script or one text, and says with which code the process is to end.</summary>
internal sealed class ScriptRunner(Runspace runspace, PipelineRunner runner, ConsoleHost host)
{
    private readonly Runspace _runspace = runspace;
    private readonly PipelineRunner _runner = runner;
    private readonly ConsoleHost _host = host;

    internal int RunFile(string path, IEnumerable<string> arguments)
    {
        var command = new Command(path, isScript: false, useLocalScope: false);
        foreach (var parameter in ScriptParameters.From(arguments))
        {
            command.Parameters.Add(parameter);
        }

        EngineInternals.LetExitOfNextScriptEndSession(_runspace);
        var outcome = _runner.Run(command, ReadsInput(Parser.ParseFile(path, out _, out _)) ? StandardInput() : null);
        return _host.RequestedExit ?? (outcome == PipelineOutcome.Completed ? ExitCode.Success : ExitCode.Failure);
    }

    internal int RunText(string text, bool mayReadInput)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return ExitCode.Success;
        }

        var input = mayReadInput && ReadsInput(Parser.ParseInput(text, out _, out _)) ? StandardInput() : null;
        var outcome = _runner.Run(text, input);
        if (_host.RequestedExit is { } requested)
        {
            return requested;
        }

        return outcome == PipelineOutcome.Completed && LastStatementSucceeded() ? ExitCode.Success : ExitCode.Failure;
    }

    private bool LastStatementSucceeded()
    {
        using var question = _runspace.CreatePipeline("$global:?");
        return question.Invoke() is [{ BaseObject: true }];
    }

    /// <summary>Standard input belongs to a script only if it asks for it: otherwise an input that nobody closes would hold it up.</summary>
    private static bool ReadsInput(Ast script) =>
        SystemConsole.IsInputRedirected
        && script.Find(
            node => node is VariableExpressionAst { VariablePath.UserPath: var name } && name.Equals("input", StringComparison.OrdinalIgnoreCase),
            searchNestedScriptBlocks: false) is not null;

    private static IEnumerable<string> StandardInput()
    {
        while (SystemConsole.In.ReadLine() is { } line)
        {
            yield return line;
        }
    }
}
