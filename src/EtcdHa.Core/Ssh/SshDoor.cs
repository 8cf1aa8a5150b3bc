using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Text;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// A loopback port that lets one connection in: the one that tells a secret, in the words of an HTTP proxy (RFC 9110, 9.3.6), which SSH.NET
/// can speak. SSH.NET connects to ports only; so it can be given a connection that is no port, and no other local user can take its place.
/// </summary>
internal sealed class SshDoor : IDisposable
{
    /// <summary>The proxy's user name.</summary>
    public const string UserName = "etcdha";

    private const int MaximumRequest = 1024;
    private static readonly TimeSpan RequestTime = TimeSpan.FromSeconds(10);
    private static readonly byte[] RequestEnd = "\r\n\r\n"u8.ToArray();
    private static readonly byte[] Welcome = "HTTP/1.0 200 OK\r\n\r\n"u8.ToArray();

    private readonly Socket _listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
    private readonly TaskCompletionSource<Socket> _admitted = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>Opens the door.</summary>
    public SshDoor()
    {
        _listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        _listener.Listen();
        Port = ((IPEndPoint)_listener.LocalEndPoint!).Port;
        _ = AcceptAsync();
    }

    /// <summary>The port on 127.0.0.1.</summary>
    public int Port { get; }

    /// <summary>The proxy's password: new for every door, and used once.</summary>
    public string Password { get; } = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));

    /// <summary>Waits for who tells the secret. The port is closed from then on.</summary>
    /// <returns>The connection; the caller disposes it.</returns>
    /// <exception cref="ObjectDisposedException">The door was closed before.</exception>
    public Task<Socket> AdmitAsync() => _admitted.Task;

    /// <summary>Closes the port. A connection that was let in stays.</summary>
    public void Dispose()
    {
        CloseListener();
        _admitted.TrySetException(new ObjectDisposedException(nameof(SshDoor)));
        _ = _admitted.Task.Exception;
    }

    private void CloseListener()
    {
        try
        {
            // A process that is just being started holds a copy of the port until it is its own program: shut down, the copy listens no more either.
            _listener.Shutdown(SocketShutdown.Both);
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // Not every system shuts down what only listens; or it is closed already.
        }

        _listener.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (!_admitted.Task.IsCompleted)
            {
                _ = GreetAsync(await _listener.AcceptAsync().ConfigureAwait(false));
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The door is closed: somebody is being let in, or nobody is wanted any more.
        }
    }

    private async Task GreetAsync(Socket socket)
    {
        try
        {
            using CancellationTokenSource limit = new(RequestTime);
            socket.NoDelay = true;
            if (IsSecretTold(await ReadRequestAsync(socket, limit.Token).ConfigureAwait(false)))
            {
                CloseListener();
                await socket.SendAsync(Welcome, SocketFlags.None, limit.Token).ConfigureAwait(false);
                if (_admitted.TrySetResult(socket))
                {
                    return;
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // Not let in.
        }

        socket.Dispose();
    }

    private bool IsSecretTold(byte[] request)
    {
        string secret = "Proxy-Authorization: Basic " + Convert.ToBase64String(Encoding.ASCII.GetBytes($"{UserName}:{Password}"));
        byte[] expected = Encoding.ASCII.GetBytes(secret);
        return Encoding.ASCII.GetString(request).Split("\r\n")
            .Any(line => CryptographicOperations.FixedTimeEquals(Encoding.ASCII.GetBytes(line), expected));
    }

    // Whoever asks waits for the answer: nothing follows the request.
    private static async Task<byte[]> ReadRequestAsync(Socket socket, CancellationToken cancellationToken)
    {
        byte[] request = new byte[MaximumRequest];
        int length = 0;
        while (length < request.Length && !request.AsSpan(0, length).EndsWith(RequestEnd))
        {
            int read = await socket.ReceiveAsync(request.AsMemory(length), SocketFlags.None, cancellationToken).ConfigureAwait(false);
            if (read == 0)
            {
                return [];
            }

            length += read;
        }

        return request[..length];
    }
}
