using System.Management.Automation;
using System.Security;
using EtcdHa.Completion;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Describes how a host is reached over SSH.</summary>
/// <remarks>
/// <para>Makes an EtcdSshTarget from its parts. Every cmdlet that takes an SSH target also takes the text [user@]host[:port]; this cmdlet is for what the text cannot say: keys, certificates and agent, known_hosts files and the host key policy, jump hosts, time limits, sudo, passwords.</para>
/// <para>Nothing is connected to. A setting that is not given comes from the topology, then from ~/.ssh/config, then from OpenSSH's defaults.</para>
/// <para>Keys are tried in this order: certificates, identity files, then what an ssh-agent holds. A password is tried only when -Credential gives one, and once. Passwords and passphrases stay in memory: no topology file holds them.</para>
/// <para>Host keys are always checked. With the policy Strict only keys in known_hosts are accepted; with AcceptNew a key never seen before is added, and a changed one refused; with Pinned the key must have the fingerprint given.</para>
/// </remarks>
/// <example>
/// <summary>A host by address and user</summary>
/// <code>New-EtcdSshTarget -HostName 10.0.0.6 -UserName ubuntu</code>
/// <para>Describes sshd on port 22 of 10.0.0.6. Keys and known_hosts are OpenSSH's defaults.</para>
/// </example>
/// <example>
/// <summary>A host whose key is known by its fingerprint</summary>
/// <code>$target = New-EtcdSshTarget infra0.example.com -Port 2222 -IdentityFile ~/.ssh/etcd -HostKeyFingerprint 'SHA256:uNiVztksCsDhcc0u9e8BrwQXVUpKZIDTMczCvj3tD2s'</code>
/// <para>Pins the host's key: known_hosts is not read, and any other key is refused.</para>
/// </example>
/// <example>
/// <summary>A host of another SSH configuration file</summary>
/// <code>New-EtcdSshTarget etcd0 -ConfigFile ./lab_ssh_config</code>
/// <para>Host name, port, user and keys of etcd0 are those the file gives it; ~/.ssh/config is not read.</para>
/// </example>
/// <example>
/// <summary>A host behind two others</summary>
/// <code>New-EtcdSshTarget etcd0.internal -UserName ubuntu -JumpHost admin@bastion.example.com, inner:2222</code>
/// <para>Connects to bastion, through it to inner, and through that to etcd0.internal. Each host's key is checked under its own name.</para>
/// </example>
/// <example>
/// <summary>A host whose sudo asks for a password</summary>
/// <code>New-EtcdSshTarget 10.0.0.6 -Credential (Get-Credential operator)</code>
/// <para>Logs in as operator, with a key if the host takes one, else with the password, and gives sudo the same password when it asks.</para>
/// </example>
[Cmdlet(VerbsCommon.New, "EtcdSshTarget")]
[OutputType(typeof(EtcdSshTarget))]
public sealed class NewEtcdSshTargetCommand : PSCmdlet
{
    /// <summary>IPv4 or IPv6 address, or DNS name, of the host; or a name to which ~/.ssh/config gives a HostName.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [Alias("ComputerName")]
    [ValidateNotNullOrEmpty]
    public string[] HostName { get; set; } = [];

    /// <summary>TCP port of sshd, 1 to 65535. Default: the topology's, else the SSH configuration's, else 22.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateRange(1, 65535)]
    [PSDefaultValue(Help = "22")]
    public int? Port { get; set; }

    /// <summary>The user to log in as: root, or one whose sudo asks no password. Default: the topology's user, else the SSH configuration's, else the current one.</summary>
    [Parameter(ValueFromPipelineByPropertyName = true)]
    [ValidateNotNullOrEmpty]
    public string? UserName { get; set; }

    /// <summary>Private key files, tried in order.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? IdentityFile { get; set; }

    /// <summary>OpenSSH user certificates. One that is named like its key with -cert.pub is tried without being named.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? CertificateFile { get; set; }

    /// <summary>Tries only the keys that identity files and certificates name, not all that an agent holds. For hosts that end the connection after a few keys.</summary>
    [Parameter]
    public SwitchParameter IdentitiesOnly { get; set; }

    /// <summary>The ssh-agent: the path of its socket, none, or SSH_AUTH_SOCK for the one that variable names.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "SSH_AUTH_SOCK; on Windows OpenSSH's agent")]
    public string? IdentityAgent { get; set; }

    /// <summary>known_hosts files in OpenSSH's format; the first one is the file that AcceptNew adds to. It need not exist.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string[]? KnownHostsFile { get; set; }

    /// <summary>What is done with a host key that known_hosts does not have: Strict refuses it, AcceptNew adds it, Pinned takes only the fingerprint given.</summary>
    [Parameter]
    [PSDefaultValue(Help = "Strict")]
    public EtcdHostKeyPolicy? HostKeyPolicy { get; set; }

