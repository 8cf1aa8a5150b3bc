using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Tests.Ssh;

namespace EtcdHa.Core.Tests.Hosts;

/// <summary>
/// Becoming root with a password. The <c>sudo</c> here is a script that does what sudo does with its input, questions and descriptors; the lab's
/// SudoTests do the same with the real one.
/// </summary>
public sealed class RemoteSudoTests
{
    private const string Password = "s3cret $HOME 'it' \\n \"ä\" !x ";

    // What follows the options: three tries, one line each, every question the same; the descriptors above 2 are closed. What was read is kept.
    private const string Sudo = """
        log=$HOME/asked
        while :; do case $1 in -k | -S) shift ;; -n) echo 'sudo: a password is required' >&2; exit 1 ;; *) break ;; esac; done
        for try in 1 2 3; do
            printf %s "${SUDO_PROMPT-Password: }" >&2
            IFS= read -r line || { printf '\nsudo: no password was provided\n' >&2; exit 1; }
            printf '%s\n' "$line" >> "$log"
            if [ "$line" = "$(cat "$HOME/password")" ]; then exec "$@" 3<&- 4<&- 5<&- 6<&- 7<&- 8<&- 9<&-; fi
            echo 'Sorry, try again.' >&2
        done
        echo 'sudo: 3 incorrect password attempts' >&2
        exit 1
        """;

    public static TheoryData<string, string> LoginAndScriptShells()
    {
        TheoryData<string, string> data = [];
        foreach (string login in (string[])["/usr/bin/dash", "/usr/bin/bash", "/usr/bin/zsh", "/usr/bin/fish", "/usr/bin/tcsh", "/usr/bin/busybox sh"])
        {
            data.Add(login, "/usr/bin/dash");
            data.Add(login, "/usr/bin/bash");
            data.Add(login, "/usr/bin/busybox");
        }

        return data;
    }

