using System.Net;
using System.Net.Sockets;
using System.Text;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>Accepts connections, says a few bytes, and nothing more.</summary>
internal sealed class StallingPeer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly List<TcpClient> _clients = [];

    public StallingPeer(string banner, bool close = false)
    {
        _listener.Start();
        Port = ((IPEndPoint)_listener.LocalEndpoint).Port;
        _ = AcceptAsync(banner, close);
    }

    public int Port { get; }

    public void Dispose()
    {
        _listener.Dispose();
        _clients.ForEach(client => client.Dispose());
    }

    private async Task AcceptAsync(string banner, bool close)
    {
        try
        {
            while (true)
            {
                TcpClient client = await _listener.AcceptTcpClientAsync();
                _clients.Add(client);
                await client.GetStream().WriteAsync(Encoding.ASCII.GetBytes(banner));
                if (close)
                {
                    client.Close();
                }
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
