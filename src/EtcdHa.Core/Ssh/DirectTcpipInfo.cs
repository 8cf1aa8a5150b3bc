using System.Text;
using Renci.SshNet.Messages.Connection;

namespace EtcdHa.Core.Ssh;

/// <summary>What a channel is opened for: a TCP connection that the host makes (RFC 4254, 7.2).</summary>
/// <param name="host">Address or name as the host sees it.</param>
/// <param name="port">TCP port there.</param>
internal sealed class DirectTcpipInfo(string host, int port) : ChannelOpenInfo
{
    // Who asks is only for the host's log.
    private static readonly byte[] Originator = "127.0.0.1"u8.ToArray();

    private readonly byte[] _host = Encoding.UTF8.GetBytes(host);

    /// <inheritdoc/>
    public override string ChannelType => "direct-tcpip";

    /// <inheritdoc/>
    protected override int BufferCapacity => (4 * sizeof(uint)) + _host.Length + Originator.Length;

    /// <inheritdoc/>
    protected override void SaveData()
    {
        WriteBinaryString(_host);
        Write((uint)port);
        WriteBinaryString(Originator);
        Write(0u);
    }
}
