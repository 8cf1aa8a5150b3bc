using Renci.SshNet;
using Renci.SshNet.Common;

namespace EtcdHa.Core.Ssh;

/// <summary>A command wrote more than is kept of its output.</summary>
internal sealed class SshOutputLimitException : Exception;

/// <summary>One command on its channel: standard input is written and both outputs are read at the same time.</summary>
/// <param name="command">The command, not started.</param>
/// <param name="standardInput">What it reads.</param>
internal sealed class SshNetExecution(SshCommand command, ReadOnlyMemory<byte> standardInput)
{
    private const int BufferLength = 32 << 10;

    private Task _allEnded = Task.CompletedTask;

    /// <summary>Runs the command to its end.</summary>
    /// <param name="cancellationToken">Stops the wait; the caller then calls <see cref="TerminateAsync"/>.</param>
    /// <returns>What the command left behind.</returns>
    public async Task<SshExecResult> RunAsync(CancellationToken cancellationToken)
    {
        // Opening the channel blocks until the host answers; the task inside is the command's own end.
        Task<Task> opened = Blocking.Run(() => command.ExecuteAsync(CancellationToken.None));
        _allEnded = opened;
        Task ended = await opened.WaitAsync(cancellationToken).ConfigureAwait(false);
        Task<byte[]> output = Blocking.Run(() => Read(command.OutputStream));
        Task<byte[]> errorOutput = Blocking.Run(() => Read(command.ExtendedOutputStream));
        Task written = Blocking.Run(() => Write(ended));
        _allEnded = Task.WhenAll(ended, output, errorOutput, written);

        // A failed reader ends the wait: otherwise a command that still runs would be waited for. The writer is not waited for:
        // when the command ended without reading everything, it hangs until SSH.NET's timeout.
        List<Task> running = [ended, output, errorOutput];
        while (running.Count > 0)
        {
            Task first = await Task.WhenAny(running).WaitAsync(cancellationToken).ConfigureAwait(false);
            await first.ConfigureAwait(false);
            running.Remove(first);
        }

        return new SshExecResult(command.ExitStatus, command.ExitSignal, await output.ConfigureAwait(false), await errorOutput.ConfigureAwait(false));
    }

    /// <summary>Sends the command SIGTERM and closes its channel.</summary>
    /// <param name="signalTimeoutMilliseconds">How long the command may take to obey.</param>
    /// <returns>Succeeds when the channel is closed.</returns>
    public Task TerminateAsync(int signalTimeoutMilliseconds) => Blocking.Run(() =>
    {
        if (_allEnded is Task<Task> { IsCompletedSuccessfully: false })
        {
            throw new SshConnectionException("The channel was not opened.");
        }

        command.CancelAsync(forceKill: false, signalTimeoutMilliseconds);
        command.Dispose();
    });

    /// <summary>Frees the channel without waiting for the host.</summary>
    public void DisposeInBackground() =>
        _allEnded.ContinueWith(
            ended =>
            {
                _ = ended.Exception;
                SshNetTransport.DisposeQuietly(command);
            },
            CancellationToken.None,
            TaskContinuationOptions.None,
            TaskScheduler.Default);

    private static byte[] Read(Stream stream)
    {
        using MemoryStream kept = new();
        byte[] buffer = new byte[BufferLength];
        int count;
        while ((count = stream.Read(buffer, 0, buffer.Length)) > 0)
        {
            if (kept.Length + count > SshNetTransport.MaximumOutput)
            {
                throw new SshOutputLimitException();
            }

            kept.Write(buffer, 0, count);
        }

        return kept.ToArray();
    }

    private void Write(Task ended)
    {
        try
        {
            using Stream input = command.CreateInputStream();
            for (int offset = 0; offset < standardInput.Length && !ended.IsCompleted; offset += BufferLength)
            {
                input.Write(standardInput.Span[offset..Math.Min(offset + BufferLength, standardInput.Length)]);
            }
        }
        catch (Exception e) when (e is not OutOfMemoryException)
        {
            // The command may end without reading all of its input, as `true` does; its exit status tells the rest.
        }
    }
}
