using System.Diagnostics;
using System.Text;
using System.Text.RegularExpressions;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Ssh;

namespace EtcdHa.Core.Tests.Hosts;

public sealed class RemoteShellTests
{
    private static readonly string[][] Shells =
        [["/usr/bin/dash"], ["/usr/bin/bash"], ["/usr/bin/zsh"], ["/usr/bin/fish"], ["/usr/bin/tcsh"], ["/usr/bin/busybox", "sh"]];

    private static readonly RemoteSudo?[] Modes =
        [null, new RemoteSudo(), new RemoteSudo(EtcdSudoMode.None), new RemoteSudo(EtcdSudoMode.Password, Secrets.Secure("s3cret")), new RemoteSudo(EtcdSudoMode.NonInteractive)];

    public static TheoryData<string, string, bool> LoginAndScriptShells()
    {
        TheoryData<string, string, bool> data = [];
        foreach (string[] login in Shells)
        {
            foreach (string inner in (string[])["/usr/bin/dash", "/usr/bin/bash", "/usr/bin/busybox"])
            {
                data.Add(string.Join(' ', login), inner, false);
                data.Add(string.Join(' ', login), inner, true);
            }
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(LoginAndScriptShells))]
    public async Task Fault32_A_script_and_its_inputs_arrive_whole_under_any_login_shell(string login, string inner, bool asRoot)
    {
        await using LocalShellTransport transport = Local(login, inner);
        byte[] secret = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * 7))];

        RemoteOutput output = await transport.Shell().RunAsync(
            new RemoteScript("copy", """
                printf '%s|' "$LC_ALL" "$PWD" "$(umask)" 'it'"'"'s "$x" \n !!' >&2
                cat
                input
                input | wc -c
                """)
            {
                AsRoot = asRoot,
                Inputs = [secret, secret],
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(0, output.ThrowIfFailed().ExitCode);
        Assert.Equal(secret, output.Output[..secret.Length].ToArray());
        Assert.Equal("3000", Encoding.ASCII.GetString(output.Output[secret.Length..].Span).Trim());
        Assert.Equal("""C|/|0077|it's "$x" \n !!|""", output.ErrorText);
    }

    [Fact]
    public async Task The_command_line_holds_neither_script_nor_input()
    {
        await using LocalShellTransport transport = new();

        RemoteOutput output = await transport.Shell().RunAsync(
            new RemoteScript("list processes", "tr '\\0' ' ' < /proc/$$/cmdline; input >/dev/null; printf %s s3cret >/dev/null")
            {
                AsRoot = true,
                Inputs = [Encoding.ASCII.GetBytes("s3cret")],
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(RemoteShellProtocol.Command(new RemoteSudo(), "marker"), Regex.Replace(Assert.Single(transport.Commands), "EtcdHa[0-9A-F]{32}$", "marker"));
        Assert.DoesNotContain("s3cret", output.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", transport.Commands[0], StringComparison.Ordinal);
    }

    [Fact]
    public void The_command_lines_hold_nothing_that_a_login_shell_reads_its_own_way()
    {
        foreach (string command in Modes.Select(sudo => RemoteShellProtocol.Command(sudo, "marker")))
        {
            Assert.DoesNotContain('\\', command);
            Assert.DoesNotContain('!', command);
            Assert.DoesNotContain('\n', command);
        }
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("false; echo not reached", 1)]
    [InlineData("echo \"$unset_variable\"", null)]
    [InlineData("if then", 2)]
    [InlineData("kill -KILL $(exec sh -c 'echo $PPID')", 137)]
    public async Task A_failing_script_gives_its_exit_code(string text, int? code)
    {
        await using LocalShellTransport transport = new();

        RemoteOutput output = await transport.Shell().RunAsync(new RemoteScript("try", text), TestContext.Current.CancellationToken);

        Assert.NotEqual(0, output.ExitCode);
        Assert.Equal(code ?? output.ExitCode, output.ExitCode);
        Assert.Equal("", output.Text);
    }

    [Fact]
    public async Task A_failed_step_is_told_with_host_step_code_and_the_last_lines_without_control_characters()
    {
        await using LocalShellTransport transport = new();

        RemoteOutput output = await transport.Shell().RunAsync(
            new RemoteScript("write /etc/x", "for i in 1 2 3 4 5 6 7; do echo line $i >&2; done; printf '\\033[31mno space\\007\\n' >&2; exit 28"),
            TestContext.Current.CancellationToken);
        EtcdHostException error = Assert.Throws<EtcdHostException>(output.ThrowIfFailed);

        Assert.Equal("RemoteCommandFailed", error.ErrorId);
        Assert.Equal("infra0 failed to write /etc/x (exit code 28): line 4; line 5; line 6; line 7; [31mno space", error.Message);
    }

    [Fact]
    public async Task Output_without_a_last_newline_and_binary_output_stay_as_they_are()
    {
        await using LocalShellTransport transport = new();

        RemoteOutput output = await transport.Shell().RunAsync(new RemoteScript("try", "printf 'a\\000b\\n\\n\\377'"), TestContext.Current.CancellationToken);

        Assert.Equal([(byte)'a', 0, (byte)'b', (byte)'\n', (byte)'\n', 0xff], output.Output.ToArray());
    }

    [Fact]
    public async Task Fault32_Noise_of_login_scripts_before_and_after_is_no_output()
    {
        FakeSshTransport transport = new((command, _) => Task.FromResult(
            FakeSshTransport.Framed(command, 0, "answer", "warning", "Welcome!\nlast login: 1 begin\n")));

        RemoteOutput output = await new RemoteShell(transport, "infra0").RunAsync(new RemoteScript("try", "true"), TestContext.Current.CancellationToken);

        Assert.Equal(("answer", "warning"), (output.Text, output.ErrorText));
    }

    [Fact]
    public async Task Any_cut_of_the_answer_is_a_lost_connection_and_never_output()
    {
        SshExecResult? whole = null;
        int cut = 0;
        FakeSshTransport transport = new((command, _) =>
        {
            whole = FakeSshTransport.Framed(command, 0, "answer", "", "noise");
            return Task.FromResult(whole with { ExitStatus = null, Output = whole.Output[..cut] });
        });
        RemoteShell shell = new(transport, "infra0", markerSource: () => "marker");
        await Assert.ThrowsAsync<EtcdSshException>(() => shell.RunAsync(new RemoteScript("try", "true"), TestContext.Current.CancellationToken));

        for (cut = 0; cut < whole!.Output.Length; cut++)
        {
            EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(
                () => shell.RunAsync(new RemoteScript("try", "true"), TestContext.Current.CancellationToken));
            Assert.Equal("SshConnectionLost", error.ErrorId);
        }
    }

    [Fact]
    public async Task A_connection_that_breaks_at_any_byte_of_the_input_places_nothing()
    {
        await using LocalShellTransport transport = new();
        string placed = Path.Combine(transport.Home, "placed");
        RemoteScript script = new("place a file", $"input > {PosixShell.Quote(placed)}.tmp; mv {PosixShell.Quote(placed)}.tmp {PosixShell.Quote(placed)}")
        {
            Inputs = [Encoding.ASCII.GetBytes("0123456789")],
        };
        int length = RemoteShellProtocol.Encode(script, "marker").Length;

        foreach (int cut in (int[])[0, 1, 100, length / 2, length - 30, length - 18, length - 17, length - 9, length - 2, length - 1])
        {
            transport.BreakInputAt = cut;
            await Assert.ThrowsAsync<EtcdSshException>(() => new RemoteShell(transport, "infra0", markerSource: () => "marker").RunAsync(script, TestContext.Current.CancellationToken));
            Assert.False(File.Exists(placed), $"cut at {cut} of {length}");
        }
    }

    [Fact]
    public async Task A_mebibyte_of_input_takes_seconds_at_most()
    {
        await using LocalShellTransport transport = new();
        Stopwatch watch = Stopwatch.StartNew();

        RemoteOutput output = await transport.Shell().RunAsync(
            new RemoteScript("count", "input | wc -c") { Inputs = [new byte[1 << 20]] }, TestContext.Current.CancellationToken);

        Assert.Equal("1048576", output.Text.Trim());
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(20));
    }

    [Fact]
    public async Task A_script_that_takes_too_long_is_a_timeout_that_names_host_and_step()
    {
        RemoteShell shell = new(FakeSshTransport.Stalled(), "infra0");

        EtcdTimeoutException error = await Assert.ThrowsAsync<EtcdTimeoutException>(() => shell.RunAsync(
            new RemoteScript("restart kubelet", "true") { Timeout = TimeSpan.FromMilliseconds(50) }, TestContext.Current.CancellationToken));

        Assert.Equal("RemoteCommandTimeout", error.ErrorId);
        Assert.Equal("infra0 did not restart kubelet within 0.05 seconds.", error.Message);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_run_is_looked_for_by_its_marker_and_told_to_end(bool asRoot)
    {
        FakeSshTransport transport = FakeSshTransport.Stalled();
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new RemoteShell(transport, "infra0").RunAsync(new RemoteScript("try", "true") { AsRoot = asRoot }, cancel.Token));

        string marker = transport.Commands[0].Marker;
        FakeCommand stop = transport.Commands[1];
        Assert.EndsWith(marker, transport.Commands[0].Command, StringComparison.Ordinal);
        Assert.Equal(RemoteShellProtocol.StopScript([marker]), stop.Script);
        Assert.Equal(RemoteShellProtocol.Command(asRoot ? new RemoteSudo() : null, stop.Marker), stop.Command);
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task What_runs_under_a_marker_is_ended_by_it_and_nothing_else(string inner)
    {
        await using LocalShellTransport transport = Local("/usr/bin/dash", inner);
        using Process marked = Process.Start("/usr/bin/setsid", ["--wait", "sh", "-c", "sleep 60; true", "EtcdHa0123"])!;
        using Process other = Process.Start("/usr/bin/setsid", ["--wait", "sh", "-c", "sleep 60; true", "EtcdHa4567"])!;
        try
        {
            await Task.Delay(300, TestContext.Current.CancellationToken);
            RemoteOutput output = await transport.Shell().RunAsync(
                new RemoteScript("stop", RemoteShellProtocol.StopScript(["EtcdHa0123"])), TestContext.Current.CancellationToken);

            Assert.Equal("", output.ErrorText);
            Assert.True(marked.WaitForExit(TimeSpan.FromSeconds(5)));
            Assert.False(other.HasExited);
        }
        finally
        {
            marked.Kill(entireProcessTree: true);
            other.Kill(entireProcessTree: true);
        }
    }

    [Fact]
    public async Task Cancelling_is_no_timeout()
    {
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(50));

        await Assert.ThrowsAnyAsync<OperationCanceledException>(
            () => new RemoteShell(FakeSshTransport.Stalled(), "infra0").RunAsync(new RemoteScript("try", "true"), cancel.Token));
    }

    [Theory]
    [InlineData("sudo: a password is required", "SudoPasswordRequired")]
    [InlineData("sudo: interactive authentication is required", "SudoPasswordRequired")]
    [InlineData("sudo: sorry, you must have a tty to run sudo", "SudoTerminalRequired")]
    [InlineData("sudo: a terminal is required to read the password; either use the -S option to read from standard input or configure an askpass helper\nsudo: a password is required", "SudoTerminalRequired")]
    [InlineData("ubuntu is not in the sudoers file.", "SudoNotAllowed")]
    [InlineData("Sorry, user ubuntu may not run sudo on infra0.", "SudoNotAllowed")]
    [InlineData("Sorry, user ubuntu is not allowed to execute '/usr/bin/env LC_ALL=C sh' as root on infra0.", "SudoNotAllowed")]
    [InlineData("sudo: unable to resolve host infra0: Name or service not known\nsudo: a password is required", "SudoPasswordRequired")]
    [InlineData("sudo: /etc/sudo.conf is owned by uid 1000, should be 0\nsudo: no valid sudoers sources found, quitting", "SudoFailed")]
    public async Task What_sudo_refuses_is_told_apart_before_anything_ran(string said, string errorId)
    {
        await using LocalShellTransport transport = new();
        transport.Install("sudo", $"cat >&2 <<'EOF'\nWelcome!\n{said}\nEOF\nexit 1");
        string trace = Path.Combine(transport.Home, "trace");

        EtcdSudoException error = await Assert.ThrowsAsync<EtcdSudoException>(() => transport.Shell().RunAsync(
            new RemoteScript("try", $"echo ran > {PosixShell.Quote(trace)}") { AsRoot = true }, TestContext.Current.CancellationToken));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Equal("infra0", error.Subject);
        Assert.False(File.Exists(trace));
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task A_host_without_sudo_is_told_so(string inner)
    {
        await using LocalShellTransport transport = Local("/usr/bin/dash", inner);
        transport.Remove("sudo");
        transport.OnlyBin = true;
        transport.Link("env", "/usr/bin/env");

        EtcdSudoException error = await Assert.ThrowsAsync<EtcdSudoException>(() => transport.Shell().RunAsync(
            new RemoteScript("try", "true") { AsRoot = true }, TestContext.Current.CancellationToken));

        Assert.Equal("SudoMissing", error.ErrorId);
    }

    [Fact]
    public async Task Root_needs_no_sudo()
    {
        await using LocalShellTransport transport = new();
        transport.Install("sudo", "exit 1");
        transport.Install("id", "echo 0");

        RemoteOutput output = await transport.Shell().RunAsync(new RemoteScript("try", "echo ok") { AsRoot = true }, TestContext.Current.CancellationToken);

        Assert.Equal("ok\n", output.Text);
    }

    [Fact]
    public async Task A_host_without_base64_is_told_so()
    {
        await using LocalShellTransport transport = Local("/usr/bin/dash", "/usr/bin/dash");
        transport.OnlyBin = true;
        transport.Link("env", "/usr/bin/env");

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(
            () => transport.Shell().RunAsync(new RemoteScript("try", "true"), TestContext.Current.CancellationToken));

        Assert.Equal("RemoteToolMissing", error.ErrorId);
        Assert.Contains("base64", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_login_shell_that_runs_nothing_is_told_with_what_it_said()
    {
        FakeSshTransport transport = new((_, _) => Task.FromResult(
            new SshExecResult(1, null, Encoding.ASCII.GetBytes("This account is currently not available.\n"), ReadOnlyMemory<byte>.Empty)));

        EtcdHostException error = await Assert.ThrowsAsync<EtcdHostException>(
            () => new RemoteShell(transport, "infra0").RunAsync(new RemoteScript("read a file", "true"), TestContext.Current.CancellationToken));

        Assert.Equal("RemoteShellUnavailable", error.ErrorId);
        Assert.Contains("This account is currently not available.", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_script_in_a_message_is_its_step_only() =>
        Assert.Equal("copy", new RemoteScript("copy", "echo s3cret") { Inputs = [new byte[] { 1 }] }.ToString());

    private static LocalShellTransport Local(string login, string inner)
    {
        string[] words = login.Split(' ');
        Assert.SkipUnless(File.Exists(words[0]), words[0] + " is not installed");
        Assert.SkipUnless(File.Exists(inner), inner + " is not installed");
        LocalShellTransport transport = new(words);
        transport.Link("sh", inner);
        return transport;
    }
}
