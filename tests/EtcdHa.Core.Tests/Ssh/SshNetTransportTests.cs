using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Commands and forwards over an open connection, against a real sshd.</summary>
public sealed class SshNetTransportTests(SshdFixture fixture) : IClassFixture<SshdFixture>
{
    // What is cancelled would last 30 s and more; the 2 s that are promised are measured end to end by the lab's StopTests.
    private static readonly TimeSpan CancelLimit = TimeSpan.FromSeconds(15);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_command_gives_both_streams_and_its_exit_status()
    {
        await using ISshTransport transport = await Connect();

        SshExecResult result = await transport.ExecuteAsync("cat; echo err >&2; exit 7", "in"u8.ToArray(), Token);

        Assert.Equal((7, null, "in", "err\n"), (result.ExitStatus, result.ExitSignal, Text(result.Output), Text(result.ErrorOutput)));
    }

    [Fact]
    public async Task A_command_that_a_signal_ends_gives_the_signal()
    {
        await using ISshTransport transport = await Connect();

        SshExecResult result = await transport.ExecuteAsync("kill -KILL $$", ReadOnlyMemory<byte>.Empty, Token);

        Assert.Equal((null, "KILL"), (result.ExitStatus, result.ExitSignal));
    }

    [Fact]
    public async Task Megabytes_go_both_ways_at_once()
    {
        await using ISshTransport transport = await Connect();
        byte[] data = RandomNumberGenerator.GetBytes(4 << 20);

        SshExecResult result = await transport.ExecuteAsync("tee /dev/stderr", data, Token);

        Assert.Equal(0, result.ExitStatus);
        Assert.True(result.Output.Span.SequenceEqual(data));
        Assert.True(result.ErrorOutput.Span.SequenceEqual(data));
    }

    [Fact]
    public async Task A_command_that_does_not_read_its_input_ends_all_the_same()
    {
        await using ISshTransport transport = await Connect();
        Stopwatch watch = Stopwatch.StartNew();

        SshExecResult result = await transport.ExecuteAsync("exit 5", new byte[8 << 20], Token);

        Assert.Equal(5, result.ExitStatus);
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Twenty_commands_share_one_connection()
    {
        await using ISshTransport transport = await Connect();

        SshExecResult[] results = await Task.WhenAll(Enumerable.Range(0, 20).Select(i =>
            transport.ExecuteAsync("cat; sleep 0.2", Encoding.ASCII.GetBytes("n" + i), Token)));

        Assert.Equal(Enumerable.Range(0, 20).Select(i => "n" + i), results.Select(result => Text(result.Output)));
    }

    [Fact]
    public async Task Output_without_end_is_stopped_and_the_connection_lives_on()
    {
        await using ISshTransport transport = await Connect();

        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => transport.ExecuteAsync("exec yes", ReadOnlyMemory<byte>.Empty, Token));

        Assert.Equal("SshOutputTooLarge", error.ErrorId);
        Assert.Equal("ok\n", Text((await transport.ExecuteAsync("echo ok", ReadOnlyMemory<byte>.Empty, Token)).Output));
    }

    [Theory]
    [InlineData("exec sleep {0}")]
    [InlineData("sleep {0}; true")]
    [InlineData("trap '' TERM; sleep {0}; true")]
    public async Task Cancelling_a_command_does_not_wait_for_its_end_and_leaves_the_connection_usable(string command)
    {
        await using ISshTransport transport = await Connect();
        string seconds = UniqueSeconds();
        using CancellationTokenSource cancel = new();
        Task<SshExecResult> running = transport.ExecuteAsync(command.Replace("{0}", seconds, StringComparison.Ordinal), ReadOnlyMemory<byte>.Empty, cancel.Token);
        Assert.True(await Eventually(() => Processes(seconds).Length > 0));

        Stopwatch watch = Stopwatch.StartNew();
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);

