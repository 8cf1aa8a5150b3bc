using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Pki;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Reporting;
using EtcdHa.Core.StaticPods;

namespace EtcdHa.Core.Hosts;

/// <summary>Looks at a member's host for a report: its system, kubelet, runtime and image, the files of the page's lists and the certificates in them. Changes nothing.</summary>
public static class HostInspector
{
    private static readonly TimeSpan ImageTimeout = TimeSpan.FromSeconds(20);

    /// <summary>Looks in one round trip, and in a second one at the image. Private keys stay on the host.</summary>
    /// <param name="session">The host.</param>
    /// <param name="topology">The topology.</param>
    /// <param name="member">The member on this host.</param>
    /// <param name="expected">What is expected of this host.</param>
    /// <param name="options">Where the kubelet's files go.</param>
    /// <param name="now">The time certificates must be valid at.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    public static async Task<ReportedHost> LookAsync(
        HostSession session, EtcdTopology topology, EtcdMember member, ExpectedFiles expected, KubeletOptions options, DateTimeOffset now,
        CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(session);
        ArgumentNullException.ThrowIfNull(topology);
        ArgumentNullException.ThrowIfNull(member);
        ArgumentNullException.ThrowIfNull(expected);
        HostStep[] steps =
        [
            .. MemberFilesChecker.Look(topology, expected),
            .. MemberSteps.StaticPod(topology, EtcdManifest.Write(topology, member)),
            .. KubeletInstaller.Look(options),
        ];
        string script = MemberFilesChecker.Script(topology, expected.IncludesCaKey) + KubeletLook.Script + ReportLook.Script(MemberSteps.ManifestPath);
        (HostState state, string output) = await session.ObserveAsync([.. steps.DistinctBy(s => s.Target)], script, cancellationToken).ConfigureAwait(false);
        ReportHost host = ReportLook.Read(session.HostName, state.Units[MemberSteps.KubeletUnit], output);
        return new ReportedHost(
            await WithDigestAsync(session, host, output, cancellationToken).ConfigureAwait(false),
            [
                .. MemberFilesChecker.Check(session.HostName, topology, member, expected, now, state, output).Select(File),
                .. StepComparer.Compare(MemberSteps.StaticPod(topology, EtcdManifest.Write(topology, member)), state).Where(IsOfMember).Select(c => File(member, c, state)),
                .. KubeletFiles(session.HostName, topology, member, options, state, output),
            ],
            Certificates(topology, member, expected, session.HostName, output));
    }

    // The folders around the manifest and the drop-in are of any owner and mode.
    private static bool IsOfMember(StepChange change) => change.Step is FileStep or DirectoryStep { Enforce: true };

    // What the files should say depends on the kubelet; on a host without a fit one they cannot be right.
    private static IEnumerable<ReportFile> KubeletFiles(
        string hostName, EtcdTopology topology, EtcdMember member, KubeletOptions options, HostState state, string output)
    {
        try
        {
            IReadOnlyList<StepChange> changes = KubeletInstaller.Decide(hostName, topology, member, options, state, output).Changes;
            return [.. changes.Where(c => IsOfMember(c) || c is { Step: UnitStep, Change: not EtcdChange.Unchanged }).Select(c => File(member, c, state))];
        }
        catch (EtcdHostException e)
        {
            return [Row(member, MemberSteps.KubeletUnit, [e.Message], PathState.Absent)];
        }
    }

    private static ReportFile File(EtcdFileCheck row) => new()
    {
        Member = row.Member.Name,
        Path = row.Path,
        Right = row.Passed,
        Findings = row.Finding,
        Owner = row.Owner,
        Mode = row.Mode,
        Sha256 = row.Sha256,
    };

    private static ReportFile File(EtcdMember member, StepChange change, HostState state) => Row(
        member,
        change.Path,
        change.Change == EtcdChange.Unchanged ? [] : [change.Reason],
        change.Step is UnitStep ? PathState.Absent : state.Paths[change.Step.Target]);

    private static ReportFile Row(EtcdMember member, string path, IReadOnlyList<string> findings, PathState found) => new()
    {
        Member = member.Name,
        Path = path,
        Right = findings.Count == 0,
        Findings = findings,
        Owner = found.Kind == PathKind.Absent ? null : found.Owner,
        Mode = found.Kind == PathKind.Absent ? null : StepChange.Octal(found.Mode),
        Sha256 = found.Kind == PathKind.File ? found.Sha256 : null,
    };

    private static List<ReportCertificate> Certificates(EtcdTopology topology, EtcdMember member, ExpectedFiles expected, string hostName, string output)
    {
        MemberFilesInspection inspected = MemberFilesInspection.Read(hostName, output, KubeadmCertificates.FilesOf(expected.IncludesCaKey));
        var certificates = new List<ReportCertificate>();
        foreach (string name in KubeadmCertificates.LeafNames.Prepend(KubeadmCertificates.AuthorityName))
        {
            string file = name + ".crt";
            if (CertificateDocument.TryRead(inspected.Certificate(file) ?? "", out _) is { } document)
            {
                certificates.Add(ReportCertificate.Of(document, member, name, UnixPath.Join(topology.CertificatesDirectory, file)));
            }
        }

        return certificates;
    }

    /// <summary>The digest of an image on a host, and the program that told it; null when none does.</summary>
    /// <param name="session">The host.</param>
    /// <param name="image">The image.</param>
    /// <param name="output">What <see cref="KubeletLook.Script"/> and <see cref="ReportLook.ImageTools"/> printed.</param>
    /// <param name="cancellationToken">Stops the look.</param>
    internal static async Task<(string Digest, string Tool)?> DigestAsync(HostSession session, string image, string output, CancellationToken cancellationToken)
    {
        FoundRuntime? runtime = RuntimeFacts.Read(output).FirstOrDefault(r => r.ServesCri);
        string? endpoint = runtime is null or { Runtime: EtcdContainerRuntime.Docker } ? null : runtime.Endpoint;
        if (ImageTool.Choose(runtime?.Runtime, endpoint, HostLook.Values(output, "tool")) is not { } tool)
        {
            return null;
        }

        try
        {
            RemoteOutput answer = await session.TryRunAsync(
                "look at the image", tool.LookScript(image) + "printf '%s\\n' \"$found\"\n", [], ImageTimeout, cancellationToken, repeatable: true).ConfigureAwait(false);
            return ImageTool.DigestIn(answer.Text) is { } digest ? (digest, tool.Name) : null;
        }
        catch (EtcdTimeoutException)
        {
            // A program that hangs tells nothing; nothing else depends on it.
            return null;
        }
    }

    private static async Task<ReportHost> WithDigestAsync(HostSession session, ReportHost host, string output, CancellationToken cancellationToken)
        => host.Image is { } image && await DigestAsync(session, image, output, cancellationToken).ConfigureAwait(false) is { } found
            ? host with { ImageDigest = found.Digest, ImageTool = found.Tool }
            : host;
}
