using System.Diagnostics;
using System.Globalization;

namespace EtcdHa.Tests.Console;

public sealed class SignalTests
{
    [Theory]
    [InlineData("INT", 130)]
    [InlineData("TERM", 143)]
    public void A_signal_stops_the_script_in_order(string signal, int expected)
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Signals are sent with kill.");
        using var script = new ScriptFile("'started'; try { Start-Sleep 100 } finally { [Console]::Out.WriteLine('cleaned up') }; 'not reached'");
        using var process = ConsoleProcess.Start("-NoModule", script.Path);
        Assert.Equal("started", process.StandardOutput.ReadLineAsync().WaitAsync(ConsoleProcess.Patience).GetAwaiter().GetResult());
        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        // Finish waits for less than the script sleeps: no clock is needed, which a machine under load would break.
        var result = ConsoleProcess.Finish(process);
        Assert.Equal((expected, "cleaned up"), (result.ExitCode, result.Output.Trim()));
    }
}
