using System.Reflection;
using System.Runtime.CompilerServices;
using Renci.SshNet;
using Renci.SshNet.Messages;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// The two members of SSH.NET that are used though they are not public: without them a connection through a jump host would
/// need a port that every local user can connect to, block a thread of the pool, and not tell why a host refuses.
/// SSH.NET is part of the module, in the version it was tested with.
/// </summary>
internal static class SshNetInternals
{
    private static readonly PropertyInfo SessionProperty = typeof(BaseClient).GetProperty("Session", BindingFlags.Instance | BindingFlags.NonPublic)
        ?? throw new MissingMemberException(nameof(BaseClient), "Session");

    /// <summary>A connected client's session: its events are the messages received.</summary>
    /// <param name="client">The client.</param>
    /// <returns>Null when it is not connected.</returns>
    public static Session? SessionOf(BaseClient client) => (Session?)SessionProperty.GetValue(client);

    /// <summary>Sends a message. Blocks while keys are exchanged and while the peer takes no more.</summary>
    /// <param name="session">The session.</param>
    /// <param name="message">The message.</param>
    [UnsafeAccessor(UnsafeAccessorKind.Method, Name = "SendMessage")]
    public static extern void SendMessage(Session session, Message message);
}