    [Theory]
    [MemberData(nameof(LoginAndScriptShells))]
    public async Task The_right_password_is_read_by_sudo_and_the_script_gets_its_input(string login, string inner)
    {
        await using LocalShellTransport transport = Host(Sudo, login, inner);
        byte[] secret = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7))];

        RemoteOutput output = await Shell(transport).RunAsync(
            new RemoteScript("copy", "echo said >&2; cat; input; input | wc -c") { AsRoot = true, Inputs = [secret, secret] },
            TestContext.Current.CancellationToken);

        Assert.Equal(0, output.ThrowIfFailed().ExitCode);
        Assert.Equal(secret, output.Output[..secret.Length].ToArray());
        Assert.Equal("300000", Encoding.ASCII.GetString(output.Output[secret.Length..].Span).Trim());
        Assert.Equal("said\n", output.ErrorText);
        Assert.Equal([Password], Asked(transport));
    }

    [Theory]
    [InlineData("/usr/bin/dash", "Sorry, try again.")]
    [InlineData("/usr/bin/bash", "Sorry, try again.")]
    [InlineData("/usr/bin/busybox", "Sorry, try again.")]
    [InlineData("/usr/bin/dash", "Your mind just hasn't been the same since the electro-shock, has it?")]
    [InlineData("/usr/bin/dash", "sudo: Authentication failed, try again.")]
    public async Task Fault06_a_wrong_password_is_tried_once_and_nothing_runs(string inner, string says)
    {
        await using LocalShellTransport transport = Host(Sudo.Replace("Sorry, try again.", says.Replace("'", "'\\''", StringComparison.Ordinal), StringComparison.Ordinal), "/usr/bin/dash", inner);
        await File.WriteAllTextAsync(Path.Combine(transport.Home, "password"), "another", TestContext.Current.CancellationToken);
        string trace = Path.Combine(transport.Home, "trace");

        EtcdSudoException error = await Assert.ThrowsAsync<EtcdSudoException>(() => Shell(transport).RunAsync(
            new RemoteScript("try", $"echo ran > {PosixShell.Quote(trace)}") { AsRoot = true, Inputs = [new byte[100]] }, TestContext.Current.CancellationToken));

        Assert.Equal("SudoPasswordWrong", error.ErrorId);
        Assert.DoesNotContain("s3cret", error.ToString(), StringComparison.Ordinal);
        Assert.Equal([Password], Asked(transport));
        Assert.False(File.Exists(trace));
    }

    [Theory]
    [InlineData("/usr/bin/dash")]
    [InlineData("/usr/bin/bash")]
    [InlineData("/usr/bin/busybox")]
    public async Task A_sudo_that_asks_for_nothing_leaves_the_password_unread_and_unseen(string inner)
    {
        await using LocalShellTransport transport = Host("while :; do case $1 in -k | -S) shift ;; *) break ;; esac; done; exec \"$@\" 3<&- 4<&- 5<&- 6<&-", "/usr/bin/dash", inner);

        RemoteOutput output = await Shell(transport).RunAsync(
            new RemoteScript("look", """
                env; set
                input
                ! IFS= read -r rest <&3 || exit 9
                tr '\000' '\n' < /proc/$PPID/cmdline
                """)
            {
                AsRoot = true,
                Inputs = ["in"u8.ToArray()],
            },
            TestContext.Current.CancellationToken);

        Assert.Equal(0, output.ExitCode);
        Assert.DoesNotContain("s3cret", output.Text + output.ErrorText, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Password))[..12], output.Text + output.ErrorText, StringComparison.Ordinal);
    }

    [Fact]
    public async Task While_sudo_checks_the_password_no_process_shows_it()
    {
        await using LocalShellTransport transport = Host(
            Sudo.Replace("for try in", "cat /proc/[0-9]*/cmdline /proc/[0-9]*/environ > \"$HOME/processes\" 2>/dev/null; for try in", StringComparison.Ordinal), "/usr/bin/dash", "/usr/bin/dash");

        await Shell(transport).RunAsync(new RemoteScript("try", "true") { AsRoot = true }, TestContext.Current.CancellationToken);

        string processes = await File.ReadAllTextAsync(Path.Combine(transport.Home, "processes"), TestContext.Current.CancellationToken);
        Assert.Contains("sudo\0-k\0-S", processes, StringComparison.Ordinal);
        Assert.DoesNotContain("s3cret", processes, StringComparison.Ordinal);
        Assert.DoesNotContain(Convert.ToBase64String(Encoding.UTF8.GetBytes(Password))[..12], processes, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("operator is not in the sudoers file.", "SudoNotAllowed")]
    [InlineData("Sorry, user operator is not allowed to execute '/usr/bin/env LC_ALL=C sh' as root on infra0.", "SudoNotAllowed")]
    [InlineData("sudo: I'm sorry operator. I'm afraid I can't do that", "SudoNotAllowed")]
    [InlineData("sudo: Account or password is expired, reset your password and try again", "SudoAccountRefused")]
    [InlineData("sudo: Account expired or PAM config lacks an \"account\" section for sudo, contact your system administrator", "SudoAccountRefused")]
    [InlineData("sudo: account validation failure, is your account locked?", "SudoAccountRefused")]
    [InlineData("The account is locked due to 3 failed logins.\nSorry, try again.", "SudoAccountRefused")]
    [InlineData("sudo: sorry, you must have a tty to run sudo", "SudoTerminalRequired")]
    [InlineData("sudo: PAM error: System error", "SudoFailed")]
    public async Task What_sudo_refuses_after_the_password_is_told_apart(string said, string errorId)
    {
        await using LocalShellTransport transport = Host(
            $"printf %s \"$SUDO_PROMPT\" >&2; read -r line; cat >&2 <<'EOF'\nYour password will expire in 3 days.\n{said}\nEOF\nexit 1", "/usr/bin/dash", "/usr/bin/dash");

        EtcdSudoException error = await Assert.ThrowsAsync<EtcdSudoException>(() => Shell(transport).RunAsync(
            new RemoteScript("try", "true") { AsRoot = true }, TestContext.Current.CancellationToken));

        Assert.Equal(errorId, error.ErrorId);
        Assert.DoesNotContain("EtcdHa", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_root_login_needs_neither_sudo_nor_the_password()
    {
        await using LocalShellTransport transport = Host("exit 1", "/usr/bin/dash", "/usr/bin/dash");
        transport.Install("id", "echo 0");

        RemoteOutput output = await Shell(transport).RunAsync(
            new RemoteScript("try", "input") { AsRoot = true, Inputs = ["ok"u8.ToArray()] }, TestContext.Current.CancellationToken);

        Assert.Equal("ok", output.Text);
    }

    [Theory]
    [InlineData(EtcdSudoMode.NonInteractive, "SudoPasswordRequired")]
    [InlineData(EtcdSudoMode.None, "SudoNotUsed")]
    public async Task Modes_that_give_no_password_give_none(EtcdSudoMode mode, string errorId)
    {
        await using LocalShellTransport transport = Host(Sudo, "/usr/bin/dash", "/usr/bin/dash");

        EtcdSudoException error = await Assert.ThrowsAsync<EtcdSudoException>(() => Shell(transport, mode).RunAsync(
            new RemoteScript("try", "true") { AsRoot = true }, TestContext.Current.CancellationToken));

        Assert.Equal(errorId, error.ErrorId);
        Assert.Empty(Asked(transport));
    }

    [Theory]
    [InlineData(null, "SudoPasswordMissing")]
    [InlineData("", "SudoPasswordInvalid")]
    [InlineData("a\nb", "SudoPasswordInvalid")]
    [InlineData("a\0b", "SudoPasswordInvalid")]
    [InlineData("long", "SudoPasswordInvalid")]
    public async Task A_password_that_sudo_cannot_read_is_refused_before_connecting(string? password, string errorId)
    {
        FakeSshConnector connector = new(_ => throw new InvalidOperationException());
        ResolvedSshTarget target = new("10.0.0.6", 22, "operator", [], [], EtcdHostKeyPolicy.Strict, null, TimeSpan.FromSeconds(5))
        {
            SudoMode = EtcdSudoMode.Password,
            SudoPassword = password is null ? null : Secrets.Secure(password == "long" ? new string('x', 1023) : password),
        };

        EtcdSudoException error = await Assert.ThrowsAsync<EtcdSudoException>(() => HostSession.OpenAsync(connector, target, TestContext.Current.CancellationToken));

        Assert.Equal((errorId, "operator@10.0.0.6"), (error.ErrorId, error.Subject));
        Assert.Empty(connector.Targets);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_password_that_was_not_right_yet_is_not_tried_again_to_stop_a_script(bool isProven)
    {
        bool stall = false;
        FakeSshTransport transport = new(async (command, token) =>
        {
            await Task.Delay(stall ? Timeout.Infinite : 0, token);
            return FakeSshTransport.Framed(command, 0, "", "");
        });
        RemoteShell shell = new(transport, "infra0", new RemoteSudo(EtcdSudoMode.Auto, Secrets.Secure(Password)));
        if (isProven)
        {
            await shell.RunAsync(new RemoteScript("try", "true") { AsRoot = true }, TestContext.Current.CancellationToken);
        }

        stall = true;
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(50));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => shell.RunAsync(new RemoteScript("try", "true") { AsRoot = true }, cancel.Token));

        byte[] password = Encoding.ASCII.GetBytes(Convert.ToBase64String([.. Encoding.UTF8.GetBytes(Password), (byte)'\n']) + "\n");
        Assert.Equal(isProven, transport.Commands[^1].StandardInput.AsSpan().IndexOf(password) >= 0);
    }

    private static RemoteShell Shell(LocalShellTransport transport, EtcdSudoMode mode = EtcdSudoMode.Auto) =>
        new(transport, "infra0", new RemoteSudo(mode, Secrets.Secure(Password)));

    private static string[] Asked(LocalShellTransport transport)
    {
        string log = Path.Combine(transport.Home, "asked");
        return File.Exists(log) ? File.ReadAllLines(log) : [];
    }

    private static LocalShellTransport Host(string sudo, string login, string inner)
    {
        string[] words = login.Split(' ');
        Assert.SkipUnless(File.Exists(words[0]), words[0] + " is not installed");
        Assert.SkipUnless(File.Exists(inner), inner + " is not installed");
        LocalShellTransport transport = new(words);
        transport.Link("sh", inner);
        transport.Install("sudo", sudo);
        File.WriteAllText(Path.Combine(transport.Home, "password"), Password);
        return transport;
    }
}
