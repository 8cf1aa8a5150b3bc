using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Locks;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Staging;
using EtcdHa.Errors;

namespace EtcdHa.Commands;

/// <summary>Copies what an API server needs to reach etcd to control plane hosts: the CA's certificate and the API servers' client certificate with its key.</summary>
/// <remarks>
/// <para>Exactly three files: etcd/ca.crt (0644), apiserver-etcd-client.crt (0644) and apiserver-etcd-client.key (0600), owned by root, below
/// /etc/kubernetes/pki or -CertificatesDirectory. The CA's key is never copied. They are staged, verified and renamed in as by Copy-EtcdMemberFiles; files that are
/// already right are left alone.</para>
/// <para>The client certificate is the first member's, or that of the member -Member names: every member's is as good. Before a host is connected to, chain,
/// key, validity and usage are checked. A host that holds another etcd CA is refused without -Force: its API server may use the etcd that goes with it.</para>
/// </remarks>
/// <example>
/// <summary>Hand the cluster to a control plane</summary>
/// <code>$topology | Copy-EtcdClientFiles -SshTarget ubuntu@10.0.0.10, ubuntu@10.0.0.11, ubuntu@10.0.0.12</code>
/// <para>Copies to three hosts at once; one row a host.</para>
/// </example>
/// <example>
/// <summary>Then see that a host reaches every member with it</summary>
/// <code>$topology | Copy-EtcdClientFiles -SshTarget ubuntu@10.0.0.10 | Test-EtcdClusterHealth -From ubuntu@10.0.0.10 -Client ApiServer</code>
/// <para>Asks every member from that host, as the API server's client.</para>
/// </example>
[Cmdlet(VerbsCommon.Copy, "EtcdClientFiles", SupportsShouldProcess = true)]
[OutputType(typeof(EtcdClientFiles))]
public sealed class CopyEtcdClientFilesCommand : SshCommand
{
    private string _directory = "";

    /// <summary>The topology, or the result of any earlier step, which carries it.</summary>
    [Parameter(Mandatory = true, ValueFromPipeline = true, ValueFromPipelineByPropertyName = true)]
    [ValidateNotNull]
    public override EtcdTopology Topology { get; set; } = null!;

    /// <summary>The control plane's hosts: [user@]host[:port], or what New-EtcdSshTarget makes. Settings left out are the topology's.</summary>
    [Parameter(Mandatory = true, Position = 0)]
    [Alias("ComputerName")]
    [ValidateNotNullOrEmpty]
    public EtcdSshTarget[] SshTarget { get; set; } = [];

    /// <summary>The certificates directory on the control plane's hosts, absolute.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    public string CertificatesDirectory { get; set; } = EtcdTopology.DefaultCertificatesDirectory;

    /// <summary>Replaces an etcd CA certificate on a host that is another one.</summary>
    [Parameter]
    public SwitchParameter Force { get; set; }

    /// <summary>How many hosts are worked on at the same time. Results come as hosts are done, not in the order of the input.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = HostFanOut.DefaultThrottleLimit;

    private protected override void Begin()
    {
        try
        {
            _directory = ClientSteps.CertificatesDirectory(CertificatesDirectory);
        }
        catch (EtcdHaException e)
        {
            ThrowTerminatingError(ErrorRecords.From(e, CertificatesDirectory));
        }
    }

    // Asked about one host at a time, when all input is there.
    private protected override string? Effect => null;

    private protected override StagingUse Staging => StagingUse.Needed;

    // One client certificate a cluster: the first of the members chosen.
    private protected override bool IsPerTopology => true;

    private protected override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        var copies = new List<(MemberWork Work, ResolvedSshTarget Target)>();
        foreach ((MemberWork work, ResolvedSshTarget target) in members.SelectMany(w => Hosts(w).Select(t => (w, t))))
        {
            if (await pipeline.ShouldProcessAsync(target.ToString(), $"Copy ca.crt and the API server's client certificate of {work.Member.Name}").ConfigureAwait(false))
            {
                copies.Add((work, target));
            }
        }

        // All are checked before the first host is connected to; read again then, so that keys are not kept in memory.
        foreach (MemberWork work in copies.Select(c => c.Work).Distinct())
        {
            Read(work);
        }

        ISshConnector connector = Connector(pipeline);
        await HostFanOut.RunAsync(
            pipeline,
            "Copying client files",
            copies,
            copy => copy.Target.ToString(),
            ThrottleLimit,
            async (copy, progress, token) =>
            {
                var output = new HostOutput(pipeline, progress);
                output.Log.Verbose(Reaching(copy.Target));
                var run = new HostRun(ThisRun.On(copy.Work.Topology), output.Log);
                await using HostSession session = await HostSession.OpenAsync(connector, copy.Target, run, token, output.Log).ConfigureAwait(false);
                output.Write(await ClientFilesCopier.CopyAsync(
                    session, copy.Work.Topology, Read(copy.Work), _directory, Force, output.Log, token).ConfigureAwait(false));
                await session.EndEarlierRunAsync(token).ConfigureAwait(false);
            },
            cancellationToken).ConfigureAwait(false);
    }

    private IEnumerable<ResolvedSshTarget> Hosts(MemberWork work) =>
        SshTarget.Select(target => Targets.Resolve(target, work.Topology)).DistinctBy(target => target.ToString());

    private static StagedClient Read(MemberWork work) => StagedClient.Read(work.StagingPath, work.Topology, work.Member, DateTimeOffset.UtcNow);
}
