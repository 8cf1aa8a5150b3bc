using System.Diagnostics;
using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Tells the health of every endpoint of the cluster, as etcdctl endpoint health and endpoint status do, without etcdctl.</summary>
/// <remarks>
/// <para>Each endpoint is asked over gRPC with mutual TLS: a linearizable read, the alarms, the status. One row an endpoint; an endpoint that does not
/// answer is a row that says why. An alarm of one member makes every endpoint unhealthy, as in etcdctl. Format-Table -View Status shows what etcdctl
/// endpoint status does: IDs, raft term and index, size.</para>
/// <para>Any etcd 3 is asked for what it has: 3.6 tells the quota and the storage's version too, and a server without alarms raises none.</para>
/// <para>The healthcheck-client certificate of the staging folder is used, with -Client ApiServer the API servers' one, or the files named. With -ThroughSsh the client port is reached through
/// each host's SSH connection, for workstations that port 2379 is closed to; with -From every member is reached from one host, such as a control plane's, so that its way to the members is tested. While the command
/// runs, loopback ports lead there, which other local users can connect to but which answer nobody without a client certificate. Logging in counts towards -CommandTimeoutSec;
/// with -Wait a login that takes longer goes on into the next round.</para>
/// <para>A member that runs in another cluster than the topology founds gets a warning that says what that means: a data directory of an older cluster, or members that were removed since. It
/// is told by the cluster IDs, which Get-EtcdTopology shows, and does not make an endpoint unhealthy. etcd answers no client
/// before its cluster has a leader, so that one stray member of a larger old cluster is a row without IDs.</para>
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
/// <summary>See that a control plane reaches every member with the API server's certificate</summary>
/// <code>$topology | Test-EtcdClusterHealth -From ubuntu@10.0.0.10 -Client ApiServer</code>
/// <para>The certificate is the staging folder's; the connections come from the host.</para>
/// </example>
/// <example>
/// <summary>Decide in a script</summary>
/// <code>if (-not ($topology | Test-EtcdClusterHealth -Quiet)) { exit 1 }</code>
/// <para>For scripts: true when every endpoint is healthy.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdClusterHealth", DefaultParameterSetName = Rows)]
[OutputType(typeof(EtcdEndpointHealth), ParameterSetName = [Rows])]
[OutputType(typeof(bool), ParameterSetName = [OneBoolean])]
public sealed class TestEtcdClusterHealthCommand : SshCommand
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

    /// <summary>Seconds one endpoint has to answer, connecting and logging in over SSH included.</summary>
    [Parameter]
    [ValidateRange(1, 3600)]
    public int CommandTimeoutSec { get; set; } = 5;

    /// <summary>Reaches the client port through each host's SSH connection.</summary>
    [Parameter]
    public SwitchParameter ThroughSsh { get; set; }

    /// <summary>Reaches every client port through the SSH connection of this host, such as a control plane's: [user@]host[:port], or what New-EtcdSshTarget makes. Settings left out are the topology's.</summary>
    [Parameter]
    [ValidateNotNull]
    public EtcdSshTarget? From { get; set; }

    /// <summary>As whom to ask: Healthcheck is the members' healthcheck-client, ApiServer the API servers' apiserver-etcd-client.</summary>
    [Parameter]
    public EtcdClientIdentity Client { get; set; } = EtcdClientIdentity.Healthcheck;

    /// <summary>The CA certificate, PEM. Default: the staging folder's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? CaPath { get; set; }

    /// <summary>The client certificate, PEM. Default: a member's certificate of -Client in the staging folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? CertificatePath { get; set; }

    /// <summary>The client certificate's key, PEM. Default: a member's key of -Client in the staging folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? KeyPath { get; set; }

    private protected override void Begin()
    {
        try
        {
            if (MyInvocation.BoundParameters.ContainsKey(nameof(Client)) && (CertificatePath ?? KeyPath) is { } named)
            {
                throw new EtcdCertificateException("HealthClientContradiction", Client) { Subject = named };
            }

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
        await using var probe = new HealthProbe(
            new EtcdHealthClient(), ThroughSsh || From is not null ? Connector(pipeline) : null, Targets, From);
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
                    Report(Explained(rows), isHealthy, pipeline);
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

    // A token that New-EtcdTopology made up is this cluster's only if the staging folder keeps it.
    private EtcdEndpointHealth[] Explained(EtcdEndpointHealth[] rows) => Staging == StagingUse.None && rows.Any(row => row.Topology!.IsTokenGenerated) ? rows :
        [.. rows.GroupBy(row => row.Topology!, ReferenceEqualityComparer.Instance).SelectMany(cluster => FoundingIds.Explain((EtcdTopology)cluster.Key!, [.. cluster]))];

    private void Report(EtcdEndpointHealth[] rows, bool isHealthy, IPipeline pipeline)
    {
        foreach (EtcdEndpointHealth row in rows.Where(r => r.Warning.Length > 0))
        {
            pipeline.WriteWarning(row.Warning);
        }

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

    private EtcdClientCredentials Credentials(MemberWork work) =>
        ClientCertificateFiles.Read(work.StagingPath, work.Member, Client, _files.Ca, _files.Certificate, _files.Key);
}
