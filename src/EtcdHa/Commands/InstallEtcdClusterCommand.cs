using System.Management.Automation;

namespace EtcdHa.Commands;

/// <summary>Brings a cluster to what its topology wants: plans, asks, checks the hosts, runs, checks every file, and waits until etcd is healthy.</summary>
/// <remarks>
/// <para>The plan is Get-EtcdPlan's and the run Invoke-EtcdPlan's, made of the same steps as the single cmdlets. Before anything is touched it is asked about, unless -Force or
/// -Confirm:$false is given, and every host is checked as by Test-EtcdHost: what that calls an error is one, and nothing is touched; warnings are told.</para>
/// <para>A cluster that is right already is looked at and asked for its health, and nothing changes. A run in which a host failed is Partial: run it again, and it goes on with that host.
/// Where a member does not become healthy, the error tells what etcd said last on its host.</para>
/// <para>The result is the record of the run: the plan, every step with its time, every file's check and every endpoint's health. -WhatIf shows the plan and changes nothing.</para>
/// </remarks>
/// <example>
/// <summary>Set up a cluster</summary>
/// <code>Import-EtcdTopology ./etcd.yaml | Install-EtcdCluster</code>
/// <para>Asks once, and ends with the record of the run.</para>
/// </example>
/// <example>
/// <summary>Keep a cluster right from a scheduler</summary>
/// <code>$run = Import-EtcdTopology ./etcd.yaml | Install-EtcdCluster -Force; if ($run.Outcome -notin 'Unchanged', 'Completed') { exit 1 }</code>
/// <para>Changes only what is not right, and tells it by the exit code.</para>
/// </example>
[Cmdlet(VerbsLifecycle.Install, "EtcdCluster", SupportsShouldProcess = true, ConfirmImpact = ConfirmImpact.High)]
[OutputType(typeof(EtcdRun))]
public sealed class InstallEtcdClusterCommand : PlanCommand
{
    private bool _asks = true;
    private bool _isWhatIf;

    /// <summary>Seconds a kubelet has to come up after its restart.</summary>
    [Parameter]
    [ValidateRange(1, 600)]
    public int TimeoutSec { get; set; } = 30;

    /// <summary>Seconds the cluster has to become healthy.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int HealthTimeoutSec { get; set; } = 120;

    /// <summary>Reaches the client ports through each host's SSH connection.</summary>
    [Parameter]
    public SwitchParameter ThroughSsh { get; set; }

    /// <summary>Does not check the hosts as Test-EtcdHost does.</summary>
    [Parameter]
    public SwitchParameter SkipHostCheck { get; set; }

    /// <summary>Asks nothing, also where the quorum is lost.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    private protected override string Activity => "Installing the cluster";

    // With -Force nothing is asked, but -WhatIf and -Confirm still mean what they say.
    private protected override void Collect()
    {
        _isWhatIf = IsWhatIf;
        _asks = !Force || _isWhatIf || MyInvocation.BoundParameters.ContainsKey("Confirm");
    }

    private protected override async Task RunAsync(ClusterWork cluster, CancellationToken cancellationToken)
    {
        var run = new ClusterRun(cluster, ThisRun, TimeSpan.FromSeconds(TimeoutSec), TimeSpan.FromSeconds(HealthTimeoutSec), ThroughSsh);
        if (await run.InstallAsync(Settings, plan => cluster.MayRunAsync(plan, Force, _isWhatIf, _asks), !SkipHostCheck, cancellationToken).ConfigureAwait(false) is { } ended)
        {
            cluster.Pipeline.WriteObject(ended);
        }
    }
}
