namespace EtcdHa.Core.Ssh;

/// <summary>A connection that others lead through.</summary>
internal interface ISshHop : ISshTransport
{
    /// <summary>Lets the host make a TCP connection.</summary>
    /// <param name="host">Address or name to connect to, as the host sees it.</param>
    /// <param name="port">TCP port there.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>The connection; the caller disposes it.</returns>
    /// <exception cref="SshChannelRefusedException">The host does not connect.</exception>
    /// <exception cref="EtcdSshException"><c>SshConnectionLost</c>.</exception>
    Task<SshDirectChannel> OpenChannelAsync(string host, int port, CancellationToken cancellationToken);
}
