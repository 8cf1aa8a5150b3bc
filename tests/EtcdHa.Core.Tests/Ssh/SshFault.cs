using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>What goes wrong with one command.</summary>
public sealed record SshFault
{
    /// <summary>The connection breaks after so many bytes of standard input; the host sees its end.</summary>
    public int? BreakInputAt { get; init; }

    /// <summary>True: the host does not notice that the connection broke, so the command waits for more input.</summary>
    public bool IsUnnoticed { get; init; }

    /// <summary>The connection breaks after so many bytes of standard output: the command has run to its end.</summary>
    public int? BreakOutputAt { get; init; }

    /// <summary>The command is taken and never answered.</summary>
    public bool Stalls { get; init; }

    /// <summary>The answer comes so much later.</summary>
    public TimeSpan Delay { get; init; }

    /// <summary>Changes the answer: noise, garbage, a lost exit status.</summary>
    public Func<SshExecResult, SshExecResult> Answer { get; init; } = answer => answer;
}

/// <summary>
/// Connections to one host that misbehave as they are told. The host itself is another transport: a scripted one, or one that really runs
/// the commands. Connections and commands are counted from 1, commands over all connections.
/// </summary>
public sealed class FaultySshConnector(ISshTransport host) : ISshConnector
{
    private int _connections;
    private int _commands;

    public int Connections => _connections;

    public int Commands => _commands;

    /// <summary>What a connection ends with instead of being opened; null: it is opened.</summary>
    public Func<int, Exception?> OnConnect { get; set; } = _ => null;

    /// <summary>What goes wrong with a command; null: nothing.</summary>
    public Func<int, SshFault?> OnCommand { get; set; } = _ => null;

    public Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return OnConnect(Interlocked.Increment(ref _connections)) is { } error
            ? Task.FromException<ISshTransport>(error)
            : Task.FromResult<ISshTransport>(new Connection(this, host));
    }

    private sealed class Connection(FaultySshConnector owner, ISshTransport host) : ISshTransport
    {
        private bool _isBroken;

        public async Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken)
        {
            SshFault? fault = _isBroken ? throw Lost() : owner.OnCommand(Interlocked.Increment(ref owner._commands));
            if (fault is null)
            {
                return await host.ExecuteAsync(command, standardInput, cancellationToken);
            }

            await Task.Delay(fault.Stalls ? Timeout.InfiniteTimeSpan : fault.Delay, cancellationToken);
            if (fault.BreakInputAt is { } cut && cut < standardInput.Length)
            {
                _isBroken = true;
                if (host is LocalShellTransport local)
                {
                    Task running = local.ExecuteAsync(command, standardInput[..cut], !fault.IsUnnoticed, CancellationToken.None);
                    await (fault.IsUnnoticed ? Task.CompletedTask : running);
                }

                throw Lost();
            }

            SshExecResult answer = await host.ExecuteAsync(command, standardInput, cancellationToken);
            if (fault.BreakOutputAt is { } end)
            {
                _isBroken = true;
                answer = answer with { ExitStatus = null, Output = answer.Output[..Math.Min(end, answer.Output.Length)] };
            }

            return fault.Answer(answer);
        }

        public Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken) => throw new NotSupportedException();

        public ValueTask DisposeAsync()
        {
            _isBroken = true;
            return ValueTask.CompletedTask;
        }

        private static EtcdSshException Lost() => new("SshConnectionLost", "fake");
    }
}
