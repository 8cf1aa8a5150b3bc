using System.Net;
using System.Net.Sockets;
using System.Text;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Core.Tests.Ssh;

/// <summary>The loopback port that lets one connection in.</summary>
public sealed class SshDoorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Only_who_tells_the_secret_is_let_in_and_then_the_port_is_closed()
    {
        using SshDoor door = new();
        Task<Socket> admitted = door.AdmitAsync();
        string secret = Convert.ToBase64String(Encoding.ASCII.GetBytes($"{SshDoor.UserName}:{door.Password}"));
        using Socket silent = await ConnectAsync(door);

        Assert.Equal("", await SayAsync(door, "SSH-2.0-OpenSSH_9.2\r\n\r\n"));
        Assert.Equal("", await SayAsync(door, "CONNECT etcd-0:22 HTTP/1.0\r\n\r\n"));
        Assert.Equal("", await SayAsync(door, $"CONNECT etcd-0:22 HTTP/1.0\r\nProxy-Authorization: Basic {secret[..^4]}AAA=\r\n\r\n"));
        Assert.Equal("", await SayAsync(door, new string('x', 5000)));
        Assert.False(admitted.IsCompleted);

        using Socket owner = await ConnectAsync(door);
        await owner.SendAsync(Encoding.ASCII.GetBytes("CONNECT etcd-0:22 HTTP/1.0\r\n"), Token);
        await owner.SendAsync(Encoding.ASCII.GetBytes($"Proxy-Authorization: Basic {secret}\r\n\r\n"), Token);
        using Socket inside = await admitted.WaitAsync(Token);

        Assert.Equal(owner.LocalEndPoint, inside.RemoteEndPoint);
        Assert.Equal("HTTP/1.0 200 OK\r\n\r\n", await ReadAsync(owner, 19));
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(door));
    }

    [Fact]
    public async Task A_door_that_is_closed_lets_nobody_in()
    {
        SshDoor door = new();
        Task<Socket> admitted = door.AdmitAsync();

        door.Dispose();
        door.Dispose();

        await Assert.ThrowsAsync<ObjectDisposedException>(() => admitted);
        await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(door));
    }

    private static async Task<Socket> ConnectAsync(SshDoor door)
    {
        Socket socket = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await socket.ConnectAsync(new IPEndPoint(IPAddress.Loopback, door.Port), Token);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    private static async Task<string> SayAsync(SshDoor door, string text)
    {
        using Socket socket = await ConnectAsync(door);
        await socket.SendAsync(Encoding.ASCII.GetBytes(text), Token);
        try
        {
            return await ReadAsync(socket, 1);
        }
        catch (SocketException)
        {
            // Closed with something left unread.
            return "";
        }
    }

    private static async Task<string> ReadAsync(Socket socket, int length)
    {
        byte[] buffer = new byte[length];
        int read = 0;
        for (int some; read < length && (some = await socket.ReceiveAsync(buffer.AsMemory(read), Token)) > 0;)
        {
            read += some;
        }

        return Encoding.ASCII.GetString(buffer, 0, read);
    }
}
