using System.Net;
using System.Text;
using System.Text.RegularExpressions;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>A command as it reached the host.</summary>
public sealed record FakeCommand(string Command, byte[] StandardInput)
{
    /// <summary>The script's text; null when the command is not a framed script.</summary>
    public string? Script => Line(Frame + 1) is { } line ? Encoding.UTF8.GetString(line) : null;

    /// <summary>The script's inputs.</summary>
    public IReadOnlyList<byte[]> Inputs => [.. Enumerable.Range(Frame + 2, Math.Max(0, Lines.Length - Frame - 2)).Select(i => Line(i)!)];

    /// <summary>The marker of the frame.</summary>
    public string Marker => Regex.Match(Encoding.UTF8.GetString(Line(Frame)!), @"begin\\n' (\w+)").Groups[1].Value;

    // Behind what calls sudo with a password, and the password.
    private int Frame => Line(0) is { } line && Encoding.UTF8.GetString(line).Contains("exec sudo", StringComparison.Ordinal) ? 2 : 0;

    private string[] Lines => Encoding.ASCII.GetString(StandardInput).Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private byte[]? Line(int index) => index < Lines.Length ? Convert.FromBase64String(Lines[index]) : null;
}

/// <summary>
/// A connection without a host: it records every command and answers as it is told. An answer may be late, cut, noisy or an exception.
/// </summary>
public sealed class FakeSshTransport(Func<FakeCommand, CancellationToken, Task<SshExecResult>> answer) : ISshTransport
{
    private readonly List<FakeCommand> _commands = [];

    public IReadOnlyList<FakeCommand> Commands
    {
        get
        {
            lock (_commands)
            {
                return [.. _commands];
            }
        }
    }

    public bool IsDisposed { get; private set; }

    /// <summary>Answers each framed script with an exit code and text.</summary>
    public static FakeSshTransport Scripted(Func<FakeCommand, (int Code, string Output, string ErrorOutput)> answer) =>
        new((command, _) =>
        {
            (int code, string output, string error) = answer(command);
            return Task.FromResult(Framed(command, code, output, error));
        });

    /// <summary>A host that takes the command and never answers.</summary>
    public static FakeSshTransport Stalled() => new(async (_, token) =>
    {
        await Task.Delay(Timeout.Infinite, token);
        throw new InvalidOperationException();
    });

    /// <summary>A connection that breaks as soon as a command is sent.</summary>
    public static FakeSshTransport Broken() => new((_, _) => throw new EtcdSshException("SshConnectionLost", "fake"));

    /// <summary>A framed answer, with noise before it as login scripts write it.</summary>
    public static SshExecResult Framed(FakeCommand command, int code, string output, string errorOutput, string noise = "") => new(
        0,
        null,
        Encoding.UTF8.GetBytes($"{noise}{command.Marker} begin\n{output}\n{command.Marker} end {code}\n"),
        Encoding.UTF8.GetBytes($"{noise}{command.Marker} begin\n{errorOutput}\n{command.Marker} end {code}\n"));

    public async Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(IsDisposed, this);
        FakeCommand received = new(command, standardInput.ToArray());
        lock (_commands)
        {
            _commands.Add(received);
        }

        return await answer(received, cancellationToken);
    }

    public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken) =>
        Task.FromResult<ISshForward>(new DirectForward(host, port));

    public ValueTask DisposeAsync()
    {
        IsDisposed = true;
        return ValueTask.CompletedTask;
    }

    /// <summary>No forward: what is meant to be reached through the host is on loopback already.</summary>
    private sealed class DirectForward(string host, int port) : ISshForward
    {
        public IPEndPoint LocalEndPoint { get; } = new(IPAddress.TryParse(host, out IPAddress? address) ? address : IPAddress.Loopback, port);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

/// <summary>Hands out transports by host name, and records who asked.</summary>
public sealed class FakeSshConnector(Func<ResolvedSshTarget, ISshTransport> connect) : ISshConnector
{
    private readonly List<ResolvedSshTarget> _targets = [];

    public IReadOnlyList<ResolvedSshTarget> Targets
    {
        get
        {
            lock (_targets)
            {
                return [.. _targets];
            }
        }
    }

    public Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        lock (_targets)
        {
            _targets.Add(target);
        }

        return Task.FromResult(connect(target));
    }
}
