using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace EtcdHa.Core.Tests.Etcd;

/// <summary>A TCP server on loopback that does with each connection what it is told, and knows how many are open.</summary>
internal sealed class TestListener : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly ConcurrentBag<Task> _connections = [];
    private readonly Task _accepting;
    private int _open;

    private TestListener(Func<NetworkStream, CancellationToken, Task> serve)
    {
        _listener.Start();
        _accepting = AcceptAsync(serve);
    }

    public IPEndPoint Address => (IPEndPoint)_listener.LocalEndpoint;

    /// <summary>Connections a client has not closed yet.</summary>
    public int Open => Volatile.Read(ref _open);

    public int Accepted => _connections.Count;

    public static TestListener Start(Func<NetworkStream, CancellationToken, Task> serve) => new(serve);

    /// <summary>Accepts, reads, and never says a word.</summary>
    public static TestListener Silent() => Start((stream, stop) => stream.CopyToAsync(Stream.Null, stop));

    /// <summary>Passes bytes both ways, as an SSH forward does.</summary>
    public static TestListener Relay(string host, int port) => Start(async (stream, stop) =>
    {
        using var client = new TcpClient();
        await client.ConnectAsync(host, port, stop);
        NetworkStream other = client.GetStream();
        await Task.WhenAny(stream.CopyToAsync(other, stop), other.CopyToAsync(stream, stop));
    });

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Stop();
        await Task.WhenAll(_connections.Append(_accepting));
        _stop.Dispose();
    }

    private async Task AcceptAsync(Func<NetworkStream, CancellationToken, Task> serve)
    {
        try
        {
            while (!_stop.IsCancellationRequested)
            {
                _connections.Add(ServeAsync(await _listener.AcceptTcpClientAsync(_stop.Token), serve));
            }
        }
        catch (OperationCanceledException)
        {
        }
    }

    private async Task ServeAsync(TcpClient client, Func<NetworkStream, CancellationToken, Task> serve)
    {
        Interlocked.Increment(ref _open);
        try
        {
            using (client)
            {
                await serve(client.GetStream(), _stop.Token);
            }
        }
        catch (Exception error) when (error is IOException or OperationCanceledException or SocketException
            or System.Security.Authentication.AuthenticationException)
        {
        }
        finally
        {
            Interlocked.Decrement(ref _open);
        }
    }
}
