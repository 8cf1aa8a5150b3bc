using Renci.SshNet.Common;

namespace EtcdHa.Core.Ssh;

/// <summary>A host did not open a channel.</summary>
/// <param name="reason">The reason as a number (RFC 4254, 5.1).</param>
/// <param name="description">The reason in the host's words.</param>
internal sealed class SshChannelRefusedException(uint reason, string description) : SshException(description)
{
    /// <summary>The host's policy forbids it.</summary>
    public const uint Prohibited = 1;

    /// <summary>The host could not connect.</summary>
    public const uint ConnectFailed = 2;

    /// <summary>The host knows no such channel.</summary>
    public const uint UnknownType = 3;

    /// <summary>The reason as a number.</summary>
    public uint Reason { get; } = reason;
}
