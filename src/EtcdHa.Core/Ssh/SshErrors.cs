using System.Globalization;
using System.Net.Sockets;
using EtcdHa.Core.Ssh.Login;
using Renci.SshNet;
using Renci.SshNet.Common;
using Renci.SshNet.Messages.Transport;

namespace EtcdHa.Core.Ssh;

/// <summary>Turns what SSH.NET and the socket throw into errors that name the host and say what to do.</summary>
internal static class SshErrors
{
    // sshd's words (auth.c, auth_maxtries_exceeded).
    private const string TooManyTries = "Too many authentication failures";

    /// <summary>Translates a failed attempt to connect and log in.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="target">Where to.</param>
    /// <param name="login">What was tried; null: nothing was to be.</param>
    /// <param name="refusal">Why the host key was refused; null when it was not.</param>
    /// <param name="connection">The attempt's settings, which tell the algorithms offered, and how far it came.</param>
    /// <returns>The error to throw.</returns>
    public static Exception Connecting(Exception cause, ResolvedSshTarget target, SshLogin? login, Exception? refusal, ConnectionInfo connection)
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
            _ when HungUp(cause, connection) => new EtcdSshException(cause, "SshHungUp", endPoint) { Subject = subject },
            SshAuthenticationException e => LoginRefused(e, subject, login),
            SshConnectionException e when e.Message.Contains(TooManyTries, StringComparison.OrdinalIgnoreCase) && login is not null => TooMany(e, subject, login),
            TimeoutException or SshOperationTimeoutException or SocketException { SocketErrorCode: SocketError.TimedOut } => ConnectTimeout(cause, target),
            SocketException e => new EtcdSshException(e, "SshHostUnreachable", endPoint, Plain(e.Message)) { Subject = subject },
            SshConnectionException { DisconnectReason: DisconnectReason.KeyExchangeFailed } when !IsUnverified(cause) => NoCommonAlgorithm(cause, target, connection),
            // A host key of an algorithm that was not offered is looked up in SSH.NET's table and not found.
            KeyNotFoundException => NoCommonAlgorithm(cause, target, connection),
            _ => new EtcdSshException(cause, "SshConnectFailed", endPoint, Plain(cause.Message)) { Subject = subject },
        };
    }

    /// <summary>Tells whether SSH.NET found a host's signature wrong, a CA's, or a certificate's dates; or was told not to trust the key.</summary>
    /// <param name="cause">What was thrown.</param>
    public static bool IsUnverified(Exception cause) =>
        cause is SshConnectionException { Message: "Host key could not be verified." };

    // Before it said who it is. What it may have said instead SSH.NET does not tell.
    private static bool HungUp(Exception cause, ConnectionInfo connection) => connection.ServerVersion is null && cause is
        SocketException { SocketErrorCode: SocketError.ConnectionReset or SocketError.ConnectionAborted }
        or SshConnectionException { DisconnectReason: DisconnectReason.ConnectionLost };

    /// <summary>An open connection broke.</summary>
    /// <param name="cause">What was thrown, if anything was.</param>
    /// <param name="target">Where to.</param>
    /// <returns>The error to throw.</returns>
    public static EtcdSshException ConnectionLost(Exception? cause, ResolvedSshTarget target) =>
        new(cause, "SshConnectionLost", target.ToString()) { Subject = target.ToString() };

    private static EtcdSshException NoCommonAlgorithm(Exception cause, ResolvedSshTarget target, ConnectionInfo connection) =>
        new(cause, "SshNoCommonAlgorithm", EndPoint(target), Plain(cause.Message), SshAlgorithms.Offered(connection, cause.Message)) { Subject = target.ToString() };

    /// <summary>The attempt took too long.</summary>
    /// <param name="cause">What was thrown.</param>
    /// <param name="target">Where to.</param>
    /// <returns>The error to throw.</returns>
    public static EtcdSshException ConnectTimeout(Exception cause, ResolvedSshTarget target) =>
        new(cause, "SshConnectTimeout", EndPoint(target), target.ConnectTimeout.TotalSeconds) { Subject = target.ToString() };

    private static EtcdSshAuthenticationException LoginRefused(SshAuthenticationException cause, string subject, SshLogin? login)
    {
        // "No suitable authentication method found to complete authentication (password)." tells what the host offers;
        // after "Permission denied (publickey)." the method is the one that was tried and offered.
        int open = cause.Message.IndexOf('(', StringComparison.Ordinal);
        int close = cause.Message.LastIndexOf(')');
        string offered = open >= 0 && close > open ? cause.Message[(open + 1)..close] : "nothing";
        return new EtcdSshAuthenticationException(cause, "SshLoginRefused", subject, List(login?.Tried), Plain(login?.Offered ?? offered), Skipped(login)) { Subject = subject };
    }

    private static EtcdSshAuthenticationException TooMany(Exception cause, string subject, SshLogin login) =>
        new(cause, "SshTooManyTries", subject, List(login.Tried), List(login.Untried), Skipped(login)) { Subject = subject };

    private static string List(IReadOnlyList<string>? descriptions) => descriptions is { Count: > 0 } ? string.Join("; ", descriptions) : "nothing";

    private static string Skipped(SshLogin? login) => string.Concat((login?.Skipped ?? []).Select(reason => " " + reason.Message));

    /// <summary><c>host:port</c>, an IPv6 address in brackets.</summary>
    /// <param name="target">Where to.</param>
    public static string EndPoint(ResolvedSshTarget target) =>
        target.HostName.Contains(':', StringComparison.Ordinal)
            ? string.Create(CultureInfo.InvariantCulture, $"[{target.HostName}]:{target.Port}")
            : string.Create(CultureInfo.InvariantCulture, $"{target.HostName}:{target.Port}");

    /// <summary>Text that a peer, a file or an agent had a say in: one line, no control characters, at most 300 characters, no trailing full stop.</summary>
    /// <param name="message">The text.</param>
    public static string Plain(string message) =>
        new string([.. message.Select(c => char.IsControl(c) ? ' ' : c).Take(300)]).Trim().TrimEnd('.');
}
