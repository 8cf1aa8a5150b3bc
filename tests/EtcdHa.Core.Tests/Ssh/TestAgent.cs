using System.Diagnostics;
using System.Net.Sockets;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>A real ssh-agent on a socket of its own; gone when disposed.</summary>
internal sealed class TestAgent : IDisposable
{
    private const string Program = "/usr/bin/ssh-agent";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcdha-agent-");
    private readonly Process _process;

    public TestAgent()
    {
        Assert.SkipUnless(File.Exists(Program), Program + " is not installed");
        _process = Process.Start(new ProcessStartInfo(Program, ["-D", "-a", Socket]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        for (int i = 0; i < 200 && !File.Exists(Socket); i++)
        {
            Thread.Sleep(20);
        }

        Assert.True(File.Exists(Socket), "ssh-agent did not start");
    }

    public string Socket => Path.Combine(_folder.FullName, "agent.sock");

    /// <summary>Runs ssh-add on the agent.</summary>
    /// <param name="input">What it reads when it asks for a password; it asks only a terminal or a program, so a program that prints it is given.</param>
    /// <param name="arguments">ssh-add's arguments.</param>
    public string Add(string? input, params string[] arguments)
    {
        ProcessStartInfo start = new("/usr/bin/ssh-add", arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true };
        start.Environment["SSH_AUTH_SOCK"] = Socket;
        if (input is not null)
        {
            string asker = Path.Combine(_folder.FullName, "ask.sh");
            File.WriteAllText(asker, $"#!/bin/sh\necho '{input}'\n");
            TestSshd.Run("/bin/chmod", "700", asker);
            start.Environment["SSH_ASKPASS"] = asker;
            start.Environment["SSH_ASKPASS_REQUIRE"] = "force";
            start.Environment["DISPLAY"] = ":0";
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return output + error.Result;
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Delete(recursive: true);
    }
}

/// <summary>A socket that answers every question as the test says: with bytes, then silence or the end.</summary>
internal sealed class FakeAgent : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("etcdha-fake-agent-");
    private readonly Socket _listener = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
    private readonly List<Socket> _open = [];
    private readonly Func<byte[], byte[]?> _answer;

    /// <param name="answer">Gives the raw answer to a raw question; null: nothing is ever said.</param>
    public FakeAgent(Func<byte[], byte[]?> answer)
    {
        _answer = answer;
        _listener.Bind(new UnixDomainSocketEndPoint(Socket));
        _listener.Listen();
        _ = AcceptAsync();
    }

    public string Socket => Path.Combine(_folder.FullName, "agent.sock");

    public void Dispose()
    {
        _listener.Dispose();
        lock (_open)
        {
            _open.ForEach(socket => socket.Dispose());
        }

        _folder.Delete(recursive: true);
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                Socket client = await _listener.AcceptAsync();
                lock (_open)
                {
                    _open.Add(client);
                }

                _ = AnswerAsync(client);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        try
        {
            byte[] question = new byte[1 << 16];
            int length = await client.ReceiveAsync(question);
            if (_answer(question[..length]) is { } answer)
            {
                await client.SendAsync(answer);
                client.Shutdown(SocketShutdown.Both);
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The client has seen enough.
        }
    }
}