        Assert.InRange(watch.Elapsed, TimeSpan.Zero, CancelLimit);
        Assert.Equal("ok\n", Text((await transport.ExecuteAsync("echo ok", ReadOnlyMemory<byte>.Empty, Token)).Output));
        Array.ForEach(Processes(seconds), process => process.Kill());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Cancelling_a_script_ends_its_processes_on_the_host(bool timeout)
    {
        Assert.SkipUnless(fixture.Sshd.UserName == "root", "needs root on the host");
        await using ISshTransport transport = await Connect();
        RemoteShell shell = new(transport, "infra0");
        string seconds = UniqueSeconds();
        using CancellationTokenSource cancel = new();
        Task running = shell.RunAsync(
            new RemoteScript("wait", $"sleep {seconds}; true") { AsRoot = true, Timeout = TimeSpan.FromSeconds(timeout ? 3 : 60) }, cancel.Token);
        Assert.True(await Eventually(() => Processes(seconds).Length > 0));

        Stopwatch watch = Stopwatch.StartNew();
        if (timeout)
        {
            await Assert.ThrowsAsync<EtcdTimeoutException>(() => running);
        }
        else
        {
            await cancel.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, CancelLimit);
        }

        Assert.True(await Eventually(() => Processes(seconds).Length == 0));
        Assert.Equal("ok\n", (await shell.RunAsync(new RemoteScript("echo", "echo ok"), Token)).Text);
    }

    [Fact]
    public async Task Cancelling_a_command_whose_input_is_stuck_does_not_wait_for_its_end()
    {
        await using ISshTransport transport = await Connect();
        using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(500));

        Stopwatch watch = Stopwatch.StartNew();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.ExecuteAsync("exec sleep 30", new byte[8 << 20], cancel.Token));

        Assert.InRange(watch.Elapsed - TimeSpan.FromMilliseconds(500), TimeSpan.FromMilliseconds(-100), CancelLimit);
    }

    [Fact]
    public async Task A_host_that_dies_in_the_middle_of_a_command_is_a_lost_connection_for_this_and_later_commands()
    {
        await using TestSshd sshd = await TestSshd.StartAsync();
        await using ISshTransport transport = await new SshNetConnector().ConnectAsync(sshd.Target(), Token);
        Task<SshExecResult> running = transport.ExecuteAsync("sleep 30", ReadOnlyMemory<byte>.Empty, Token);
        await Task.Delay(300, Token);

        sshd.Kill();
        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => running.WaitAsync(TimeSpan.FromSeconds(10), Token));

        Assert.Equal("SshConnectionLost", error.ErrorId);
        EtcdSshException later = await Assert.ThrowsAsync<EtcdSshException>(() => transport.ExecuteAsync("true", ReadOnlyMemory<byte>.Empty, Token));
        Assert.Equal("SshConnectionLost", later.ErrorId);
    }

    [Fact]
    public async Task A_host_that_freezes_lets_go_of_a_cancelled_command_and_of_the_connection()
    {
        await using TestSshd sshd = await TestSshd.StartAsync();
        ISshTransport transport = await new SshNetConnector().ConnectAsync(sshd.Target(), Token);
        string session = Text((await transport.ExecuteAsync("echo $PPID", ReadOnlyMemory<byte>.Empty, Token)).Output).Trim();
        TestSshd.Run("/usr/bin/kill", "-STOP", session);
        try
        {
            using CancellationTokenSource cancel = new(TimeSpan.FromMilliseconds(300));
            Stopwatch watch = Stopwatch.StartNew();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => transport.ExecuteAsync("true", ReadOnlyMemory<byte>.Empty, cancel.Token));
            Assert.InRange(watch.Elapsed - TimeSpan.FromMilliseconds(300), TimeSpan.FromMilliseconds(-100), CancelLimit);

            watch.Restart();
            await transport.DisposeAsync();
            Assert.InRange(watch.Elapsed, TimeSpan.Zero, CancelLimit);
        }
        finally
        {
            TestSshd.Run("/usr/bin/kill", "-CONT", session);
        }
    }

    [Fact]
    public async Task Disposing_ends_running_commands_and_can_be_repeated()
    {
        ISshTransport transport = await Connect();
        Task<SshExecResult> running = transport.ExecuteAsync("exec sleep 30", ReadOnlyMemory<byte>.Empty, Token);
        await Task.Delay(200, Token);

        await transport.DisposeAsync();
        await transport.DisposeAsync();

        EtcdSshException error = await Assert.ThrowsAsync<EtcdSshException>(() => running.WaitAsync(TimeSpan.FromSeconds(5), Token));
        Assert.Equal("SshConnectionLost", error.ErrorId);
    }

    [Fact]
    public async Task A_forward_leads_to_a_port_the_host_sees()
    {
        using TcpListener echo = new(IPAddress.Loopback, 0);
        echo.Start();
        Task served = Task.Run(async () =>
        {
            using TcpClient accepted = await echo.AcceptTcpClientAsync(Token);
            await accepted.GetStream().CopyToAsync(accepted.GetStream(), Token);
        }, Token);
        await using ISshTransport transport = await Connect();
        await using ISshForward forward = await transport.ForwardAsync("127.0.0.1", ((IPEndPoint)echo.LocalEndpoint).Port, Token);

        Assert.Equal(IPAddress.Loopback, forward.LocalEndPoint.Address);
        using TcpClient client = new();
        await client.ConnectAsync(forward.LocalEndPoint, Token);
        await client.GetStream().WriteAsync("hello"u8.ToArray(), Token);
        byte[] answer = new byte[5];
        await client.GetStream().ReadExactlyAsync(answer, Token);

        Assert.Equal("hello", Text(answer));
        client.Close();
        await served.WaitAsync(TimeSpan.FromSeconds(5), Token);
    }

    [Fact]
    public async Task A_closed_forward_no_longer_listens()
    {
        await using ISshTransport transport = await Connect();
        ISshForward forward = await transport.ForwardAsync("127.0.0.1", 1, Token);
        await forward.DisposeAsync();

        using TcpClient client = new();
        await Assert.ThrowsAsync<SocketException>(async () => await client.ConnectAsync(forward.LocalEndPoint, Token));
    }

    [Fact]
    public async Task A_framed_script_runs_through_a_real_login()
    {
        await using ISshTransport transport = await Connect();
        RemoteShell shell = new(transport, "infra0");

        RemoteOutput output = await shell.RunAsync(
            new RemoteScript("echo", "id -un; input") { AsRoot = fixture.Sshd.UserName == "root", Inputs = ["secret"u8.ToArray()] }, Token);

        Assert.Equal(fixture.Sshd.UserName + "\nsecret", output.ThrowIfFailed().Text);
    }

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static string UniqueSeconds() => "60." + RandomNumberGenerator.GetInt32(int.MaxValue).ToString(System.Globalization.CultureInfo.InvariantCulture);

    private static Process[] Processes(string argument) =>
        [.. Directory.EnumerateDirectories("/proc")
            .Where(path => int.TryParse(Path.GetFileName(path), out _) && CommandLine(path) is { } line && line.StartsWith("sleep\0" + argument, StringComparison.Ordinal))
            .Select(path => Process.GetProcessById(int.Parse(Path.GetFileName(path), System.Globalization.CultureInfo.InvariantCulture)))];

    private static string? CommandLine(string path)
    {
        try
        {
            return File.ReadAllText(Path.Combine(path, "cmdline"));
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static async Task<bool> Eventually(Func<bool> condition)
    {
        for (int i = 0; i < 400; i++)
        {
            if (condition())
            {
                return true;
            }

            await Task.Delay(50, Token);
        }

        return false;
    }

    private Task<ISshTransport> Connect() => new SshNetConnector().ConnectAsync(fixture.Sshd.Target(), Token);
}
