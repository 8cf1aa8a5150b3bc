using System.Diagnostics;
using System.Globalization;

namespace EtcdHa.Tests.Console;

public sealed class SignalTests
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public async Task A_signal_stops_the_script_in_order(string signal, int expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        using var script = new ScriptFile("'started'; try { Start-Sleep 100 } finally { [Console]::Out.WriteLine('cleaned up') }; 'not reached'");
        using var process = ConsoleProcess.Start("-NoModule", script.Path);
        Assert.Equal("started", await process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken).AsTask().WaitAsync(ConsoleProcess.Patience, TestContext.Current.CancellationToken));
        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            await kill.WaitForExitAsync(TestContext.Current.CancellationToken);
        }

        // Finish waits for less than the script sleeps: no clock is needed, which a machine under load would break.
        var result = ConsoleProcess.Finish(process);
        Assert.Equal((expected, "cleaned up"), (result.ExitCode, result.Output.Trim()));
    }
}
