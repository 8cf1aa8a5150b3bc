using System.Buffers.Binary;
using System.IO.Pipes;
using System.Net.Sockets;

namespace EtcdHa.Core.Ssh.Login;

/// <summary>
/// An ssh-agent, asked over its socket or pipe: one connection a question, as agents allow it. Keys never leave the agent. What it answers is not trusted: its
/// length, its number of keys and the time it may take are limited.
/// </summary>
/// <param name="path">The Unix socket, or a pipe of Windows such as <c>\\.\pipe\openssh-ssh-agent</c>.</param>
/// <param name="listTime">How long it may take to list its keys; null: 5 seconds.</param>
/// <param name="signTime">How long it may take to sign; null: 60 seconds, since an agent may ask its user to confirm.</param>
internal sealed class SshAgent(string path, TimeSpan? listTime = null, TimeSpan? signTime = null)
{
    private const string PipePrefix = @"\\.\pipe\";

    private readonly TimeSpan _listTime = listTime ?? TimeSpan.FromSeconds(5);
    private readonly TimeSpan _signTime = signTime ?? TimeSpan.FromSeconds(60);

    /// <summary>Where it is.</summary>
    public string Path => path;

    /// <summary>The name of a pipe of Windows.</summary>
    /// <param name="path">A path.</param>
    /// <returns>The name within the pipes; null when the path is a socket's. Slashes count as backslashes, as for OpenSSH.</returns>
    public static string? PipeName(string path)
    {
        string backslashed = path.Replace('/', '\\');
        return backslashed.StartsWith(PipePrefix, StringComparison.OrdinalIgnoreCase) ? backslashed[PipePrefix.Length..] : null;
    }

    /// <summary>Asks which keys it holds.</summary>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>The keys in its order.</returns>
    /// <exception cref="EtcdSshAuthenticationException"><c>SshAgentUnavailable</c>: it is not there, does not answer, or answers nonsense.</exception>
    public Task<IReadOnlyList<SshAgentIdentity>> ListAsync(CancellationToken cancellationToken) =>
        AskAsync(SshAgentMessages.List(), answer => SshAgentMessages.Identities(answer.Span), _listTime, cancellationToken);

    /// <summary>Has something signed.</summary>
    /// <param name="blob">The key or certificate, as the agent listed it.</param>
    /// <param name="data">What is signed.</param>
    /// <param name="algorithm">The signature's algorithm, such as <c>rsa-sha2-512</c>.</param>
    /// <param name="cancellationToken">Stops the question.</param>
    /// <returns>The signature in wire form.</returns>
    /// <exception cref="EtcdSshAuthenticationException"><c>SshAgentUnavailable</c>: it does not answer, refuses, or signs otherwise.</exception>
    public Task<byte[]> SignAsync(ReadOnlyMemory<byte> blob, byte[] data, string algorithm, CancellationToken cancellationToken)
    {
        uint flags = algorithm switch { SshAlgorithms.RsaSha256 => 2, SshAlgorithms.RsaSha512 => 4, _ => 0 };
        return AskAsync(SshAgentMessages.Sign(blob.Span, data, flags), answer => SshAgentMessages.Signature(answer.Span, algorithm), _signTime, cancellationToken);
    }

    private async Task<T> AskAsync<T>(byte[] message, Func<ReadOnlyMemory<byte>, T> read, TimeSpan time, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(time);
        try
        {
            return read(await ExchangeAsync(message, limit.Token).ConfigureAwait(false));
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw Unavailable(null, string.Create(System.Globalization.CultureInfo.InvariantCulture, $"it did not answer within {time.TotalSeconds} seconds"));
        }
        catch (FormatException e)
        {
            throw Unavailable(e, e.Message);
        }
        catch (Exception e) when (e is IOException or SocketException or UnauthorizedAccessException or NotSupportedException or ArgumentException or TimeoutException)
        {
            throw Unavailable(e, SshErrors.Plain(e.Message));
        }
    }

    private async Task<ReadOnlyMemory<byte>> ExchangeAsync(byte[] message, CancellationToken cancellationToken)
    {
        Stream stream = await ConnectAsync(cancellationToken).ConfigureAwait(false);
        await using (stream.ConfigureAwait(false))
        {
            byte[] request = new byte[sizeof(uint) + message.Length];
            BinaryPrimitives.WriteUInt32BigEndian(request, (uint)message.Length);
            message.CopyTo(request, sizeof(uint));
            await stream.WriteAsync(request, cancellationToken).ConfigureAwait(false);
            byte[] header = new byte[sizeof(uint)];
            await stream.ReadExactlyAsync(header, cancellationToken).ConfigureAwait(false);
            uint length = BinaryPrimitives.ReadUInt32BigEndian(header);
            if (length > SshAgentMessages.MaximumLength)
            {
                throw new FormatException("its answer is none that an ssh-agent gives");
            }

            byte[] answer = new byte[length];
            await stream.ReadExactlyAsync(answer, cancellationToken).ConfigureAwait(false);
            return answer;
        }
    }

    private async Task<Stream> ConnectAsync(CancellationToken cancellationToken)
    {
        if (PipeName(path) is { } pipe)
        {
            NamedPipeClientStream client = new(".", pipe, PipeDirection.InOut, PipeOptions.Asynchronous);
            try
            {
                await client.ConnectAsync(cancellationToken).ConfigureAwait(false);
                return client;
            }
            catch
            {
                await client.DisposeAsync().ConfigureAwait(false);
                throw;
            }
        }

        Socket socket = new(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            await socket.ConnectAsync(new UnixDomainSocketEndPoint(path), cancellationToken).ConfigureAwait(false);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private EtcdSshAuthenticationException Unavailable(Exception? cause, string reason) => new(cause, "SshAgentUnavailable", path, reason) { Subject = path };
}
