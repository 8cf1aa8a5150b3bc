using System.ComponentModel;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Text.RegularExpressions;

namespace EtcdHa.Core.Etcd;

/// <summary>
/// Turns what the system says of a broken connection into one line, in Go's words where etcdctl's log has some
/// (<c>dial tcp 10.0.0.6:2379: connect: connection refused</c>).
/// </summary>
internal static partial class ConnectionFault
{
    /// <summary>etcdctl's text for everything that took too long.</summary>
    public const string TooLate = "context deadline exceeded";

    /// <summary>Why a name was not resolved.</summary>
    public static string OfLookup(Exception error, string host) => error is SocketException { SocketErrorCode: SocketError.HostNotFound or SocketError.NoData }
        ? $"lookup {host}: no such host"
        : error is SocketException socketError
            ? $"lookup {host}: {Words(socketError)}"
            : $"{TooLate} (looking up {host})";

    /// <summary>Why no TCP connection came about.</summary>
    public static string OfDial(Exception error, string host, int port)
    {
        string address = host.Contains(':', StringComparison.Ordinal) ? $"[{host}]:{port}" : $"{host}:{port}";
        return error is SocketException socketError
            ? $"dial tcp {address}: connect: {Words(socketError)}"
            : $"{TooLate} (connecting to {address})";
    }

    /// <summary>Why TLS did not come about, when the server's certificate was not the reason.</summary>
    public static string OfHandshake(Exception error, EtcdEndpoint endpoint, EtcdClientCredentials credentials, DateTimeOffset now)
    {
        if (error is OperationCanceledException)
        {
            return $"{TooLate} (TLS handshake)";
        }

        if (Alert(error) is { } alert)
        {
            return alert.Contains("certificate", StringComparison.Ordinal) || alert.Contains("unknown ca", StringComparison.Ordinal)
                ? Refused(alert, credentials, now)
                : $"server broke off the TLS handshake ({alert})";
        }

        return IsClosed(error)
            ? endpoint.DialTo is null
                ? "server closed the connection during the TLS handshake"
                : $"forwarded connection was closed before TLS was set up; is etcd listening on {endpoint.ClientUrl.Authority}?"
            : "server does not speak TLS";
    }

    /// <summary>The text of a refused client certificate, with the reason where it can be seen from here.</summary>
    public static string Refused(string? alert, EtcdClientCredentials credentials, DateTimeOffset now)
    {
        string? fault = CertificateFault.OfClient(credentials, now);
        string heard = alert is null ? "" : $" ({alert})";
        return (alert, fault) switch
        {
            (null, null) => "server closed the connection after the TLS handshake; it may have refused the client certificate",
            (_, null) => $"server refused the client certificate{heard}",
            _ => $"server refused the client certificate{heard}: it {fault}",
        };
    }

    /// <summary>The TLS alert the server sent, in RFC 8446's words with spaces; null when none was heard.</summary>
    public static string? Alert(Exception? error)
    {
        for (; error is not null; error = error.InnerException)
        {
            if (OpenSslAlert().Match(error.Message) is { Success: true } match)
            {
                return match.Groups[1].Value;
            }

            if (error is Win32Exception { NativeErrorCode: var code } and not SocketException && SchannelAlert(code) is { } alert)
            {
                return alert;
            }
        }

        return null;
    }

    private static bool IsClosed(Exception error) => error is IOException
        || error is AuthenticationException { InnerException: IOException };

    private static string Words(SocketException error) => error.SocketErrorCode switch
    {
        SocketError.ConnectionRefused => "connection refused",
        SocketError.HostUnreachable or SocketError.HostDown => "no route to host",
        SocketError.NetworkUnreachable or SocketError.NetworkDown => "network is unreachable",
        SocketError.TimedOut => "connection timed out",
        SocketError.ConnectionReset or SocketError.ConnectionAborted => "connection reset by peer",
        SocketError.TryAgain => "temporary failure in name resolution",
        _ => error.Message.ReplaceLineEndings(" "),
    };

    // SEC_E_* of winerror.h, as Schannel maps alerts.
    private static string? SchannelAlert(int code) => unchecked((uint)code) switch
    {
        0x80090325 => "unknown ca",
        0x80090327 => "certificate unknown",
        0x80090328 => "certificate expired",
        0x80090349 => "bad certificate",
        _ => null,
    };

    [GeneratedRegex(@"alert ((?:[a-z]+ ?)+[a-z])$", RegexOptions.CultureInvariant)]
    private static partial Regex OpenSslAlert();
}
