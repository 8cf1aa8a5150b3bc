using System.Management.Automation;
using EtcdHa.Completion;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Describes how a host is reached over SSH.</summary>
/// <remarks>
/// <para>Makes an EtcdSshTarget from its parts. Every cmdlet that takes an SSH target also takes the text [user@]host[:port]; this cmdlet is for what the text cannot say: key files, known_hosts files, the host key policy and a time limit.</para>
/// <para>Nothing is connected to. A setting that is not given comes from the topology, then from ~/.ssh/config, then from OpenSSH's defaults.</para>
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
                WriteObject(new EtcdSshTarget(hostName, Port, UserName)
                {
                    IdentityFile = FilePaths.New(this, IdentityFile),
                    KnownHostsFile = FilePaths.New(this, KnownHostsFile),
                    HostKeyPolicy = HostKeyFingerprint is null ? HostKeyPolicy : EtcdHostKeyPolicy.Pinned,
                    HostKeyFingerprint = HostKeyFingerprint,
                    ConnectTimeout = ConnectTimeout,
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
