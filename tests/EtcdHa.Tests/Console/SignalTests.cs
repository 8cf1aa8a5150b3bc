using System.Diagnostics;

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
        Assert.Equal("started", process.StandardOutput.ReadLine());
        var clock = Stopwatch.StartNew();
        using (var kill = Process.Start("kill", ["-" + signal, process.Id.ToString(System.Globalization.CultureInfo.InvariantCulture)]))
        {
            kill.WaitForExit();
        }

        var result = ConsoleProcess.Finish(process);
        Assert.Equal((expected, "cleaned up"), (result.ExitCode, result.Output.Trim()));
        Assert.True(clock.Elapsed < TimeSpan.FromSeconds(8), $"It took {clock.Elapsed}.");
    }
}
