using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>A way to a host through its jump hosts, for one connection: a channel of the last jump host, and the door that leads into it.</summary>
internal sealed class SshRoute : IAsyncDisposable
{
    private readonly ISshTransport _hop;
    private readonly SshDirectChannel _channel;
    private readonly Task _carrying;

    /// <summary>Makes a way of an open channel.</summary>
    /// <param name="hop">The last jump host's connection; given back when the way is disposed.</param>
    /// <param name="channel">Leads from it to the host.</param>
    public SshRoute(ISshTransport hop, SshDirectChannel channel)
    {
        _hop = hop;
        _channel = channel;
        _carrying = CarryAsync();
    }

    /// <summary>Where to connect to.</summary>
    public SshDoor Door { get; } = new();

    /// <summary>How SSH.NET is to connect.</summary>
    /// <param name="target">The host.</param>
    /// <param name="route">The way to it; null: directly.</param>
    /// <param name="authentication">How to log in.</param>
    public static ConnectionInfo Connect(ResolvedSshTarget target, SshRoute? route, params AuthenticationMethod[] authentication)
    {
        ConnectionInfo connection = route is null
            ? new(target.HostName, target.Port, target.UserName, authentication)
            : new(target.HostName, target.Port, target.UserName, ProxyTypes.Http, "127.0.0.1", route.Door.Port, SshDoor.UserName, route.Door.Password, authentication);
        connection.Timeout = target.ConnectTimeout;
        connection.RetryAttempts = 1;
        return connection;
    }

    /// <summary>Closes the way and gives the jump host's connection back. Never throws.</summary>
    public async ValueTask DisposeAsync()
    {
        Door.Dispose();
        _channel.Dispose();
        await _carrying.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        await _hop.DisposeAsync().ConfigureAwait(false);
    }

    private async Task CarryAsync() =>
        await _channel.CarryAsync(await Door.AdmitAsync().ConfigureAwait(false)).ConfigureAwait(false);
}
