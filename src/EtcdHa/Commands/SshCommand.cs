using System.Management.Automation;
using System.Security;
using EtcdHa.Async;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Commands;

/// <summary>A cmdlet that reaches hosts over SSH. Consecutive ones of a pipeline use one connection a host, which ends with the pipeline.</summary>
public abstract class SshCommand : MemberCommand
{
    private SshTargetResolver? _targets;
    private SshConnectionLease? _connections;

    /// <summary>User name and password for all hosts, where a host's target has no password of its own. Tried after the keys, once a host, and given to sudo when it asks. Jump hosts do not get it.</summary>
    [Parameter]
    [Credential]
    public PSCredential? Credential { get; set; }

    /// <summary>What sudo on the hosts asks for. Default: the password of -Credential.</summary>
    [Parameter]
    public SecureString? SudoPassword { get; set; }

    /// <summary>The passphrase of encrypted identity files. Default: asked for once a key, when one is needed.</summary>
    [Parameter]
    public SecureString? KeyPassphrase { get; set; }

    /// <summary>Decides how a host is reached.</summary>
    private protected SshTargetResolver Targets => _targets ??= new SshTargetResolver(SshEnvironment.Current(), SshParameters.Secrets(Credential, SudoPassword, KeyPassphrase));

    /// <inheritdoc/>
    protected sealed override void BeginProcessing()
    {
        _connections = RunspaceConnections.Take();
        Begin();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _connections?.Dispose();
    }

    /// <summary>Looks at the parameters before the first input object, on the pipeline thread.</summary>
    private protected virtual void Begin()
    {
    }

    /// <summary>Connects to hosts, or uses the connection that an earlier cmdlet of the pipeline opened. One connector a command: it asks for each passphrase once.</summary>
    /// <param name="pipeline">Where passphrases are asked for, and told what is tried.</param>
    private protected ISshConnector Connector(IPipeline pipeline) => _connections!.Through(hops => SshParameters.Connector(pipeline, hops));

    /// <summary>What is about to be done to reach a host, for verbose text.</summary>
    private protected string Reaching(ResolvedSshTarget target) =>
        _connections!.IsConnected(target) ? $"using the open connection to {target}" : $"connecting to {target.ToPath()}";
}
