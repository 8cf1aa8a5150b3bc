using System.Net;
using Renci.SshNet;

namespace EtcdHa.Core.Ssh;

/// <summary>A forwarded loopback port of an SSH.NET connection.</summary>
/// <param name="forward">The forward, started.</param>
internal sealed class SshNetForward(ForwardedPortLocal forward) : ISshForward
{
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(2);

    /// <inheritdoc/>
    public IPEndPoint LocalEndPoint { get; } = new(IPAddress.Loopback, (int)forward.BoundPort);

    /// <summary>Closes the port. Never throws, takes at most 2 seconds.</summary>
    /// <returns>When the port is closed or left to close by itself.</returns>
    public async ValueTask DisposeAsync()
    {
        Task stopped = Blocking.Run(() => SshNetTransport.DisposeQuietly(forward));
        await stopped.WaitAsync(StopTimeout).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }
}
