using EtcdHa.Core.Hosts.DataDirectory;
using EtcdHa.Core.Planning;
using EtcdHa.Core.Topology;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>An existing data directory, and whose: etcd goes on with any member it finds there.</summary>
internal sealed class DataDirectoryCheck : IHostCheck
{
    public IReadOnlyList<HostStep> Steps(PreflightSubject subject) => [new FileStep(MemberSteps.ManifestPath, default, HostStep.RootOwner, MemberSteps.PrivateFileMode, "")];

    public string Script(PreflightSubject subject) => DataDirectoryLook.Script(subject.Topology);

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        if (facts.Value("data") is null)
        {
            return [CheckResult.Untold(EtcdHostCheckKind.DataDirectory, $"what is in {subject.Topology.DataDirectory}") with { Target = subject.Topology.DataDirectory }];
        }

        DataDirectoryState found = DataDirectoryLook.Read(subject.HostName, facts.Output, subject.Topology);
        DataDirectoryJudgement judgement = DataDirectoryJudgement.Of(subject.Topology, subject.Member, found);
        bool isBuilt = facts.State.Paths[MemberSteps.ManifestPath].Kind == PathKind.File;
        (EtcdCheckSeverity severity, string finding, string remedy) = Judge(
            judgement, found, isBuilt, EtcdIds.AreUnique(subject.Topology), subject.Options.StaleData);
        return [new(EtcdHostCheckKind.DataDirectory, severity, finding, remedy) { Target = found.Path, Value = judgement.Owner }];
    }

    private static (EtcdCheckSeverity Severity, string Finding, string Remedy) Judge(
        DataDirectoryJudgement judgement, DataDirectoryState found, bool isBuilt, bool isProof, EtcdStaleData how)
    {
        string move = isBuilt
            ? "Name the staging folder the cluster on the host was built with (-StagingPath). If it is to go, Uninstall-EtcdMember takes it off and moves its data aside."
            : "If that data counts, find out where it belongs first. Else move the directory aside, as Install-EtcdCluster -StaleData MoveAside does; never start etcd on it.";
        return judgement.Owner switch
        {
            EtcdDataOwner.None => (EtcdCheckSeverity.Passed, $"{found.Path} {(found.Exists ? "holds no member" : "is not there yet")}", ""),
            EtcdDataOwner.ThisMember when isBuilt => (EtcdCheckSeverity.Passed, judgement.Text, ""),
            EtcdDataOwner.ThisMember when how == EtcdStaleData.Adopt || isProof => (EtcdCheckSeverity.Information, judgement.Text + ". No manifest is there; etcd goes on with it", ""),
            _ when how == EtcdStaleData.MoveAside && !isBuilt => (EtcdCheckSeverity.Information, judgement.Text + ". It is moved aside, as asked for", ""),
            EtcdDataOwner.Unknown when isBuilt && found.WrittenAt is null => (EtcdCheckSeverity.Warning, $"{found.Path} holds no write-ahead log: etcd is in its very first start, or fails in it",
                "Test-EtcdClusterHealth -Wait shows whether it starts, and the etcd container's log why it does not."),
            EtcdDataOwner.ThisMember => (EtcdCheckSeverity.Warning, judgement.Text + ". No manifest is there, and etcd would go on with it", move),
            EtcdDataOwner.ThisCluster => (EtcdCheckSeverity.Warning, judgement.Text, "Right for a member that was added or moved since the cluster was founded. " + move),
            _ => (EtcdCheckSeverity.Error, judgement.Text, move),
        };
    }
}
