using System.Diagnostics;
using System.Text.RegularExpressions;

namespace EtcdHa.Tests.Console;

/// <summary>The prompt on a real pseudo-terminal, which script(1) of util-linux gives.</summary>
public sealed partial class InteractiveTests
{
    private const string Script = "/usr/bin/script";

    [Fact]
    public void The_prompt_runs_commands_survives_Ctrl_C_and_ends_with_the_code_of_exit()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux() && File.Exists(Script), "script(1) of util-linux is not here.");
        var state = Directory.CreateTempSubdirectory("etcdha-state-").FullName;
        try
        {
            // exec: a shell that waits for the console would itself die of the Ctrl+C.
            var start = new ProcessStartInfo(Script, ["-qec", $"exec {string.Join(' ', ConsoleProcess.Program)} '{ConsoleProcess.Assembly}' -NoModule -NoLogo", "/dev/null"])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            start.Environment["XDG_STATE_HOME"] = state;
            start.Environment["TERM"] = "xterm";
            using var process = Process.Start(start)!;
            try
            {
                Converse(process);
            }
            finally
            {
                // A console left behind would hold the test run's own output open.
                process.Kill(entireProcessTree: true);
            }
        }
        finally
        {
            Directory.Delete(state, recursive: true);
        }
    }

    private static void Converse(Process process)
    {
        var screen = new Screen(process);

        screen.WaitFor("PS [^\n]*> ");
        process.StandardInput.Write("\"sum: $(1+1)\"\r");
        screen.WaitFor("sum: 2");
        screen.WaitFor("PS [^\n]*> "); // what is typed before the prompt takes the terminal over may be lost
        process.StandardInput.Write("'wai' + 'ting'; for (;;) { }\r");
        screen.WaitFor("waiting");
        process.StandardInput.Write('\u0003');
        screen.WaitFor("PS [^\n]*> ");
        process.StandardInput.Write("exit 9\r");
        Assert.True(process.WaitForExit(TimeSpan.FromSeconds(30)));
        Assert.Equal(9, process.ExitCode);
    }

    /// <summary>What the terminal has shown since what was waited for last.</summary>
    private sealed partial class Screen(Process process)
    {
        private readonly char[] _chunk = new char[4096];
        private string _shown = string.Empty;

        internal void WaitFor(string pattern)
        {
            using var patience = new CancellationTokenSource(TimeSpan.FromSeconds(30));
            string text;
            Match match;
            while (!(match = Regex.Match(text = ControlSequence().Replace(_shown, string.Empty), pattern)).Success)
            {
                var read = process.StandardOutput.ReadAsync(_chunk, patience.Token).AsTask().GetAwaiter().GetResult();
                Assert.True(read > 0, $"The console ended before it showed '{pattern}': {_shown}");
                _shown += new string(_chunk, 0, read);
            }

            _shown = text[(match.Index + match.Length)..];
        }

        [GeneratedRegex("\u001b(\\[[0-9;?]*[A-Za-z]|[=>])")]
        private static partial Regex ControlSequence();
    }
}
