using System.Globalization;

namespace EtcdHa.Core.Ssh;

/// <summary>
/// Finds the way to a host behind jump hosts. Each of them is a host like any other: connected to through those before it, verified under its own
/// name, logged in to with its own settings; and one connection to it serves everything behind it.
/// </summary>
/// <param name="hops">Connects to jump hosts; keeps and shares their connections.</param>
internal sealed class SshJumps(ISshConnector hops)
{
    /// <summary>Opens the way.</summary>
    /// <param name="target">The host.</param>
    /// <param name="cancellationToken">Stops the attempt.</param>
    /// <returns>The way; the caller disposes it. Null when the host has no jump host.</returns>
    /// <exception cref="EtcdSshException">
    /// As connecting to the last jump host throws it, naming that jump host; the last jump host does not lead to the host:
    /// <c>SshJumpForwardingRefused</c>, <c>SshUnreachableFromJumpHost</c>, <c>SshJumpChannelRefused</c>; <c>SshConnectTimeout</c>.
    /// </exception>
    public async Task<SshRoute?> OpenAsync(ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        if (target.JumpHosts.Count == 0)
        {
            return null;
        }

        ResolvedSshTarget last = target.JumpHosts[^1] with { JumpHosts = [.. target.JumpHosts.SkipLast(1)] };
        ISshTransport hop = await hops.ConnectAsync(last, cancellationToken).ConfigureAwait(false);
        try
        {
            return new SshRoute(hop, await OpenChannelAsync((ISshHop)hop, last, target, cancellationToken).ConfigureAwait(false));
        }
        catch
        {
            await hop.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static async Task<SshDirectChannel> OpenChannelAsync(ISshHop hop, ResolvedSshTarget last, ResolvedSshTarget target, CancellationToken cancellationToken)
    {
        using CancellationTokenSource limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(target.ConnectTimeout);
        try
        {
            return await hop.OpenChannelAsync(target.HostName, target.Port, limit.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested)
        {
            throw SshErrors.ConnectTimeout(e, target);
        }
        catch (SshChannelRefusedException e)
        {
            string id = e.Reason switch
            {
                SshChannelRefusedException.Prohibited or SshChannelRefusedException.UnknownType => "SshJumpForwardingRefused",
                SshChannelRefusedException.ConnectFailed => "SshUnreachableFromJumpHost",
                _ => "SshJumpChannelRefused",
            };
            string reason = e.Message.Length > 0 ? SshErrors.Plain(e.Message) : e.Reason.ToString(CultureInfo.InvariantCulture);
            throw new EtcdSshException(e, id, SshErrors.EndPoint(target), last.ToString(), reason) { Subject = target.ToString() };
        }
    }
}
