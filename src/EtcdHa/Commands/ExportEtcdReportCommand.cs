using System.Management.Automation;
using EtcdHa.Core.Etcd;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Reporting;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;
using EtcdHa.Paths;

namespace EtcdHa.Commands;

/// <summary>Writes what a cluster is into one HTML page for people and paper, or JSON for programs: evidence for those who have to vouch for it.</summary>
/// <remarks>
/// <para>Every host is looked at and every endpoint asked; nothing is changed. The report holds the topology, health with raft terms and indexes, member and cluster IDs, versions of etcd, kubelet and container runtime,
/// the image's digest, every certificate's serial number, names and end, every file's hash, owner and mode, and who looked, where and when. Its top says whether the cluster is healthy,
/// what needs attention, and which certificate ends first.</para>
/// <para>There is no secret in it: of keys the hash of the file, of extra environment variables the names, of an extra argument that is a password nothing. The page needs no other file, and no network.
/// The JSON has a schema, etcd-report.schema.json, which is written beside it unless -NoSchema is given, and a schemaVersion: while its first number stays, keys are added only.</para>
/// <para>A host that cannot be looked at is an error, and a row of the report that says why. Without a client certificate, as when only the topology is there, the health is not asked, with a
/// warning; -CaPath, -CertificatePath and -KeyPath name one. The report is always of the whole cluster, whatever -Member says.</para>
/// </remarks>
/// <example>
/// <summary>One page and the JSON beside it</summary>
/// <code>$topology | Export-EtcdReport -Path ./report.html -Format Both</code>
/// <para>Writes report.html, report.json and the schema.</para>
/// </example>
/// <example>
/// <summary>A standing cluster of which only the topology file is left</summary>
/// <code>Import-EtcdTopology ./etcd.yaml | Export-EtcdReport -Path ./audit.html -CaPath ./ca.crt -CertificatePath ./client.crt -KeyPath ./client.key -ThroughSsh</code>
/// <para>Asks the endpoints through each host's SSH connection, as a client with this certificate.</para>
/// </example>
/// <example>
/// <summary>Which certificates end in the next ninety days</summary>
/// <code>$file = Get-EtcdTopology -StagingPath ./staging | Export-EtcdReport -Path ./report.json -Force -PassThru; (Get-Content $file -Raw | ConvertFrom-Json).certificates | Where-Object notAfter -LT (Get-Date).AddDays(90)</code>
/// <para>The JSON as objects.</para>
/// </example>
[Cmdlet(VerbsData.Export, "EtcdReport", SupportsShouldProcess = true, DefaultParameterSetName = OfCluster)]
[OutputType(typeof(FileInfo))]
public sealed class ExportEtcdReportCommand : PlanCommand
{
    private const string OfCluster = "Cluster";
    private const string OfRun = "Run";

    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(10);

    private readonly List<EtcdRun?> _runs = [];

    private (string? Ca, string? Certificate, string? Key) _client;
    private string _path = "";
    private EtcdTopology? _topology;

    /// <summary>The topology, or the result of any earlier step, which carries it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public override EtcdTopology Topology { get; set; } = null!;

    /// <summary>The file, taken literally. For both forms, the name that .html and .json are put to.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("LiteralPath")]
    [ValidateNotNullOrEmpty]
    public string Path { get; set; } = "";

    /// <summary>The form: Html, Json or Both. Auto: by the file's name, Json for .json, else Html.</summary>
    [Parameter]
    public EtcdReportFormat Format { get; set; } = EtcdReportFormat.Auto;

    /// <summary>Writes no schema beside JSON.</summary>
    [Parameter]
    public SwitchParameter NoSchema { get; set; }

    /// <summary>Asks the client ports through each host's SSH connection.</summary>
    [Parameter]
    public SwitchParameter ThroughSsh { get; set; }

    /// <summary>The CA certificate, PEM. Default: the staging folder's.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? CaPath { get; set; }

    /// <summary>The client certificate, PEM. Default: the healthcheck-client's of the staging folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? CertificatePath { get; set; }

    /// <summary>The client certificate's key, PEM. Default: the healthcheck-client's of the staging folder.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "the staging folder's")]
    public string? KeyPath { get; set; }

    /// <summary>Replaces files that are there.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>Writes the file objects to the pipeline.</summary>
    [Parameter]
    public SwitchParameter PassThru { get; set; }

    /// <summary>What Invoke-EtcdPlan -PassThru gives: the report then holds its plan and its steps with their times.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ParameterSetName = OfRun)]
    [ValidateNotNull]
    public EtcdRun? Run { get; set; }

    private protected override string Activity => "Looking at hosts";

    private protected override StagingUse Staging => StagingUse.IfPresent;

    private protected override void Begin()
    {
        try
        {
            _path = FilePaths.New(this, Path);
            _client = (Absolute(CaPath), Absolute(CertificatePath), Absolute(KeyPath));
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, Path));
        }
    }

    private protected override void Collect() => _runs.Add(Run);

    private protected override void Check(EtcdTopology topology)
    {
        _topology ??= topology;
        if (!ReferenceEquals(_topology, topology))
        {
            throw new EtcdTopologyException("ReportOfSeveralClusters", _path) { Subject = topology };
        }
    }

    private protected override async Task RunAsync(ClusterWork cluster, CancellationToken cancellationToken)
    {
        var files = new ReportFiles(_path, Format);
        if (!await cluster.Pipeline.ShouldProcessAsync(string.Join(", ", files.Paths), "Write the report").ConfigureAwait(false))
        {
            return;
        }

        if (!Force)
        {
            files.RequireFree();
        }

        EtcdRun? run = _runs.FindLast(r => r is not null);
        var request = new PlanRequest(cluster.Topology, cluster.Topology.Members, cluster.StagingPath, run?.Plan.Settings ?? Settings);
        using EtcdClientCredentials? credentials = Credentials(cluster, out string? problem);
        await using HealthProbe probe = cluster.Probe(ThroughSsh);
        ClusterReport report = await new ClusterReporter(cluster.Hosts, cluster.ThrottleLimit, TimeProvider.System).MakeAsync(
            request,
            run,
            credentials is null ? null : token => probe.CheckAllAsync(cluster.Topology, credentials, AnswerTime, token),
            problem,
            Origin,
            cluster.Events,
            cancellationToken).ConfigureAwait(false);
        files.Write(report, withSchema: !NoSchema);
        foreach (string path in files.Paths)
        {
            cluster.Pipeline.WriteVerbose($"{path}: written");
            if (PassThru)
            {
                cluster.Pipeline.WriteObject(new FileInfo(path));
            }
        }
    }

    // Without a client certificate the rest of the report is still worth having.
    private EtcdClientCredentials? Credentials(ClusterWork cluster, out string? problem)
    {
        problem = null;
        try
        {
            return ClientCertificateFiles.Read(
                cluster.StagingPath, cluster.Topology.Members[0], EtcdClientIdentity.Healthcheck, _client.Ca, _client.Certificate, _client.Key);
        }
        catch (EtcdCertificateException e) when (_client is (null, null, null) && e.ErrorId == "ClientCertificateMissing")
        {
            problem = e.Message;
            cluster.Pipeline.WriteWarning($"The health is not asked: {e.Message}");
            return null;
        }
    }

    private static ReportOrigin Origin => new(
        default, Environment.UserName, Environment.MachineName, typeof(ExportEtcdReportCommand).Assembly.GetName().Version!.ToString(3));

    private string? Absolute(string? path) => path is null ? null : FilePaths.New(this, path);
}