    /// <summary>The host key's fingerprint, SHA256:…, as ssh-keygen -lf prints it. Implies the policy Pinned.</summary>
    [Parameter]
    [ValidatePattern("^SHA256:[A-Za-z0-9+/]{43}=?$")]
    public string? HostKeyFingerprint { get; set; }

    /// <summary>Time allowed to connect and log in, such as 10s or 00:00:10. Default: the topology's, else the SSH configuration's, else 30 seconds.</summary>
    [Parameter]
    [DurationTransformation]
    [PSDefaultValue(Help = "30s")]
    public TimeSpan? ConnectTimeout { get; set; }

    /// <summary>Time allowed for one command on the host, such as 2m. Default: each step's own limit.</summary>
    [Parameter]
    [DurationTransformation]
    public TimeSpan? CommandTimeout { get; set; }

    /// <summary>How commands become root. Auto: root needs nothing, others use sudo -n, and the sudo password if one is given and sudo asks for it. NonInteractive: sudo -n only. Password: the password is given to sudo. None: no sudo.</summary>
    [Parameter]
    [PSDefaultValue(Help = "Auto")]
    public EtcdSudoMode? SudoMode { get; set; }

    /// <summary>Hosts to connect through, the first hop first: [user@]host[:port], or objects of this cmdlet; none, or an empty list, for a direct connection. Default: the topology's, else the SSH configuration's ProxyJump.</summary>
    [Parameter]
    [AllowEmptyCollection]
    public EtcdSshTarget[]? JumpHost { get; set; }

    /// <summary>Offers SHA-1, CBC and 3DES too, last, for a host that knows nothing better. What is agreed on is warned of.</summary>
    [Parameter]
    public SwitchParameter AllowWeakAlgorithms { get; set; }

    /// <summary>User name and password to log in with. The password is tried after the keys, once, and given to sudo when it asks, unless -SudoPassword says another.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>What sudo on the host asks for. Default: the password of -Credential.</summary>
    [Parameter]
    public SecureString? SudoPassword { get; set; }

    /// <summary>The passphrase of encrypted identity files. Default: asked for when one is needed.</summary>
    [Parameter]
    public SecureString? KeyPassphrase { get; set; }

    /// <summary>The OpenSSH configuration file read for this host, or none to read no file. Of its keywords those that say where and how to log in are used; one that this module cannot follow, such as ProxyCommand, is an error when it is met.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "~/.ssh/config")]
    public string? ConfigFile { get; set; }

    /// <summary>Refuses settings that contradict each other.</summary>
    protected override void BeginProcessing()
    {
        bool contradiction = HostKeyFingerprint is null
            ? HostKeyPolicy is EtcdHostKeyPolicy.Pinned
            : HostKeyPolicy is not (null or EtcdHostKeyPolicy.Pinned);
        if (contradiction)
        {
            ThrowTerminatingError(ErrorRecords.From(new EtcdTopologyException("HostKeyPolicyContradiction", HostKeyPolicy), HostKeyPolicy));
        }
    }

    private string? Config() =>
        ConfigFile is null ? null
        : ConfigFile.Equals("none", StringComparison.OrdinalIgnoreCase) ? "none"
        : FilePaths.New(this, ConfigFile);

    /// <summary>Writes one target for each host name.</summary>
    protected override void ProcessRecord()
    {
        foreach (string hostName in HostName)
        {
            try
            {
                WriteObject(new EtcdSshTarget(hostName, Port, SshParameters.UserName(UserName, Credential))
                {
                    IdentityFile = FilePaths.New(this, IdentityFile),
                    CertificateFile = FilePaths.New(this, CertificateFile),
                    IdentitiesOnly = SshParameters.Given(this, IdentitiesOnly, nameof(IdentitiesOnly)),
                    IdentityAgent = SshParameters.Agent(this, IdentityAgent),
                    KnownHostsFile = FilePaths.New(this, KnownHostsFile),
                    HostKeyPolicy = HostKeyFingerprint is null ? HostKeyPolicy : EtcdHostKeyPolicy.Pinned,
                    HostKeyFingerprint = HostKeyFingerprint,
                    ConnectTimeout = ConnectTimeout,
                    CommandTimeout = CommandTimeout,
                    SudoMode = SudoMode,
                    JumpHost = SshParameters.JumpHosts(JumpHost),
                    AllowWeakAlgorithms = SshParameters.Given(this, AllowWeakAlgorithms, nameof(AllowWeakAlgorithms)),
                    Password = Credential?.Password,
                    SudoPassword = SudoPassword,
                    KeyPassphrase = KeyPassphrase,
                    ConfigFile = Config(),
                });
            }
            catch (EtcdHaException e)
            {
                WriteError(ErrorRecords.From(e, hostName));
            }
        }
    }
}
