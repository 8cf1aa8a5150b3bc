using EtcdHa.Async;
using EtcdHa.Core.Ssh;

namespace EtcdHa.Commands;

/// <summary>A cmdlet that reaches hosts over SSH. Consecutive ones of a pipeline use one connection a host, which ends with the pipeline.</summary>
public abstract class SshCommand : MemberCommand
{
    private SshTargetResolver? _targets;
    private SshConnectionLease? _connections;

    /// <summary>Decides how a host is reached.</summary>
    private protected SshTargetResolver Targets => _targets ??= new SshTargetResolver(SshEnvironment.Current());

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

    /// <summary>Connects to hosts, or uses the connection that an earlier cmdlet of the pipeline opened.</summary>
    private protected ISshConnector Connector() => _connections!.Through(new SshNetConnector());

    /// <summary>What is about to be done to reach a host, for verbose text.</summary>
    private protected string Reaching(ResolvedSshTarget target) =>
        _connections!.IsConnected(target) ? $"using the open connection to {target}" : $"connecting to {target}";
}
