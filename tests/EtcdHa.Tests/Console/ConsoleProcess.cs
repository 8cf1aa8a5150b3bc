using System.Diagnostics;

namespace EtcdHa.Tests.Console;

/// <summary>What a finished console has said.</summary>
internal sealed record ConsoleResult(int ExitCode, string Output, string Error)
{
    internal IReadOnlyList<string> Lines => Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

/// <summary>Runs the built console as its users do: as a process of its own.</summary>
internal static class ConsoleProcess
{
    internal static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    internal static string Assembly => Path.Combine(AppContext.BaseDirectory, "EtcdHa.Console.dll");

    /// <summary>What runs it. A test run in the background has Ctrl+C ignored, and its children would inherit that: env undoes it.</summary>
    internal static string[] Program => OperatingSystem.IsLinux() ? ["/usr/bin/env", "--default-signal=INT", "dotnet"] : ["dotnet"];

    internal static ConsoleResult Run(params string[] arguments) => RunWithInput(null, arguments);

    internal static ConsoleResult RunWithInput(string? input, params string[] arguments)
    {
        using var process = Start(["-NoModule", .. arguments]);
        if (input is not null)
        {
            process.StandardInput.Write(input);
            process.StandardInput.Close();
        }

        return Finish(process);
    }

    internal static Process Start(params string[] arguments)
    {
        string[] command = [.. Program, Assembly, .. arguments];
        var start = new ProcessStartInfo(command[0], command[1..])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Remove("COLUMNS");
        return Process.Start(start)!;
    }

    internal static ConsoleResult Finish(Process process)
    {
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        if (!process.WaitForExit(Patience))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException("The console did not end.");
        }

        return new ConsoleResult(process.ExitCode, output.GetAwaiter().GetResult(), error.GetAwaiter().GetResult());
    }
}
