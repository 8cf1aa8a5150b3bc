namespace EtcdHa.Core.Ssh;

/// <summary>Opens SSH connections. The seam between what is done on hosts and how they are reached.</summary>
public interface ISshConnector
{
    /// <summary>Connects, verifies the host key and logs in.</summary>
    /// <param name="target">Where to, and with what; nothing in it is null any more.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>The open connection; the caller disposes it.</returns>
    /// <exception cref="EtcdSshException">The host cannot be reached; its subclasses: host key refused, login refused.</exception>
    Task<ISshTransport> ConnectAsync(ResolvedSshTarget target, CancellationToken cancellationToken);
}

/// <summary>One open SSH connection to one host: commands and port forwards are multiplexed over it.</summary>
public interface ISshTransport : IAsyncDisposable
{
    /// <summary>False once the connection is known to be lost. A host that fell silent is not known to be.</summary>
    bool IsOpen => true;

    /// <summary>Runs one command through the user's login shell, without a terminal.</summary>
    /// <param name="command">The command line; it is visible in the host's process list, so never a secret.</param>
    /// <param name="standardInput">What the command reads; then end of file.</param>
    /// <param name="cancellationToken">
    /// Ends the wait within 2 seconds. The command is sent SIGTERM, which sshd passes on neither through sudo nor, before OpenSSH 9.8, to a root login.
    /// </param>
    /// <returns>Exit status and both streams, whole.</returns>
    /// <exception cref="EtcdSshException">The connection was lost.</exception>
    Task<SshExecResult> ExecuteAsync(string command, ReadOnlyMemory<byte> standardInput, CancellationToken cancellationToken);

    /// <summary>Opens a loopback port whose connections the host makes onward (direct-tcpip).</summary>
    /// <param name="host">Address to connect to, as seen from the host.</param>
    /// <param name="port">TCP port there.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>The forward; disposing it closes the port.</returns>
    Task<ISshForward> ForwardAsync(string host, int port, CancellationToken cancellationToken);
}

/// <summary>
/// A loopback port on the workstation that leads to a port seen from a host.
/// While it is open any local user can connect to it; what listens behind it must authenticate its clients, as etcd does.
/// </summary>
public interface ISshForward : IAsyncDisposable
{
    /// <summary>127.0.0.1 and the port the system chose.</summary>
    System.Net.IPEndPoint LocalEndPoint { get; }
}

/// <summary>What a command left behind.</summary>
/// <param name="ExitStatus">Exit status; null when a signal ended it or the host told none.</param>
/// <param name="ExitSignal">The signal's name without SIG; null when it ended by itself.</param>
/// <param name="Output">Standard output.</param>
/// <param name="ErrorOutput">Standard error.</param>
public sealed record SshExecResult(int? ExitStatus, string? ExitSignal, ReadOnlyMemory<byte> Output, ReadOnlyMemory<byte> ErrorOutput);
