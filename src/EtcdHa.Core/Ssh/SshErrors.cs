using System.Globalization;
using System.Net.Sockets;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace EtcdHa.Core.Ssh;

/// <summary>Turns what SSH.NET and the socket throw into errors that name the host and say what to do.</summary>
internal static class SshErrors
{
    /// <summary>Translates a failed attempt to connect and log in.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="target">Where to.</param>
    /// <param name="identities">The keys that were tried.</param>
    /// <param name="refusal">Why the host key was refused; null when it was not.</param>
    /// <returns>The error to throw.</returns>
    public static Exception Connecting(Exception cause, ResolvedSshTarget target, SshIdentities identities, Exception? refusal)
    {
        if (refusal is not null)
        {
            return refusal;
        }

        string subject = target.ToString();
        string endPoint = EndPoint(target);
        return cause switch
        {
            EtcdHaException => cause,
            SshAuthenticationException e => LoginRefused(e, subject, identities),
            TimeoutException or SshOperationTimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut } => ConnectTimeout(cause, target),
            SocketException e => new EtcdSshException(e, "SshHostUnreachable", endPoint, Plain(e.Message)) { Subject = subject },
            SshConnectionException { DisconnectReason: DisconnectReason.KeyExchangeFailed } e =>
                new EtcdSshException(e, "SshNoCommonAlgorithm", endPoint, Plain(e.Message)) { Subject = subject },
            // A host key of an algorithm that was not offered is looked up in SSH.NET's table and not found.
            KeyNotFoundException e => new EtcdSshException(e, "SshNoCommonAlgorithm", endPoint, Plain(e.Message)) { Subject = subject },
            _ => new EtcdSshException(cause, "SshConnectFailed", endPoint, Plain(cause.Message)) { Subject = subject },
        };
    }

    /// <summary>An open connection broke.</summary>
    /// <param name="cause">What was thrown, if anything was.</param>
    /// <param name="target">Where to.</param>
    /// <returns>The error to throw.</returns>
    public static EtcdSshException ConnectionLost(Exception? cause, ResolvedSshTarget target) =>
        new(cause, "SshConnectionLost", target.ToString()) { Subject = target.ToString() };

    /// <summary>The attempt took too long.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="target">Where to.</param>
    /// <returns>The error to throw.</returns>
    public static EtcdSshException ConnectTimeout(Exception cause, ResolvedSshTarget target) =>
        new(cause, "SshConnectTimeout", EndPoint(target), target.ConnectTimeout.TotalSeconds) { Subject = target.ToString() };

    private static EtcdSshAuthenticationException LoginRefused(SshAuthenticationException cause, string subject, SshIdentities identities)
    {
        // "No suitable authentication method found to complete authentication (password)." tells what the host offers;
        // after "Permission denied (publickey)." the method is the one that was tried and offered.
        int open = cause.Message.IndexOf('(', StringComparison.Ordinal);
        int close = cause.Message.LastIndexOf(')');
        string offered = open >= 0 && close > open ? cause.Message[(open + 1)..close] : "nothing";
        string skipped = identities.Skipped.Count == 0 ? "" : " " + string.Join(' ', identities.Skipped.Select(e => e.Message));
        return new EtcdSshAuthenticationException(cause, "SshLoginRefused", subject, identities.Description, Plain(offered), skipped) { Subject = subject };
    }

    /// <summary><c>host:port</c>, an IPv6 address in brackets.</summary>
    /// <param name="target">Where to.</param>
    public static string EndPoint(ResolvedSshTarget target) =>
        target.HostName.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{target.HostName}]:{target.Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{target.HostName}:{target.Port}");

    /// <summary>A peer that nobody has verified yet may have had a say in a text: one line, no control characters, no trailing full stop.</summary>
    /// <param name="message">The text.</param>
    public static string Plain(string message) =>
        new string([.. message.Select(c => char.IsControl(c) ? ' ' : c).Take(300)]).Trim().TrimEnd('.');
}
