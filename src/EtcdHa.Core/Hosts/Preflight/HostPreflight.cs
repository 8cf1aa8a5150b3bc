using System.Security.Cryptography;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>
/// Looks at the hosts of a cluster before anything is touched: all hosts, all checks, and the connections between them. A host costs three
/// round trips: one look, which also starts a listener on ports nobody listens on; connections, image and disk; the listener's end.
/// </summary>
public static class HostPreflight
{
    /// <summary>Checks the hosts of one cluster.</summary>
    /// <param name="topology">The topology, with the staging folder's token.</param>
    /// <param name="hosts">The hosts that are wanted, each member once; connections are tried between these.</param>
    /// <param name="options">What the build will be told.</param>
    /// <param name="clock">The workstation's clock: certificates must be valid at its time.</param>
    /// <param name="progress">Told what is being done, in words.</param>
    /// <param name="cancellationToken">Stops it; listeners and probe files go in any case.</param>
    /// <returns>
    /// The rows: the hosts in their order, of each what matters most first. A host that cannot be reached or looked at has a row that says why, and the others
    /// have all of theirs. The build can go on when none is an <see cref="EtcdCheckSeverity.Error"/>.
    /// </returns>
    /// <exception cref="EtcdTopologyException">The Kubernetes version is not known, so that neither the image nor the manifest is.</exception>
    public static async Task<IReadOnlyList<EtcdHostCheck>> RunAsync(
        EtcdTopology topology, IReadOnlyList<PreflightHost> hosts, PreflightOptions options, TimeProvider clock, IProgress<string> progress, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(hosts);
        ArgumentNullException.ThrowIfNull(clock);
        ArgumentNullException.ThrowIfNull(progress);
        EtcdImage.For(topology);
        HostExamination[] examinations =
        [
            .. hosts.Select(h => new HostExamination(h, new(topology, h.Member, h.HostName, h.Expected, options, clock.GetUtcNow()), NewMarker(), clock)),
        ];
        try
        {
            progress.Report("looking at the hosts");
            await Task.WhenAll(examinations.Select(e => e.LookAsync(cancellationToken))).ConfigureAwait(false);
            progress.Report("trying connections, timing writes");
            await Task.WhenAll(examinations.Select(e => e.ProbeAsync(
                [.. Others(e, examinations).SelectMany(o => TemporaryListener.Ports(o.Subject).Select(port => (o.Subject.Member, port)))], cancellationToken))).ConfigureAwait(false);
        }
        finally
        {
            await Task.WhenAll(examinations.Select(e => e.StopListenerAsync(cancellationToken.IsCancellationRequested))).ConfigureAwait(false);
        }

        return [.. Rows(examinations)];
    }

    private static string NewMarker() => "etcdha-preflight-" + Convert.ToHexString(RandomNumberGenerator.GetBytes(8));

    private static IEnumerable<HostExamination> Others(HostExamination one, IEnumerable<HostExamination> all) => all.Where(e => e != one);

    private static IEnumerable<EtcdHostCheck> Rows(HostExamination[] examinations)
    {
        IReadOnlyList<CheckResult?> images = ImageCheck.Compared([.. examinations.Select(e => e.Image())]);
        HostExamination[] told = [.. examinations.Where(e => e.Facts is not null)];
        Dictionary<HostExamination, IReadOnlyList<CheckResult>> clocks = told.Zip(ClockCheck.Evaluate([.. told.Select(e => e.Clock)]))
            .ToDictionary(p => p.First, p => p.Second);
        return examinations.Zip(images).SelectMany(p =>
        {
            (HostExamination host, CheckResult? image) = p;
            IEnumerable<ReachableEndpoint> endpoints = Others(host, examinations)
                .SelectMany(o => TemporaryListener.Ports(o.Subject).Select(port => new ReachableEndpoint(o.Subject.Member, port, o.IsListening(port))));
            CheckResult[] results = [.. host.Evaluate(endpoints), .. clocks.GetValueOrDefault(host, []), .. image is null ? Array.Empty<CheckResult>() : [image]];
            return results.OrderByDescending(r => r.Severity).ThenBy(r => r.Check).Select(r => Row(host.Subject, r));
        });
    }

    private static EtcdHostCheck Row(PreflightSubject subject, CheckResult result) => new()
    {
        Topology = subject.Topology,
        Member = subject.Member,
        StagingPath = subject.Expected.StagingPath,
        HostName = subject.HostName,
        Check = result.Check,
        Target = result.Target,
        Severity = result.Severity,
        Finding = result.Finding,
        Remedy = result.Remedy,
        Value = result.Value,
        ErrorId = result.ErrorId,
    };
}
