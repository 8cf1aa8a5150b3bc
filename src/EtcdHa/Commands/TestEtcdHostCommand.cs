using System.Management.Automation;
using EtcdHa.Async;
using EtcdHa.Core.Hosts.Preflight;
using EtcdHa.Core.Runs;
using EtcdHa.Core.Ssh;
using EtcdHa.Core.Staging;
using EtcdHa.Core.Topology;

namespace EtcdHa.Commands;

/// <summary>Looks at every host before anything is touched: is it fit for the cluster, and do the hosts reach each other.</summary>
/// <remarks>
/// <para>One row a check, of every host, what matters most first; a host that cannot be reached has a row that says why, and the others have all of theirs.
/// Severity Error: the cluster cannot be built or would lose data. Warning: it can, and somebody should look. Each row says what to do. about_EtcdHa_Errors explains the ErrorId of a row.</para>
/// <para>Checked are: SSH and sudo; shell and systemd; the member's address; the clock against the median of the hosts, corrected by the time the answer took; swap; the kubelet and its version; kubeadm, where it is
/// wanted; the container runtime and its cgroup driver; the etcd image; who holds the client, peer and metrics port; free bytes and inodes; how long small writes take to
/// the disk; whether root can write where files go; SELinux and AppArmor; whose data the data directory holds, by member and cluster ID; certificates, manifest and other
/// files in the manifest folder that are there already.</para>
/// <para>Between the hosts real connections are tried, each to the client and peer port of each other, both ways. Where nothing listens yet and no manifest is, systemd-socket-activate does
/// for that time; it ends with the check, and after 45 seconds in any case. Directories named .etcdha.* are made and removed to see whether root can
/// write and how fast; never in the manifest folder. Nothing is pulled, installed or configured.</para>
/// <para>-ThrottleLimit counts hosts; the hosts of one cluster are always looked at together.</para>
/// </remarks>
/// <example>
/// <summary>See what keeps the cluster from being built</summary>
/// <code>$topology | Test-EtcdHost | Where-Object { $_.Severity -ge 'Warning' }</code>
/// <para>What somebody should look at.</para>
/// </example>
/// <example>
/// <summary>Go on only with hosts that are fit</summary>
/// <code>if (-not ($topology | Test-EtcdHost -Quiet)) { exit 1 }</code>
/// <para>One Boolean for all hosts: true when no check found an error. Warnings do not make it false.</para>
/// </example>
/// <example>
/// <summary>Measure the disks</summary>
/// <code>$topology | Test-EtcdHost | Where-Object { $_.Check -eq 'DiskLatency' } | ForEach-Object { "$($_.Member): $($_.Value.TotalMilliseconds) ms" }</code>
/// <para>The 99th percentile of small synced writes in each data directory's file system.</para>
/// </example>
[Cmdlet(VerbsDiagnostic.Test, "EtcdHost", DefaultParameterSetName = Rows)]
[OutputType(typeof(EtcdHostCheck), ParameterSetName = [Rows])]
[OutputType(typeof(bool), ParameterSetName = [OneBoolean])]
public sealed class TestEtcdHostCommand : SshCommand
{
    private const string Rows = "Rows";
    private const string OneBoolean = "Quiet";

    /// <summary>What will write the manifest: kubeadm must be on the hosts only for Kubeadm.</summary>
    [Parameter]
    public EtcdManifestGenerator Generator { get; set; } = EtcdManifestGenerator.Native;

    /// <summary>The cgroup driver Install-EtcdKubeletService will be given, systemd or cgroupfs. Default: the container runtime's.</summary>
    [Parameter]
    [ValidateSet("systemd", "cgroupfs")]
    [PSDefaultValue(Help = "found on the host")]
    public string? CgroupDriver { get; set; }

    /// <summary>The container runtime's socket, unix://…; needed only where a host has several. Default: the one that is found.</summary>
    [Parameter]
    [ValidateNotNullOrEmpty]
    [PSDefaultValue(Help = "found on the host")]
    public string? ContainerRuntimeEndpoint { get; set; }

    /// <summary>What will be done about data that an earlier member left where none is installed: what is to be moved aside or adopted is no error.</summary>
    [Parameter]
    public EtcdStaleData StaleData { get; set; }

    /// <summary>Times no writes, which takes up to 2 seconds and stirs a disk that others use.</summary>
    [Parameter]
    public SwitchParameter SkipDiskLatency { get; set; }

    /// <summary>How many hosts are looked at at the same time; the hosts of one cluster are always looked at together.</summary>
    [Parameter]
    [ValidateRange(1, 1024)]
    public int ThrottleLimit { get; set; } = HostFanOut.DefaultThrottleLimit;

    /// <summary>Gives one Boolean instead of rows: true when no check of any host found an error.</summary>
    [Parameter(Mandatory = true, ParameterSetName = OneBoolean)]
    public SwitchParameter Quiet { get; set; }

    private protected override string? Effect => null;

    private protected override void Check(EtcdTopology topology) => EtcdImage.For(topology);

    private protected override async Task ProcessAsync(IReadOnlyList<MemberWork> members, IPipeline pipeline, CancellationToken cancellationToken)
    {
        MemberWork[][] clusters = [.. members.GroupBy(w => (w.Topology, w.StagingPath)).Select(g => g.OrderBy(w => w.Topology.Members.ToList().IndexOf(w.Member)).ToArray())];
        var options = new PreflightOptions(Generator, CgroupDriver, ContainerRuntimeEndpoint, StaleData, SkipDiskLatency);
        ISshConnector connector = Connector(pipeline);
        int fit = 0;
        await HostFanOut.RunAsync(
            pipeline,
            "Looking at hosts",
            clusters,
            cluster => string.Join(',', cluster.Select(w => w.Member.Name)),
            Math.Max(1, ThrottleLimit / clusters.Max(c => c.Length)),
            async (cluster, progress, token) =>
            {
                var output = new HostOutput(pipeline, progress);
                IReadOnlyList<EtcdHostCheck> rows = await RunAsync(cluster, connector, options, output, progress, token).ConfigureAwait(false);
                if (!Quiet)
                {
                    output.WriteAll(rows);
                }

                if (rows.All(r => r.Severity != EtcdCheckSeverity.Error))
                {
                    Interlocked.Increment(ref fit);
                }
            },
            cancellationToken,
            "clusters").ConfigureAwait(false);
        if (Quiet)
        {
            pipeline.WriteObject(fit == clusters.Length);
        }
    }

    private async Task<IReadOnlyList<EtcdHostCheck>> RunAsync(
        MemberWork[] cluster, ISshConnector connector, PreflightOptions options, HostOutput output, IProgress<string> progress, CancellationToken cancellationToken)
    {
        EtcdTopology topology = cluster[0].Topology;
        await using var connections = new ClusterHosts(connector, member => Targets.Resolve(member, topology));
        progress.Report("connecting");
        PreflightHost[] hosts = await Task.WhenAll(cluster.Select(work => PreflightHost.OpenAsync(
            work.Member,
            StagedMember.Expect(work.StagingPath, work.Member, work.IsFirst),
            connections.NameOf,
            member =>
            {
                ResolvedSshTarget target = Targets.Resolve(member, topology);
                foreach (string text in target.Notices.Append(Reaching(target)))
                {
                    output.Log.Verbose($"{member}: {text}");
                }

                return connections.OpenAsync(member, cancellationToken);
            }))).ConfigureAwait(false);
        return await HostPreflight.RunAsync(topology, hosts, options, TimeProvider.System, progress, cancellationToken).ConfigureAwait(false);
    }
}
