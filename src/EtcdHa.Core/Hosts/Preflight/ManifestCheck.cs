using System.Security.Cryptography;
using System.Text;
using EtcdHa.Core.Planning;
using EtcdHa.Core.StaticPods;

namespace EtcdHa.Core.Hosts.Preflight;

/// <summary>The member's manifest, where there is one, and what else the kubelet would run from its folder.</summary>
internal sealed class ManifestCheck : IHostCheck
{
    private static readonly string EmptySha256 = Sha256("");

    public IReadOnlyList<HostStep> Steps(PreflightSubject subject) => [new FileStep(MemberSteps.ManifestPath, default, HostStep.RootOwner, MemberSteps.PrivateFileMode, "")];

    // The kubelet follows links, so what is a link counts as a file; it passes over names with a leading dot.
    public string Script(PreflightSubject subject) => $$"""
        folder={{EtcdTopology.DefaultManifestDirectory}}
        echo 'folder|'
        if [ -d "$folder" ]; then
            find "$folder/" -maxdepth 1 ! -type d ! -name etcd.yaml ! -name '.*' -exec printf 'foreign|%s\n' {} +
            find "$folder/" -maxdepth 1 ! -type d ! -name etcd.yaml ! -name '.*' -exec grep -lE '^  name: "?etcd"?$|component: "?etcd"?$' {} + | sed 's/^/foreign-etcd|/'
        fi

        """;

    public IEnumerable<CheckResult> Evaluate(PreflightSubject subject, HostFacts facts)
    {
        yield return OfManifest(subject, facts.State.Paths[MemberSteps.ManifestPath]) with { Target = MemberSteps.ManifestPath };
        if (facts.Value("folder") is null)
        {
            yield return CheckResult.Untold(EtcdHostCheckKind.ManifestFolder, "what is in the manifest folder");
            yield break;
        }

        string[] foreign = facts.Values("foreign");
        if (foreign.Length == 0)
        {
            yield return CheckResult.Pass(EtcdHostCheckKind.ManifestFolder, "nothing else is in the manifest folder");
        }

        foreach (string path in foreign.Order(StringComparer.Ordinal))
        {
            bool isEtcd = facts.Values("foreign-etcd").Contains(path);
            yield return new(
                EtcdHostCheckKind.ManifestFolder, isEtcd ? EtcdCheckSeverity.Error : EtcdCheckSeverity.Warning,
                isEtcd ? $"{path} is another manifest of etcd; the kubelet runs every file in the folder, also a backup" : $"{path} lies in the manifest folder; the kubelet runs it too",
                "Move it out of the folder, unless it is a pod that is meant to run.")
            { Target = path };
        }
    }

    private static CheckResult OfManifest(PreflightSubject subject, PathState found)
    {
        const EtcdHostCheckKind Kind = EtcdHostCheckKind.Manifest;
        const string Remedy = "Install-EtcdStaticPod replaces it, which starts etcd anew.";
        return found.Kind == PathKind.Absent ? CheckResult.Pass(Kind, "not there yet")
            : found.Kind != PathKind.File ? new(Kind, EtcdCheckSeverity.Error, "is no regular file", "Move it out of the folder.")
            : found.Sha256 == EmptySha256 ? new(Kind, EtcdCheckSeverity.Warning, "is empty, as a power cut leaves a file that was not synced", Remedy)
            : found.Sha256 == Sha256(EtcdManifest.Write(subject.Topology, subject.Member)) ? CheckResult.Pass(Kind, "there, and the topology's own")
            : new(Kind, EtcdCheckSeverity.Warning, "there, and not what the topology makes", Remedy);
    }

    private static string Sha256(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text))).ToLowerInvariant();
}
