using System.Globalization;
using System.Security;

namespace EtcdHa;

/// <summary>
/// Where and how a host is reached over SSH. Immutable. PowerShell converts a string
/// <c>[user@]host[:port]</c>; an IPv6 address with a port is written <c>user@[fd00::6]:22</c>.
/// A property left null takes its value from the topology's SSH settings, then from <c>~/.ssh/config</c>, then from OpenSSH's defaults.
/// </summary>
public sealed record EtcdSshTarget
{
    /// <summary>The port sshd listens on when none is given.</summary>
    public const int DefaultPort = 22;

    /// <summary>Creates a target for a host.</summary>
    /// <param name="hostName">IPv4 or IPv6 address or DNS name.</param>
    /// <param name="port">TCP port, 1 to 65535, or null for the topology's, ssh_config's or 22.</param>
    /// <param name="userName">The user to log in as, or null for the topology's, ssh_config's or the current user.</param>
    public EtcdSshTarget(string hostName, int? port, string? userName)
    {
        HostName = hostName;
        Port = port;
        UserName = userName;
    }

    /// <summary>Parses <c>[user@]host[:port]</c>.</summary>
    /// <param name="target">The text.</param>
    /// <exception cref="EtcdTopologyException"><c>SshTargetInvalid</c>: the text is not of this form.</exception>
    public EtcdSshTarget(string target)
    {
        ArgumentNullException.ThrowIfNull(target);
        string rest = target.Trim();
        int at = rest.LastIndexOf('@');
        if (at >= 0)
        {
            UserName = rest[..at];
            rest = rest[(at + 1)..];
        }

        (string host, string? port) = SplitPort(rest);
        int number = DefaultPort;
        bool portValid = port is null
            || (int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number is >= 1 and <= 65535);
        if (host.Length == 0 || UserName?.Length == 0 || !portValid || host.Any(c => char.IsWhiteSpace(c) || c is '/' or '\'' or ','))
        {
            throw new EtcdTopologyException("SshTargetInvalid", target) { Subject = target };
        }

        HostName = host;
        Port = port is null ? null : number;
    }

    /// <summary>IPv4 or IPv6 address (without brackets) or DNS name, or a name that <c>~/.ssh/config</c> gives a HostName.</summary>
    public string HostName { get; init; }

    /// <summary>TCP port of sshd; null: the topology's, else ssh_config's, else 22.</summary>
    public int? Port { get; init; }

    /// <summary>The user to log in as; null: the topology's, else ssh_config's, else the current user.</summary>
    public string? UserName { get; init; }

    /// <summary>Private key files, tried in order; null: the topology's, else ssh_config's, else <c>~/.ssh/id_ed25519</c>, <c>id_ecdsa</c>, <c>id_rsa</c>.</summary>
    public IReadOnlyList<string>? IdentityFile { get; init => field = IndexedList.Of(value); }

    /// <summary>OpenSSH user certificates; null: the topology's, else ssh_config's. <c>&lt;identity file&gt;-cert.pub</c> is tried without being named, as ssh does.</summary>
    public IReadOnlyList<string>? CertificateFile { get; init => field = IndexedList.Of(value); }

    /// <summary>True: an agent's keys are tried only where an identity file or certificate names them; null: the topology's, else ssh_config's, else false.</summary>
    public bool? IdentitiesOnly { get; init; }

    /// <summary>
    /// The ssh-agent: path of its socket, <c>none</c>, or <c>SSH_AUTH_SOCK</c> for the one that variable names;
    /// null: the topology's, else ssh_config's, else <c>SSH_AUTH_SOCK</c>, and on Windows OpenSSH's pipe.
    /// </summary>
    public string? IdentityAgent { get; init; }

    /// <summary>known_hosts files; null: the topology's, else ssh_config's, else <c>~/.ssh/known_hosts</c> and <c>/etc/ssh/ssh_known_hosts</c>.</summary>
    public IReadOnlyList<string>? KnownHostsFile { get; init => field = IndexedList.Of(value); }

    /// <summary>What is done with an unknown host key; null: the topology's, else ssh_config's, else <see cref="EtcdHostKeyPolicy.Strict"/>.</summary>
    public EtcdHostKeyPolicy? HostKeyPolicy { get; init; }

    /// <summary>For <see cref="EtcdHostKeyPolicy.Pinned"/>: <c>SHA256:…</c> as <c>ssh-keygen -lf</c> prints it.</summary>
    public string? HostKeyFingerprint { get; init; }

    /// <summary>Time allowed to connect and log in; null: the topology's, else ssh_config's, else 30 seconds.</summary>
    public TimeSpan? ConnectTimeout { get; init; }

    /// <summary>Time allowed for one command on the host; null: the topology's, else each step's own limit.</summary>
    public TimeSpan? CommandTimeout { get; init; }

    /// <summary>How commands become root; null: the topology's, else <see cref="EtcdSudoMode.Auto"/>.</summary>
    public EtcdSudoMode? SudoMode { get; init; }

    /// <summary>Hosts that lead to this one, the first hop first; empty: none; null: the topology's, else ssh_config's ProxyJump.</summary>
    public IReadOnlyList<EtcdSshTarget>? JumpHost { get; init => field = IndexedList.Of(value); }

    /// <summary>True: algorithms that are broken or weak (SHA-1, CBC, 3DES) are offered too, last; null: the topology's, else false.</summary>
    public bool? AllowWeakAlgorithms { get; init; }

    /// <summary>The login password of <see cref="UserName"/>; null: no password is tried. In memory only: no topology file holds it.</summary>
    public SecureString? Password { get; init; }

    /// <summary>What sudo asks for; null: <see cref="Password"/>. In memory only.</summary>
    public SecureString? SudoPassword { get; init; }

    /// <summary>The passphrase of encrypted identity files; null: asked for when one is needed. In memory only.</summary>
    public SecureString? KeyPassphrase { get; init; }

    /// <summary>OpenSSH configuration file that is read for this host; <c>none</c>: no file; null: <c>~/.ssh/config</c>.</summary>
    public string? ConfigFile { get; init; }

    /// <summary><c>[user@]host[:port]</c>; the port only when it is given.</summary>
    public override string ToString()
    {
        string user = UserName is null ? "" : UserName + "@";
        string host = HostName.Contains(':', StringComparison.Ordinal) && Port is not null ? $"[{HostName}]" : HostName;
        return Port is null ? user + host : string.Create(CultureInfo.InvariantCulture, $"{user}{host}:{Port}");
    }

    private static (string Host, string? Port) SplitPort(string text)
    {
        if (text.StartsWith('['))
        {
            int close = text.IndexOf(']', StringComparison.Ordinal);
            if (close < 0)
            {
                return ("", null);
            }

            string after = text[(close + 1)..];
            return after.Length == 0 ? (text[1..close], null)
                : after[0] == ':' ? (text[1..close], after[1..])
                : ("", null);
        }

        int colon = text.IndexOf(':', StringComparison.Ordinal);
        bool isIPv6 = colon >= 0 && text.IndexOf(':', colon + 1) >= 0;
        return colon < 0 || isIPv6 ? (text, null) : (text[..colon], text[(colon + 1)..]);
    }
}
