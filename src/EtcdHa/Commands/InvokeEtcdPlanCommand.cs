using System.Management.Automation;
using System.Security;
using EtcdHa.Async;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Ssh;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>Runs a plan: changes what it says on the workstation and the hosts, and nothing else.</summary>
/// <remarks>
/// <para>Every host is looked at again before anything is touched; when something is neither as it was when the plan was made nor as the plan leaves it, the
/// plan is refused with host, path, before and now. So a plan that was interrupted is run again and goes on where it was.</para>
/// <para>Hosts are worked on together, and all members of a new cluster start together. Members that run already and would be restarted are taken one at a time, the
/// leader last, the next one only when the cluster is healthy again. A host that fails is an error of its own; the others finish what still helps.</para>
/// <para>-WhatIf shows the plan and changes nothing. A plan that loses the quorum, such as a restart of a single member, is refused, unless -Force is given.</para>
/// </remarks>
/// <example>
/// <summary>Look, then run</summary>
/// <code>$plan = $topology | Get-EtcdPlan; $plan; $plan | Invoke-EtcdPlan</code>
/// <para>One row a step, as they are done.</para>
/// </example>
/// <example>
/// <summary>Run a saved plan and keep the record</summary>
/// <code>$run = Import-EtcdPlan ./plan.json | Invoke-EtcdPlan -PassThru</code>
/// <para>The record of the run: every step with its time, how it ended and why.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Invoke, "EtcdPlan", SupportsShouldProcess = true, DefaultParameterSetName = Rows)]
[OutputType(typeof(EtcdPlanStepResult), ParameterSetName = [Rows])]
[OutputType(typeof(EtcdRun), ParameterSetName = [Record])]
public sealed class InvokeEtcdPlanCommand : AsyncCmdlet
{
    private const string Rows = "Rows";
    private const string Record = "Record";

    private readonly List<EtcdPlan> _plans = [];
    private SshConnectionLease? _connections;
    private RunIdentity? _run;
    private bool _isWhatIf;

    /// <summary>The plan.</summary>
    [Parameter(Mandatory = true, Position = 0, ValueFromPipeline = true)]
    [ValidateNotNull]
    public EtcdPlan Plan { get; set; } = null!;

    /// <summary>How many hosts are worked on at the same time.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = HostFanOut.DefaultThrottleLimit;

    /// <summary>Seconds a kubelet has to come up after its restart.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Seconds the cluster has to be healthy before and after a running member is restarted.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int HealthTimeoutSec { get; set; } = 120;

    /// <summary>Reaches the client ports, where health is asked for, through each host's SSH connection.</summary>
    [Parameter]
    public SwitchParameter ThroughSsh { get; set; }

    /// <summary>Runs a plan that loses the quorum, too.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Gives the record of the run when it has ended, instead of one row a step.</summary>
    [Parameter(Mandatory = true, ParameterSetName = Record)]
    public SwitchParameter PassThru { get; set; }

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

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        _connections = RunspaceConnections.Take();
        _run = RunIdentity.OfThisProcess(MyInvocation.MyCommand.Name, DateTimeOffset.UtcNow);
        _isWhatIf = IsWhatIf;
    }

    /// <inheritdoc/>
    protected override void ProcessRecord() => _plans.Add(Plan);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        _connections?.Dispose();
    }

    private protected override async Task EndProcessingAsync(IPipeline pipeline, CancellationToken cancellationToken)
    {
        var targets = new SshTargetResolver(SshEnvironment.Current(), SshParameters.Secrets(Credential, SudoPassword, KeyPassphrase));
        ISshConnector connector = _connections!.Through(hops => SshParameters.Connector(pipeline, hops));
        foreach (EtcdPlan plan in _plans)
        {
            var cluster = new ClusterWork(plan.Topology, [.. plan.Host.Select(h => h.Member)], plan.StagingPath, ThrottleLimit, "Running the plan", pipeline);
            try
            {
                await cluster.RunAsync(connector, targets, (work, token) => RunAsync(plan, work, token), cancellationToken).ConfigureAwait(false);
            }
            catch (EtcdHaException e)
            {
                pipeline.WriteError(ErrorRecords.From(e, plan));
            }
        }
    }

    private async Task RunAsync(EtcdPlan plan, ClusterWork cluster, CancellationToken cancellationToken)
    {
        if (await cluster.MayRunAsync(plan, Force, _isWhatIf).ConfigureAwait(false))
        {
            var run = new ClusterRun(cluster, _run!, TimeSpan.FromSeconds(TimeoutSec), TimeSpan.FromSeconds(HealthTimeoutSec), ThroughSsh);
            EtcdRun ended = await run.RunAsync(plan, PassThru ? null : cluster.Pipeline.WriteObject, cancellationToken).ConfigureAwait(false);
            cluster.Pipeline.WriteVerbose($"{ended.Outcome}: {ended.Plan.Summary} {ended.Reason}");
            if (PassThru)
            {
                cluster.Pipeline.WriteObject(ended);
            }
        }
    }
}
