using System.Diagnostics;
using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Tells the health of every endpoint of the cluster, as etcdctl endpoint health and endpoint status do, without etcdctl.</summary>
/// <remarks>
/// <para>Each endpoint is asked over gRPC with mutual TLS: a linearizable read, the alarms, the status. One row an endpoint; an endpoint that does not
/// answer is a row that says why. An alarm of one member makes every endpoint unhealthy, as in etcdctl. Format-Table -View Status shows what etcdctl
/// endpoint status does: IDs, raft term and index, size.</para>
/// <para>The healthcheck-client certificate of the staging folder is used, or the files named. With -ThroughSsh the client port is reached through each host's SSH connection,
/// for workstations that port 2379 is closed to; while the command runs, a loopback port leads there, which other local users can
/// connect to but which answers nobody without a client certificate.</para>
/// </remarks>
/// <example>
/// <summary>Ask every endpoint</summary>
/// <code>$topology | Test-EtcdClusterHealth</code>
/// <para>One row an endpoint.</para>
/// </example>
/// <example>
/// <summary>Wait for a cluster that is starting</summary>
/// <code>$topology | Install-EtcdStaticPod | Test-EtcdClusterHealth -Wait -TimeoutSec 300 -ThroughSsh</code>
/// <para>Waits until all are healthy, through SSH.</para>
/// </example>
/// <example>
/// <summary>Decide in a script</summary>
/// <code>if (-not ($topology | Test-EtcdClusterHealth -Quiet)) { exit 1 }</code>
/// <para>For scripts: true when every endpoint is healthy.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdClusterHealth", DefaultParameterSetName = Rows)]
[OutputType(typeof(EtcdEndpointHealth), ParameterSetName = [Rows])]
[OutputType(typeof(bool), ParameterSetName = [OneBoolean])]
public sealed class TestEtcdClusterHealthCommand : MemberCommand
{
    private const string Rows = "Rows";
    private const string OneBoolean = "Quiet";
    private const int ActivityId = 2379;
    private const string Activity = "Waiting for a healthy etcd cluster";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(500);

    private (string? Ca, string? Certificate, string? Key) _files;

    /// <summary>Gives one Boolean instead of rows.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OneBoolean)]
    public SwitchParameter Quiet { get; set; }

    /// <summary>Asks again until every endpoint is healthy or -TimeoutSec is over.</summary>
    [Parameter]
    public SwitchParameter Wait { get; set; }

    /// <summary>Seconds that -Wait waits.</summary>
    [Parameter]
    [ValidateRange(1, 86400)]
    public int TimeoutSec { get; set; } = 120;

    /// <summary>Seconds one endpoint has to answer.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int CommandTimeoutSec { get; set; } = 5;

    /// <summary>Reaches the client port through each host's SSH connection.</summary>
    [Parameter]
    public SwitchParameter ThroughSsh { get; set; }

    /// <summary>The CA certificate, PEM. Default: the staging folder's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? CaPath { get; set; }

    /// <summary>The client certificate, PEM. Default: a member's healthcheck-client.crt of the staging folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? CertificatePath { get; set; }

    /// <summary>The client certificate's key, PEM. Default: a member's healthcheck-client.key of the staging folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? KeyPath { get; set; }

    /// <inheritdoc/>
    protected override void BeginProcessing()
    {
        try
        {
            _files = (Absolute(CaPath), Absolute(CertificatePath), Absolute(KeyPath));
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, null));
        }
    }

    private protected override string? Effect => null;

    private protected override StagingUse Staging => CaPath is null || CertificatePath is null || KeyPath is null ? StagingUse.Needed : StagingUse.None;

    private protected override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        // Results of an earlier step come as they were done; the table is in the topology's order.
        members = [.. members.GroupBy(w => (w.Topology, w.StagingPath)).SelectMany(g => g.OrderBy(w => g.Key.Topology.Members.ToList().IndexOf(w.Member)))];
        await using var probe = new HealthProbe(new EtcdHealthClient(), ThroughSsh ? new SshNetConnector() : null, new SshTargetResolver(SshEnvironment.Current()));
        var credentials = members.GroupBy(w => w.StagingPath).ToDictionary(g => g.Key, g => Credentials(g.First()));
        try
        {
            long start = Stopwatch.GetTimestamp();
            while (true)
            {
                EtcdEndpointHealth[] rows = await Task.WhenAll(members.Select(CheckAsync)).ConfigureAwait(false);
                bool isHealthy = rows.All(r => r.Healthy);
                TimeSpan waited = Stopwatch.GetElapsedTime(start);
                if (isHealthy || !Wait || waited.TotalSeconds >= TimeoutSec)
                {
                    Report(rows, isHealthy, pipeline);
                    return;
                }

                ShowProgress(pipeline, rows, waited);
                await Task.Delay(Pause, cancellationToken).ConfigureAwait(false);
            }
        }
        finally
        {
            pipeline.WriteProgress(new ProgressRecord(ActivityId, Activity, "Done") { RecordType = ProgressRecordType.Completed });
            foreach (EtcdClientCredentials credential in credentials.Values)
            {
                credential.Dispose();
            }
        }

        async Task<EtcdEndpointHealth> CheckAsync(MemberWork work) => await probe.CheckAsync(
            work.Topology, work.Member, credentials[work.StagingPath], TimeSpan.FromSeconds(CommandTimeoutSec), cancellationToken).ConfigureAwait(false)
            with
        { StagingPath = work.StagingPath };
    }

    private void Report(EtcdEndpointHealth[] rows, bool isHealthy, IPipeline pipeline)
    {
        if (Quiet)
        {
            pipeline.WriteObject(isHealthy);
            return;
        }

        foreach (EtcdEndpointHealth row in rows)
        {
            pipeline.WriteObject(row);
        }

        if (Wait && !isHealthy)
        {
            string reasons = string.Join("; ", rows.Where(r => !r.Healthy).Select(r => $"{r.Member}: {r.Error}"));
            pipeline.WriteError(ErrorRecords.From(new EtcdTimeoutException("ClusterNotHealthy", TimeoutSec, reasons), rows[0].Topology));
        }
    }

    private void ShowProgress(IPipeline pipeline, EtcdEndpointHealth[] rows, TimeSpan waited)
    {
        EtcdEndpointHealth waitsFor = rows.First(r => !r.Healthy);
        pipeline.WriteProgress(new ProgressRecord(
            ActivityId, Activity, $"{rows.Count(r => r.Healthy)} of {rows.Length} healthy; {waitsFor.Member}: {waitsFor.Error}")
        {
            PercentComplete = (int)Math.Min(100, 100 * waited.TotalSeconds / TimeoutSec),
            SecondsRemaining = Math.Max(0, TimeoutSec - (int)waited.TotalSeconds),
        });
    }

    private string? Absolute(string? path) => path is null ? null : FilePaths.New(this, path);

    private EtcdClientCredentials Credentials(MemberWork work)
    {
        var staging = new StagingFolder(work.StagingPath);
        return ClientCertificateFiles.Read(
            _files.Ca ?? staging.AuthorityCertificatePath,
            _files.Certificate ?? staging.CertificatePath(work.Member, KubeadmCertificates.HealthcheckClientName),
            _files.Key ?? staging.KeyPath(work.Member, KubeadmCertificates.HealthcheckClientName));
    }
}
