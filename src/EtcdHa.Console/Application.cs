using System.Management.Automation;
using System.Management.Automation.Runspaces;
using EtcdHa.Console.CommandLine;
using EtcdHa.Console.Engine;
using EtcdHa.Console.Hosting;
using EtcdHa.Console.Interactive;

namespace EtcdHa.Console;

/// <summary>The program: reads the command line, opens the session, runs what was asked for.</summary>
internal static class Application
{
    private static string EngineVersion => PSVersionInfo.PSVersion.ToString();

    internal static int Run(string[] arguments)
    {
        try
        {
            return Run(OptionsParser.Parse(arguments, SystemConsole.IsInputRedirected));
        }
        catch (UsageException wrong)
        {
            SystemConsole.Error.WriteLine($"{wrong.Message}{Environment.NewLine}Use -Help to see how this console is called.");
            return ExitCode.Usage;
        }
    }

    private static int Run(ConsoleOptions options)
    {
        switch (options.Mode)
        {
            case RunMode.Help:
                SystemConsole.Out.WriteLine(Usage.Text);
                return ExitCode.Success;
            case RunMode.Version:
                SystemConsole.Out.WriteLine($"EtcdHa.Console {ConsoleHost.ProductVersion}");
                SystemConsole.Out.WriteLine($"PowerShell engine {EngineVersion}");
                return ExitCode.Success;
            default:
                return RunSession(options);
        }
    }

    private static int RunSession(ConsoleOptions options)
    {
        var streams = new TerminalStreams(options.NonInteractive);
        using var signals = new Signals();
        var ui = new ConsoleUserInterface(streams, new TerminalInput(signals.Interrupt, signals.Shutdown));
        var host = new ConsoleHost(ui);
        using var runspace = SessionFactory.Open(host, streams);
        var runner = new PipelineRunner(runspace, ui);
        signals.Runner = runner;
        if (!options.NoModule && !ImportModule(options, runner, ui))
        {
            return signals.ExitCode ?? ExitCode.Failure;
        }

        var script = new ScriptRunner(runspace, runner, host);
        var code = options.Mode switch
        {
            RunMode.ScriptFile => script.RunFile(options.Text, options.ScriptArguments),
            RunMode.Command => script.RunText(options.Text, mayReadInput: true),
            RunMode.StandardInput => script.RunText(SystemConsole.In.ReadToEnd(), mayReadInput: false),
            _ => Prompt(options),
        };
        return signals.ExitCode ?? code;

        int Prompt(ConsoleOptions asked)
        {
            if (!asked.NoLogo)
            {
                ui.WriteLine($"EtcdHa.Console {ConsoleHost.ProductVersion}: PowerShell {EngineVersion} with its core cmdlets. Ctrl+D or 'exit' leaves.");
            }

            using var loop = new InteractiveLoop(runspace, runner, host, ui, signals, new ProcessTerminal(streams, signals.Shutdown));
            return loop.Run();
        }
    }

    private static bool ImportModule(ConsoleOptions options, PipelineRunner runner, ConsoleUserInterface ui)
    {
        var manifest = options.ModulePath is { } given ? Path.GetFullPath(given) : ModuleLocator.Find(AppContext.BaseDirectory);
        if (manifest is null || !File.Exists(manifest))
        {
            ui.WriteErrorLine(
                $"The module was not found: there is no {manifest ?? $"{ModuleLocator.ManifestName} beside or above '{AppContext.BaseDirectory}'"}. "
                + "Give -ModulePath <psd1>, or -NoModule to go without.");
            return false;
        }

        var import = new Command("Import-Module");
        import.Parameters.Add("Name", manifest);
        import.Parameters.Add("ErrorAction", ActionPreference.Stop);
        if (runner.Run(import) == PipelineOutcome.Completed)
        {
            return true;
        }

        ui.WriteErrorLine($"The module '{manifest}' could not be imported. Build it, give -ModulePath <psd1>, or -NoModule to go without.");
        return false;
    }
}
