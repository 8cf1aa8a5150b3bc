using System.Text.RegularExpressions;
using EtcdHa.Core.Hosts;
using EtcdHa.Core.Kubelet;
using EtcdHa.Core.Planning;
using EtcdHa.Core.StaticPods;

namespace EtcdHa.Core.Runs;

/// <summary>In what one host differs from the topology, from one look. Pure.</summary>
/// <param name="topology">The topology.</param>
/// <param name="look">What was seen.</param>
/// <param name="stagingPath">The staging folder.</param>
internal sealed partial class MemberDifferences(EtcdTopology topology, MemberLook look, string stagingPath)
{
    private const string Absent = "not there";

    /// <summary>Everything that differs, in the order of the procedure.</summary>
    /// <param name="options">Where the kubelet's files go and what was asked for.</param>
    /// <param name="expected">What is expected of the member's files.</param>
    /// <param name="now">The time certificates must be valid at.</param>
    public IEnumerable<EtcdDifference> Find(KubeletOptions options, ExpectedFiles expected, DateTimeOffset now) =>
    [
        .. OfKubelet(options),
        .. MemberFilesChecker.Check(look.HostName, topology, look.Member, expected, now, look.State, look.Output).Where(r => !r.Passed).SelectMany(OfFile),
        .. OfStaticPod(),
        .. StaticPodInstaller.ForeignManifests(look.Output).Select(path => Row(
            EtcdDifferenceKind.ForeignFile, path, Absent, "there: the kubelet runs every file in this folder", EtcdCheckSeverity.Warning)),
        .. OfProcess(),
    ];

    /// <summary>A row about this member.</summary>
    public EtcdDifference Row(EtcdDifferenceKind kind, string target, string expected, string actual, EtcdCheckSeverity severity = EtcdCheckSeverity.Error) => new()
    {
        Topology = topology,
        Member = look.Member,
        StagingPath = stagingPath,
        HostName = look.HostName,
        Kind = kind,
        Target = target,
        Expected = expected,
        Actual = actual,
        Severity = severity,
    };

    private IEnumerable<EtcdDifference> OfKubelet(KubeletOptions options)
    {
        IReadOnlyList<StepChange> changes;
        try
        {
            changes = KubeletInstaller.Decide(look.HostName, topology, look.Member, options, look.State, look.Output).Changes;
        }
        catch (EtcdHostException e)
        {
            // On a host without a fit kubelet nothing of it can be right.
            return [Row(EtcdDifferenceKind.Kubelet, MemberSteps.KubeletUnit, "running with its configuration", e.Message)];
        }

        return changes.Where(c => c.Change != EtcdChange.Unchanged).SelectMany(c => c.Step is UnitStep
            ? [Row(EtcdDifferenceKind.Kubelet, c.Path, "running with its configuration", c.Reason)]
            : OfChange(c));
    }

    private IEnumerable<EtcdDifference> OfStaticPod()
    {
        string wanted = EtcdManifest.Write(topology, look.Member);
        foreach (StepChange change in StepComparer.Compare(MemberSteps.StaticPod(topology, wanted), look.State).Where(c => c.Change != EtcdChange.Unchanged))
        {
            bool isManifest = change.Path == MemberSteps.ManifestPath && look.Texts.ContainsKey(change.Path);
            foreach (EtcdDifference row in isManifest ? OfManifest(change, wanted, look.Texts[change.Path]) : OfChange(change))
            {
                yield return row;
            }
        }
    }

    private IEnumerable<EtcdDifference> OfManifest(StepChange change, string wanted, string found)
    {
        IReadOnlyList<ManifestDifference>? named = found == wanted ? [] : ManifestDifference.Between(wanted, found);
        EtcdDifference[] rest = [.. OfChange(change).Where(r => r.Kind != EtcdDifferenceKind.File)];
        return named switch
        {
            null => [Row(EtcdDifferenceKind.Manifest, change.Path, "a pod that runs etcd", "not such a manifest"), .. rest],
            [] when found != wanted => [Row(EtcdDifferenceKind.Manifest, change.Path, "the topology's manifest", TextDiff.Unified(found, wanted).TrimEnd('\n')), .. rest],
            _ =>
            [
                .. named.Select(d => Row(
                    d.Name == ManifestDifference.Image ? EtcdDifferenceKind.Image : EtcdDifferenceKind.ManifestFlag, d.Name, d.Expected ?? Absent, d.Actual ?? Absent)),
                .. rest,
            ],
        };
    }

    // A path's state beside the one wanted: what is told apart in the reasons of a plan is told apart here as typed rows.
    private IEnumerable<EtcdDifference> OfChange(StepChange change)
    {
        PathState found = look.State.Paths[change.Step.Target];
        if (found.Kind == PathKind.Absent)
        {
            yield return Row(EtcdDifferenceKind.File, change.Path, change.Step is DirectoryStep ? "a directory" : "a file", Absent);
            yield break;
        }

        if (change.Step is FileStep file && found.Sha256 != file.Sha256)
        {
            yield return Row(EtcdDifferenceKind.File, change.Path, $"sha256 {file.Sha256}", found.Kind == PathKind.File ? $"sha256 {found.Sha256}" : "not a regular file");
        }

        if (found.Owner != change.Owner)
        {
            yield return Row(EtcdDifferenceKind.Owner, change.Path, change.Owner!, found.Owner);
        }

        if (StepChange.Octal(found.Mode) != change.Mode)
        {
            yield return Row(EtcdDifferenceKind.Mode, change.Path, change.Mode!, StepChange.Octal(found.Mode));
        }
    }

    private IEnumerable<EtcdDifference> OfFile(EtcdFileCheck check) => check.Finding.Select(finding =>
    {
        Match permission = Permission().Match(finding);
        bool isKey = StagedFile.IsKeyPath(check.Path);
        return permission.Success
                ? Row(permission.Groups[1].Value == "owner" ? EtcdDifferenceKind.Owner : EtcdDifferenceKind.Mode, check.Path, permission.Groups[3].Value, permission.Groups[2].Value)
            : !check.IsExpected ? Row(
                EtcdDifferenceKind.ForeignFile, check.Path, Absent, finding, isKey ? EtcdCheckSeverity.Error : EtcdCheckSeverity.Warning)
            : finding is Absent or "not a regular file" or "not a directory" ? Row(EtcdDifferenceKind.File, check.Path, "a file", finding)
            : isKey ? Row(EtcdDifferenceKind.Key, check.Path, "its certificate's key", finding)
            : check.Path.EndsWith(".crt", StringComparison.Ordinal) ? Row(EtcdDifferenceKind.Certificate, check.Path, "as the topology asks for", finding)
            : Row(EtcdDifferenceKind.File, check.Path, "the topology's kubeadm configuration", "another content");
    });

    private IEnumerable<EtcdDifference> OfProcess()
    {
        if (look.RunningEtcd(topology) is not { } process)
        {
            return [Row(EtcdDifferenceKind.Process, "etcd", $"running as {look.Member.Name} on {topology.DataDirectory}", "not running")];
        }

        // Where the manifest is right and the process is not, the kubelet did not restart it.
        IEnumerable<string> wanted = ManifestDifference.CommandOf(EtcdManifest.Write(topology, look.Member))!;
        return ManifestDifference.OfFlags(wanted, process.Arguments).Select(d => Row(EtcdDifferenceKind.Process, d.Name, d.Expected ?? Absent, d.Actual ?? Absent));
    }

    [GeneratedRegex("^(owner|mode) (\\S+), expected (\\S+)$", RegexOptions.CultureInvariant)]
    private static partial Regex Permission();
}
