using System.Diagnostics;

namespace EtcdHa.Lab.Tests.Lab;

/// <summary>Runs a program of this machine, within a time.</summary>
internal static class LocalProgram
{
    public static ProgramResult Run(string file, IEnumerable<string> arguments, string? input, TimeSpan timeout)
    {
        var start = new ProcessStartInfo(file, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> errors = process.StandardError.ReadToEndAsync();
        Task writing = WriteAsync(process.StandardInput, input);
        if (!process.WaitForExit(timeout) || !Task.WaitAll([output, errors, writing], TimeSpan.FromSeconds(10)))
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{file} {string.Join(' ', arguments)} did not end within {timeout.TotalSeconds} s.");
        }

        return new ProgramResult($"{file} {string.Join(' ', arguments)}", process.ExitCode, output.Result, errors.Result);
    }

    private static async Task WriteAsync(StreamWriter writer, string? input)
    {
        try
        {
            await using (writer.ConfigureAwait(false))
            {
                await writer.WriteAsync(input).ConfigureAwait(false);
            }
        }
        catch (IOException)
        {
            // The program ended without reading all of it: its exit code says how.
        }
    }
}

/// <summary>What a program left behind.</summary>
internal sealed record ProgramResult(string Command, int ExitCode, string Output, string Errors)
{
    public ProgramResult RequireSuccess() => ExitCode == 0
        ? this
        : throw new InvalidOperationException($"{Command} ended with exit code {ExitCode}: {Errors}{Output}");
}
